/*---
title: Categories of groups
description: Ships are category 6, blueprints (and reaction formulas) 9, skills 16.
route: GET /universe/categories/{category_id}
each: SELECT DISTINCT category_id FROM groups
refresh: 30d
columns: { published: boolean, groups: json }
---*/
CREATE TABLE categories (
    category_id INTEGER NOT NULL PRIMARY KEY,
    name        TEXT    NOT NULL,
    published   INTEGER NOT NULL,
    groups      TEXT    NOT NULL,
    valid_from  INTEGER NOT NULL
) STRICT;
