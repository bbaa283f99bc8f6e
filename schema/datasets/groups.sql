/*---
title: Groups of item types
route: GET /universe/groups/{group_id}
each: SELECT DISTINCT group_id FROM types
refresh: 30d
columns: { published: boolean, types: json }
---*/
CREATE TABLE groups (
    group_id    INTEGER NOT NULL PRIMARY KEY,
    name        TEXT    NOT NULL,
    category_id INTEGER NOT NULL,
    published   INTEGER NOT NULL,
    types       TEXT    NOT NULL,
    valid_from  INTEGER NOT NULL
) STRICT;
