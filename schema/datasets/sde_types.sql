/*---
title: Item types of the static data export
description: |
  All of New Eden's. The export does not tell a ship's packaged volume; ESI's `types` do.
sde: types.jsonl
fields:
  type_id: /_key
  name: /name/en
  group_id: /groupID
  market_group_id: /marketGroupID
  published: /published
  description: /description/en
  volume: /volume
  capacity: /capacity
  mass: /mass
  radius: /radius
  portion_size: /portionSize
  base_price: /basePrice
  meta_group_id: /metaGroupID
  variation_parent_type_id: /variationParentTypeID
  faction_id: /factionID
  race_id: /raceID
  graphic_id: /graphicID
  icon_id: /iconID
columns: { published: boolean, base_price: isk }
---*/
CREATE TABLE sde_types (
    type_id                  INTEGER NOT NULL PRIMARY KEY,
    name                     TEXT    NOT NULL,
    group_id                 INTEGER NOT NULL,
    market_group_id          INTEGER,                        -- NULL: not sold on the market
    published                INTEGER NOT NULL,
    description              TEXT,
    volume                   REAL,                           -- m3, assembled
    capacity                 REAL,
    mass                     REAL,
    radius                   REAL,
    portion_size             INTEGER,
    base_price               REAL,
    meta_group_id            INTEGER,
    variation_parent_type_id INTEGER,
    faction_id               INTEGER,
    race_id                  INTEGER,
    graphic_id               INTEGER,
    icon_id                  INTEGER,
    valid_from               INTEGER NOT NULL
) STRICT;
CREATE INDEX sde_types_by_name ON sde_types (name);
CREATE INDEX sde_types_by_group ON sde_types (group_id);
CREATE INDEX sde_types_by_market_group ON sde_types (market_group_id);
