/*---
title: Dogma attributes of the static data export
sde: dogmaAttributes.jsonl
fields:
  attribute_id: /_key
  name: /name
  display_name: /displayName/en
  default_value: /defaultValue
  high_is_good: /highIsGood
  stackable: /stackable
  published: /published
  unit_id: /unitID
  icon_id: /iconID
columns: { high_is_good: boolean, stackable: boolean, published: boolean }
---*/
CREATE TABLE sde_dogma_attributes (
    attribute_id  INTEGER NOT NULL PRIMARY KEY,
    name          TEXT    NOT NULL,
    display_name  TEXT,
    default_value REAL,
    high_is_good  INTEGER,
    stackable     INTEGER,
    published     INTEGER,
    unit_id       INTEGER,
    icon_id       INTEGER,
    valid_from    INTEGER NOT NULL
) STRICT;
CREATE INDEX sde_dogma_attributes_by_name ON sde_dogma_attributes (name);
