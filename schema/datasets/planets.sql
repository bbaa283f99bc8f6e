/*---
title: Planets
description: Those of the known systems, a request each. Asked by name only.
route: GET /universe/planets/{planet_id}
each: |
  SELECT CAST(json_extract(p.value, '$.planet_id') AS INTEGER) AS planet_id
  FROM systems, json_each(systems.planets) AS p
refresh: 30d
ingest: named
columns: { position: json }
---*/
CREATE TABLE planets (
    planet_id  INTEGER NOT NULL PRIMARY KEY,
    name       TEXT    NOT NULL,
    system_id  INTEGER NOT NULL,
    type_id    INTEGER NOT NULL,
    position   TEXT    NOT NULL,
    valid_from INTEGER NOT NULL
) STRICT;
CREATE INDEX planets_by_system ON planets (system_id);
