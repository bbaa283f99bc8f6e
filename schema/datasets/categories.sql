/*---
title: Categories of groups
description: |
  Ships are category 6, blueprints (and reaction formulas) 9, skills 16. Those of the known groups, unless the static
  data export has them.
route: GET /universe/categories/{category_id}
each: |
  SELECT category_id FROM groups UNION SELECT category_id FROM sde_groups
  EXCEPT SELECT category_id FROM sde_categories
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
