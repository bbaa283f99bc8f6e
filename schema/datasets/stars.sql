/*---
title: Stars
description: Those of the known systems, a request each. Asked by name only.
route: GET /universe/stars/{star_id}
each: SELECT star_id FROM systems WHERE star_id IS NOT NULL
refresh: 30d
ingest: named
---*/
CREATE TABLE stars (
    star_id         INTEGER NOT NULL PRIMARY KEY,
    name            TEXT    NOT NULL,
    solar_system_id INTEGER NOT NULL,
    type_id         INTEGER NOT NULL,
    spectral_class  TEXT    NOT NULL,
    age             INTEGER NOT NULL,   -- years
    luminosity      REAL    NOT NULL,
    radius          INTEGER NOT NULL,   -- m
    temperature     INTEGER NOT NULL,   -- K
    valid_from      INTEGER NOT NULL
) STRICT;
