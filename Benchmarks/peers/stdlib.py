"""Python's own json and sqlite3, comparing in a dictionary: stdlib.py load|apply DB PAGES"""
import sqlite3
import sys
from operator import itemgetter

from common import COLUMNS, Stopwatch, remove, rows

step, path, folder = sys.argv[1:4]
if step == "load":
    remove(path)
values = itemgetter(*COLUMNS)
names = ",".join('"%s"' % name for name in COLUMNS)
marks = ",".join("?" * len(COLUMNS))
watch = Stopwatch()
db = sqlite3.connect(path, isolation_level=None)
db.execute("PRAGMA journal_mode = WAL")
db.execute("PRAGMA synchronous = FULL")
watch.mark("start")
if step == "load":
    kinds = {"order_id": "INTEGER PRIMARY KEY", "price": "REAL", "issued": "TEXT", "range": "TEXT"}
    columns = ",".join('"%s" %s' % (name, kinds.get(name, "INTEGER")) for name in COLUMNS)
    db.execute("CREATE TABLE current (%s, valid_from INTEGER)" % columns)
    db.execute("CREATE TABLE history (%s, valid_from INTEGER, valid_to INTEGER)" % columns.replace(" PRIMARY KEY", ""))
    db.execute("BEGIN")
    db.executemany("INSERT INTO current VALUES (%s, 1000)" % marks, map(values, rows(folder)))
else:
    db.execute("BEGIN")
    key = COLUMNS.index("order_id")
    known = {row[key]: row for row in db.execute("SELECT %s FROM current" % names)}
    changed, new = [], []
    for order in rows(folder):
        row = values(order)
        old = known.pop(row[key], None)
        if old is None:
            new.append(row)
        elif old != row:
            changed.append(row)
    closed = [(row[key],) for row in changed] + [(order,) for order in known]
    db.executemany("INSERT INTO history SELECT %s, valid_from, 2000 FROM current WHERE order_id = ?" % names, closed)
    db.executemany("DELETE FROM current WHERE order_id = ?", [(order,) for order in known])
    db.executemany("INSERT OR REPLACE INTO current VALUES (%s, 2000)" % marks, changed + new)
db.execute("COMMIT")
watch.mark(step)
current, history = db.execute("SELECT (SELECT count(*) FROM current), (SELECT count(*) FROM history)").fetchone()
print("#current=%d\n#versions=%d" % (current, current + history))
