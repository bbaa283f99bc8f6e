/*---
title: What a run of a blueprint's activity takes
description: |
  At material efficiency 0.
sde: blueprints.jsonl
rows: /activities/*/materials
fields:
  blueprint_type_id: ../../_key
  activity: "@"
  type_id: /typeID
  quantity: /quantity
---*/
CREATE TABLE sde_blueprint_materials (
    blueprint_type_id INTEGER NOT NULL,
    activity          TEXT    NOT NULL,                   -- manufacturing, reaction, copying, invention, …
    type_id           INTEGER NOT NULL,
    quantity          INTEGER NOT NULL,
    valid_from        INTEGER NOT NULL,
    PRIMARY KEY (blueprint_type_id, activity, type_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX sde_blueprint_materials_by_type ON sde_blueprint_materials (type_id);
