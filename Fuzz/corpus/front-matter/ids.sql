/*---
title: Names
route: POST /universe/names
each: SELECT type_id FROM market_orders
paging: ids
fetch: once
---*/
CREATE TABLE t (id INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, valid_from INTEGER NOT NULL) STRICT, WITHOUT ROWID;
