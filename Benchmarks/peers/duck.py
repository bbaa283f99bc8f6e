"""DuckDB: duck.py load|apply DB PAGES [indexed]"""
import sys

import duckdb
from common import COLUMNS, OTHERS, Stopwatch, remove

step, path, folder = sys.argv[1:4]
indexed = "indexed" in sys.argv
if step == "load":
    remove(path)
TYPES = (
    "{duration:'INTEGER',is_buy_order:'BOOLEAN',issued:'VARCHAR',location_id:'BIGINT',min_volume:'INTEGER',"
    "order_id:'BIGINT',price:'DOUBLE',\"range\":'VARCHAR',system_id:'INTEGER',type_id:'INTEGER',"
    "volume_remain:'BIGINT',volume_total:'BIGINT'}"
)
names = ",".join('"%s"' % name for name in COLUMNS)
watch = Stopwatch()
db = duckdb.connect(path)
db.execute("SET threads=2")
watch.mark("start")
source = "read_json('%s/*.json', format='array', columns=%s)" % (folder, TYPES)
if step == "load":
    db.execute("CREATE TABLE versions AS SELECT %s, 1000::BIGINT valid_from, NULL::BIGINT valid_to FROM %s" % (names, source))
    if indexed:
        db.execute("CREATE INDEX by_type ON versions (type_id, is_buy_order, price)")
    db.execute("CHECKPOINT")
    watch.mark("load")
else:
    db.execute("CREATE TEMP TABLE incoming AS SELECT %s FROM %s" % (names, source))
    db.execute("BEGIN")
    differs = " OR ".join('v."%s" IS DISTINCT FROM i."%s"' % (name, name) for name in OTHERS)
    db.execute(
        "CREATE TEMP TABLE news AS SELECT i.* FROM incoming i LEFT JOIN (SELECT * FROM versions WHERE valid_to IS NULL) v "
        "USING (order_id) WHERE v.order_id IS NULL OR " + differs)
    db.execute(
        "UPDATE versions SET valid_to = 2000 WHERE valid_to IS NULL AND (order_id IN (SELECT order_id FROM news) "
        "OR order_id NOT IN (SELECT order_id FROM incoming))")
    db.execute("INSERT INTO versions SELECT %s, 2000, NULL FROM news" % names)
    db.execute("COMMIT")
    db.execute("CHECKPOINT")
    watch.mark("apply")
print("#current=%d\n#versions=%d" % db.execute("SELECT count(*) FILTER (valid_to IS NULL), count(*) FROM versions").fetchone())
