/*---
title: Solar systems
description: |
  Those of the tracked regions, unless the static data export has them. `security_status` is the true value: the game
  shows it rounded half up to one decimal, and 0.1 for all between 0 and 0.05.
route: GET /universe/systems/{system_id}
each: |
  SELECT s.value AS system_id FROM constellations, json_each(constellations.systems) AS s
  EXCEPT SELECT system_id FROM sde_systems
refresh: 30d
columns: { planets: json, position: json, stargates: json, stations: json }
---*/
CREATE TABLE systems (
    system_id        INTEGER NOT NULL PRIMARY KEY,
    name             TEXT    NOT NULL,
    constellation_id INTEGER NOT NULL,
    security_status  REAL    NOT NULL,
    security_class   TEXT,
    star_id          INTEGER,
    position         TEXT    NOT NULL,
    planets          TEXT,
    stargates        TEXT,
    stations         TEXT,
    valid_from       INTEGER NOT NULL
) STRICT;
