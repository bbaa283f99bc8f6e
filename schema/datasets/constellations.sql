/*---
title: Constellations
description: Those of the tracked regions, unless the static data export has them.
route: GET /universe/constellations/{constellation_id}
each: |
  SELECT c.value AS constellation_id FROM regions, json_each(regions.constellations) AS c
  EXCEPT SELECT constellation_id FROM sde_constellations
refresh: 30d
columns: { position: json, systems: json }
---*/
CREATE TABLE constellations (
    constellation_id INTEGER NOT NULL PRIMARY KEY,
    name             TEXT    NOT NULL,
    region_id        INTEGER NOT NULL,
    position         TEXT    NOT NULL,
    systems          TEXT    NOT NULL,
    valid_from       INTEGER NOT NULL
) STRICT;
