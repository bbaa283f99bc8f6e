/*---
title: Factions
route: GET /universe/factions
refresh: 30d
columns: { is_unique: boolean }
---*/
CREATE TABLE factions (
    faction_id             INTEGER NOT NULL PRIMARY KEY,
    name                   TEXT    NOT NULL,
    description            TEXT    NOT NULL,
    corporation_id         INTEGER,
    militia_corporation_id INTEGER,
    solar_system_id        INTEGER,
    size_factor            REAL    NOT NULL,
    is_unique              INTEGER NOT NULL,
    station_count          INTEGER NOT NULL,
    station_system_count   INTEGER NOT NULL,
    valid_from             INTEGER NOT NULL
) STRICT;
