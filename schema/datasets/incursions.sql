/*---
title: Incursions
description: One to a constellation. `influence` is the invaders' share of 1.
route: GET /incursions
cache: 300
group: incursion
columns: { has_boss: boolean }
---*/
CREATE TABLE incursions (
    constellation_id        INTEGER NOT NULL PRIMARY KEY,
    state                   TEXT    NOT NULL,   -- established, mobilizing, withdrawing
    type                    TEXT    NOT NULL,
    faction_id              INTEGER NOT NULL,
    influence               REAL    NOT NULL,
    has_boss                INTEGER NOT NULL,
    staging_solar_system_id INTEGER NOT NULL,
    valid_from              INTEGER NOT NULL
) STRICT;
