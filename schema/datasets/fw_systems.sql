/*---
title: Systems of factional warfare
route: GET /fw/systems
cache: 1800
group: factional-warfare
---*/
CREATE TABLE fw_systems (
    solar_system_id          INTEGER NOT NULL PRIMARY KEY,
    owner_faction_id         INTEGER NOT NULL,
    occupier_faction_id      INTEGER NOT NULL,
    contested                TEXT    NOT NULL,   -- captured, contested, uncontested, vulnerable
    victory_points           INTEGER NOT NULL,
    victory_points_threshold INTEGER NOT NULL,
    valid_from               INTEGER NOT NULL
) STRICT;
