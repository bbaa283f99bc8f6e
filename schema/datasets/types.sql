/*---
title: Item types
description: |
  Those that orders and contracts mention. A ship's `packaged_volume` is not its `volume`. Of those that the static data
  export has, only what may be packaged is asked, since the export does not tell that volume.
route: GET /universe/types/{type_id}
each: |
  SELECT m.type_id
  FROM (
    SELECT DISTINCT type_id FROM market_orders
    UNION SELECT DISTINCT type_id FROM public_contract_items) AS m
  LEFT JOIN sde_types AS s ON s.type_id = m.type_id
  LEFT JOIN sde_groups AS g ON g.group_id = s.group_id
  WHERE s.type_id IS NULL OR g.category_id IN (2, 6, 22, 23, 40, 46, 65) OR s.volume >= 1000
refresh: 30d
columns: { published: boolean }
---*/
CREATE TABLE types (
    type_id         INTEGER NOT NULL PRIMARY KEY,
    name            TEXT    NOT NULL,
    group_id        INTEGER NOT NULL,
    market_group_id INTEGER,               -- NULL: not sold on the market
    published       INTEGER NOT NULL,
    description     TEXT    NOT NULL,
    volume          REAL,                  -- m3
    packaged_volume REAL,
    capacity        REAL,
    mass            REAL,
    radius          REAL,
    portion_size    INTEGER,
    graphic_id      INTEGER,
    icon_id         INTEGER,
    valid_from      INTEGER NOT NULL
) STRICT;
CREATE INDEX types_by_name ON types (name);
