"""sqlite-utils, with its own calls and SQL for the difference: utils.py load|apply DB PAGES"""
import sys

import sqlite_utils
from common import COLUMNS, OTHERS, Stopwatch, remove, rows

step, path, folder = sys.argv[1:4]
if step == "load":
    remove(path)
names = ",".join('"%s"' % name for name in COLUMNS)
watch = Stopwatch()
db = sqlite_utils.Database(path)
db.enable_wal()
watch.mark("start")
if step == "load":
    db["current"].insert_all(({**row, "valid_from": 1000} for row in rows(folder)), pk="order_id", batch_size=1000)
else:
    db["incoming"].insert_all(rows(folder), pk="order_id", batch_size=1000)
    differs = " OR ".join('c."%s" IS NOT i."%s"' % (name, name) for name in OTHERS)
    with db.conn:
        db.conn.execute(
            "CREATE TEMP TABLE changed AS SELECT order_id FROM current c JOIN incoming i USING (order_id) WHERE " + differs)
        db.conn.execute(
            "CREATE TABLE history AS SELECT %s, valid_from, 2000 valid_to FROM current WHERE order_id IN "
            "(SELECT order_id FROM changed) OR order_id NOT IN (SELECT order_id FROM incoming)" % names)
        db.conn.execute("DELETE FROM current WHERE order_id NOT IN (SELECT order_id FROM incoming)")
    news = list(db.query(
        "SELECT %s FROM incoming WHERE order_id IN (SELECT order_id FROM changed) "
        "OR order_id NOT IN (SELECT order_id FROM current)" % names))
    db["current"].upsert_all(({**row, "valid_from": 2000} for row in news), pk="order_id", batch_size=1000)
    db["incoming"].drop()
watch.mark(step)
history = db["history"].count if "history" in db.table_names() else 0
print("#current=%d\n#versions=%d" % (db["current"].count, db["current"].count + history))
