/*---
title: Categories of groups of the static data export
sde: categories.jsonl
fields:
  category_id: /_key
  name: /name/en
  published: /published
  icon_id: /iconID
columns: { published: boolean }
---*/
CREATE TABLE sde_categories (
    category_id INTEGER NOT NULL PRIMARY KEY,
    name        TEXT    NOT NULL,
    published   INTEGER NOT NULL,
    icon_id     INTEGER,
    valid_from  INTEGER NOT NULL
) STRICT;
