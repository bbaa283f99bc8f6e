/*---
title: Planetary schematics
sde: planetSchematics.jsonl
fields:
  schematic_id: /_key
  name: /name/en
  cycle_time: /cycleTime
  pins: /pins
columns: { pins: json }
---*/
CREATE TABLE sde_planet_schematics (
    schematic_id INTEGER NOT NULL PRIMARY KEY,
    name         TEXT    NOT NULL,
    cycle_time   INTEGER NOT NULL,               -- seconds
    pins         TEXT,
    valid_from   INTEGER NOT NULL
) STRICT;
