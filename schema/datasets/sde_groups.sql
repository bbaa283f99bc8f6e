/*---
title: Groups of item types of the static data export
sde: groups.jsonl
fields:
  group_id: /_key
  name: /name/en
  category_id: /categoryID
  published: /published
  use_base_price: /useBasePrice
  anchorable: /anchorable
  icon_id: /iconID
columns: { published: boolean, use_base_price: boolean, anchorable: boolean }
---*/
CREATE TABLE sde_groups (
    group_id       INTEGER NOT NULL PRIMARY KEY,
    name           TEXT    NOT NULL,
    category_id    INTEGER NOT NULL,
    published      INTEGER NOT NULL,
    use_base_price INTEGER,
    anchorable     INTEGER,
    icon_id        INTEGER,
    valid_from     INTEGER NOT NULL
) STRICT;
CREATE INDEX sde_groups_by_category ON sde_groups (category_id);
