"""DuckDB asked the same of a history: duck_queries.py fill|ask DB FOLDER MOMENT"""
import statistics
import sys
import time

import duckdb

step, path, folder, moment = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
TYPES = {
    "valid_from": "BIGINT", "valid_to": "BIGINT", "duration": "INTEGER", "is_buy_order": "BOOLEAN", "issued": "BIGINT",
    "location_id": "BIGINT", "min_volume": "INTEGER", "order_id": "BIGINT", "price": "DOUBLE", "range": "VARCHAR",
    "system_id": "INTEGER", "type_id": "INTEGER", "volume_remain": "BIGINT", "volume_total": "BIGINT",
}
VALID = {
    "now": "%s.valid_to IS NULL",
    "past": "%%s.valid_from <= %d AND (%%s.valid_to IS NULL OR %%s.valid_to > %d)" % (moment, moment),
}
db = duckdb.connect(path)
db.execute("SET threads=2")
if step == "fill":
    db.execute("CREATE TABLE versions AS SELECT * FROM read_csv(?, delim='\t', header=false, columns=%r)" % TYPES,
               [folder + "/versions.tsv"])
    db.execute("CREATE INDEX by_type ON versions (type_id)")
    db.execute("CREATE TABLE own AS SELECT column0 AS id FROM read_csv(?, header=false)", [folder + "/own.txt"])
    db.execute("CHECKPOINT")
    sys.exit()
with open(folder + "/types.txt") as page:
    types = [int(line) for line in page]


def valid(name, when):
    return VALID[when] % ((name,) * VALID[when].count("%s"))


def outbid(when):
    return (
        "SELECT m.order_id, m.price, min(r.price) FROM own o JOIN versions m ON m.order_id = o.id AND %s "
        "LEFT JOIN versions r ON r.type_id = m.type_id AND NOT r.is_buy_order AND %s "
        "GROUP BY m.order_id, m.price" % (valid("m", when), valid("r", when)))


def ask(name, sql, rows):
    times = []
    for _ in range(2):  # the first run of each warms
        times = []
        for row in rows:
            start = time.perf_counter()
            db.execute(sql, row).fetchall()
            times.append((time.perf_counter() - start) * 1000)
    print("#%s=%.4f" % (name, statistics.median(times)))


ask("asof_type", "SELECT order_id, price, volume_remain, location_id FROM versions v WHERE type_id = ? AND " + valid("v", "past"),
    [[kind] for kind in types])
ask("trend",
    "WITH days AS (SELECT unnest(range(%d, %d, 86400)) AS day), asks AS (SELECT price, valid_from, "
    "valid_to FROM versions WHERE type_id = ? AND NOT is_buy_order) SELECT day, min(price) FROM days LEFT JOIN asks "
    "ON valid_from <= day AND (valid_to IS NULL OR valid_to > day) GROUP BY day"
    % (moment - 15 * 86400, moment + 15 * 86400), [[kind] for kind in types])
ask("outbid", outbid("now"), [[]] * 11)
ask("outbid_past", outbid("past"), [[]] * 11)
