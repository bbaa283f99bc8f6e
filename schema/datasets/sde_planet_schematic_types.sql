/*---
title: What a cycle of a planetary schematic takes and makes
sde: planetSchematics.jsonl
rows: /types
fields:
  schematic_id: ../_key
  type_id: /_key
  is_input: /isInput
  quantity: /quantity
columns: { is_input: boolean }
---*/
CREATE TABLE sde_planet_schematic_types (
    schematic_id INTEGER NOT NULL,
    type_id      INTEGER NOT NULL,
    is_input     INTEGER NOT NULL,
    quantity     INTEGER NOT NULL,
    valid_from   INTEGER NOT NULL,
    PRIMARY KEY (schematic_id, type_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX sde_planet_schematic_types_by_type ON sde_planet_schematic_types (type_id);
