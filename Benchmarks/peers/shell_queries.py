"""The sqlite3 shell on our own file, with SQL written by hand: shell_queries.py DB FOLDER MOMENT

Time of the whole script, less that of one without the statements, by their number.
"""
import subprocess
import sys
import time

path, folder, moment = sys.argv[1], sys.argv[2], int(sys.argv[3])
with open(folder + "/types.txt") as page:
    types = [int(line) for line in page]
with open(folder + "/own.txt") as page:
    own = ", ".join("(%d)" % int(line) for line in page)
HEAD = "PRAGMA cache_size = -65536; CREATE TEMP TABLE own (id INTEGER PRIMARY KEY); INSERT INTO own VALUES %s;\n" % own
VALID = {
    "now": "%s.valid_to IS NULL",
    "past": "%%s.valid_from <= %d AND (%%s.valid_to IS NULL OR %%s.valid_to > %d)" % (moment, moment),
}


def valid(name, when):
    return VALID[when] % ((name,) * VALID[when].count("%s"))


def seconds(statements):
    start = time.perf_counter()
    subprocess.run(["sqlite3", "-batch", path], input=HEAD + "\n".join(statements), text=True, check=True,
                   stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def ask(name, statements):
    # One of them in both scripts: opening the file and reading the schema is not asked about.
    first = seconds(statements[:1])
    print("#%s=%.4f" % (name, (seconds(statements) - first) / max(len(statements) - 1, 1) * 1000))


def outbid(when):
    return (
        "SELECT m.order_id, m.price, (SELECT min(r.price) FROM market_orders_versions r WHERE r.type_id = m.type_id "
        "AND r.is_buy_order = 0 AND %s) FROM own o CROSS JOIN market_orders_versions m "
        "WHERE m.region_id = 10000002 AND m.order_id = o.id AND %s;" % (valid("r", when), valid("m", when)))


ask("asof_type", [
    "SELECT order_id, price, volume_remain, location_id FROM market_orders_versions v WHERE type_id = %d AND %s;"
    % (kind, valid("v", "past")) for kind in types * 2])
ask("trend", [
    "WITH RECURSIVE days(day) AS (SELECT min(observed_at) FROM snapshots UNION ALL SELECT day + 86400 FROM days WHERE day < "
    "(SELECT max(observed_at) FROM snapshots)), asks AS MATERIALIZED (SELECT price, valid_from, valid_to "
    "FROM market_orders_versions WHERE type_id = %d AND is_buy_order = 0) SELECT day, min(price) FROM days LEFT JOIN asks "
    "ON valid_from <= day AND (valid_to IS NULL OR valid_to > day) GROUP BY day;" % kind for kind in types])
ask("outbid", [outbid("now")] * 3)
ask("outbid_past", [outbid("past")] * 3)
