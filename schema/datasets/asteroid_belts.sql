/*---
title: Asteroid belts
description: Those of the known systems, a request each. Asked by name only.
route: GET /universe/asteroid_belts/{asteroid_belt_id}
each: |
  SELECT CAST(b.value AS INTEGER) AS asteroid_belt_id
  FROM systems, json_each(systems.planets) AS p, json_each(p.value, '$.asteroid_belts') AS b
refresh: 30d
ingest: named
columns: { position: json }
---*/
CREATE TABLE asteroid_belts (
    asteroid_belt_id INTEGER NOT NULL PRIMARY KEY,
    name             TEXT    NOT NULL,
    system_id        INTEGER NOT NULL,
    position         TEXT    NOT NULL,
    valid_from       INTEGER NOT NULL
) STRICT;
CREATE INDEX asteroid_belts_by_system ON asteroid_belts (system_id);
