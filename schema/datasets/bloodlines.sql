/*---
title: Bloodlines
description: ESI promises a `ship_type_id`, and sent null for it.
route: GET /universe/bloodlines
refresh: 30d
---*/
CREATE TABLE bloodlines (
    bloodline_id   INTEGER NOT NULL PRIMARY KEY,
    name           TEXT    NOT NULL,
    race_id        INTEGER NOT NULL,
    corporation_id INTEGER NOT NULL,
    ship_type_id   INTEGER,
    charisma       INTEGER NOT NULL,
    intelligence   INTEGER NOT NULL,
    memory         INTEGER NOT NULL,
    perception     INTEGER NOT NULL,
    willpower      INTEGER NOT NULL,
    description    TEXT    NOT NULL,
    valid_from     INTEGER NOT NULL
) STRICT;
