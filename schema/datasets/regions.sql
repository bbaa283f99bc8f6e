/*---
title: Regions
description: The tracked ones, unless the static data export has them.
route: GET /universe/regions/{region_id}
each: SELECT region_id FROM tracked_regions EXCEPT SELECT region_id FROM sde_regions
refresh: 30d
columns: { constellations: json }
---*/
CREATE TABLE regions (
    region_id      INTEGER NOT NULL PRIMARY KEY,
    name           TEXT    NOT NULL,
    description    TEXT,
    constellations TEXT    NOT NULL,
    valid_from     INTEGER NOT NULL
) STRICT;
