/*---
title: Races
description: A race's `alliance_id` is a faction's.
route: GET /universe/races
refresh: 30d
---*/
CREATE TABLE races (
    race_id     INTEGER NOT NULL PRIMARY KEY,
    name        TEXT    NOT NULL,
    alliance_id INTEGER NOT NULL,
    description TEXT    NOT NULL,
    valid_from  INTEGER NOT NULL
) STRICT;
