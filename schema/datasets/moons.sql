/*---
title: Moons
description: Those of the known systems, a request each (some 4,000 for The Forge). Asked by name only.
route: GET /universe/moons/{moon_id}
each: |
  SELECT CAST(m.value AS INTEGER) AS moon_id
  FROM systems, json_each(systems.planets) AS p, json_each(p.value, '$.moons') AS m
refresh: 30d
ingest: named
columns: { position: json }
---*/
CREATE TABLE moons (
    moon_id    INTEGER NOT NULL PRIMARY KEY,
    name       TEXT    NOT NULL,
    system_id  INTEGER NOT NULL,
    position   TEXT    NOT NULL,
    valid_from INTEGER NOT NULL
) STRICT;
CREATE INDEX moons_by_system ON moons (system_id);
