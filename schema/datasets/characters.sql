/*---
title: Characters
description: |
  The owners and friends. All others that the warehouse mentions have their corporation in `character_affiliations` and
  their name in `names`, a thousand to a request.
route: GET /characters/{character_id}
each: |
  SELECT id AS character_id FROM owners WHERE kind = 'character'
  UNION SELECT id FROM friends WHERE kind = 'character'
cache: 86400
columns: { birthday: timestamp }
---*/
CREATE TABLE characters (
    character_id       INTEGER NOT NULL PRIMARY KEY,
    name               TEXT    NOT NULL,
    corporation_id     INTEGER NOT NULL,
    alliance_id        INTEGER,
    faction_id         INTEGER,
    birthday           INTEGER NOT NULL,
    gender             TEXT    NOT NULL,   -- male, female
    race_id            INTEGER NOT NULL,
    bloodline_id       INTEGER NOT NULL,
    security_status    REAL,
    achievement_score  INTEGER NOT NULL,
    character_title_id TEXT,
    corporation_title  TEXT,
    description        TEXT,
    valid_from         INTEGER NOT NULL
) STRICT;
