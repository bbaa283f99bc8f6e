/*---
title: What reprocessing a type gives
description: |
  For `portion_size` of it, before efficiency and tax.
sde: typeMaterials.jsonl
rows: /materials
fields:
  type_id: ../_key
  material_type_id: /materialTypeID
  quantity: /quantity
---*/
CREATE TABLE sde_type_materials (
    type_id          INTEGER NOT NULL,
    material_type_id INTEGER NOT NULL,
    quantity         INTEGER NOT NULL,
    valid_from       INTEGER NOT NULL,
    PRIMARY KEY (type_id, material_type_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX sde_type_materials_by_material ON sde_type_materials (material_type_id);
