/*---
title: Planets of the static data export
description: |
  A planet without a `unique_name` is called by its system and its numeral.
sde: mapPlanets.jsonl
fields:
  planet_id: /_key
  system_id: /solarSystemID
  type_id: /typeID
  celestial_index: /celestialIndex
  unique_name: /uniqueName/en
  radius: /radius
  position: /position
columns: { position: json }
---*/
CREATE TABLE sde_planets (
    planet_id       INTEGER NOT NULL PRIMARY KEY,
    system_id       INTEGER NOT NULL,
    type_id         INTEGER NOT NULL,
    celestial_index INTEGER NOT NULL,               -- its Roman numeral
    unique_name     TEXT,                           -- Amarr VIII (Oris)
    radius          REAL,
    position        TEXT,
    valid_from      INTEGER NOT NULL
) STRICT;
CREATE INDEX sde_planets_by_system ON sde_planets (system_id, celestial_index);
