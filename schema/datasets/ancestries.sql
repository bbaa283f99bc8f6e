/*---
title: Ancestries
route: GET /universe/ancestries
fields: { ancestry_id: /id }
refresh: 30d
---*/
CREATE TABLE ancestries (
    ancestry_id       INTEGER NOT NULL PRIMARY KEY,
    name              TEXT    NOT NULL,
    bloodline_id      INTEGER NOT NULL,
    short_description TEXT,
    description       TEXT    NOT NULL,
    icon_id           INTEGER,
    valid_from        INTEGER NOT NULL
) STRICT;
