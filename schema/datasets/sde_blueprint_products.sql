/*---
title: What a run of a blueprint's activity makes
sde: blueprints.jsonl
rows: /activities/*/products
fields:
  blueprint_type_id: ../../_key
  activity: "@"
  type_id: /typeID
  quantity: /quantity
  probability: /probability
---*/
CREATE TABLE sde_blueprint_products (
    blueprint_type_id INTEGER NOT NULL,
    activity          TEXT    NOT NULL,                   -- manufacturing, reaction, invention
    type_id           INTEGER NOT NULL,
    quantity          INTEGER NOT NULL,
    probability       REAL,                               -- of an invention
    valid_from        INTEGER NOT NULL,
    PRIMARY KEY (blueprint_type_id, activity, type_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX sde_blueprint_products_by_type ON sde_blueprint_products (type_id);
