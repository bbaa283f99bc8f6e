/*---
title: Wars
description: Those of `war_ids`, a request each; a finished one is not asked again. Asked by name only.
route: GET /wars/{war_id}
each: |
  SELECT i.war_id
  FROM war_ids AS i
  LEFT JOIN wars AS w ON w.war_id = i.war_id
  WHERE w.finished IS NULL OR w.finished > as_of()
fields:
  aggressor_corporation_id: /aggressor/corporation_id
  aggressor_alliance_id: /aggressor/alliance_id
  aggressor_isk_destroyed: /aggressor/isk_destroyed
  aggressor_ships_killed: /aggressor/ships_killed
  defender_corporation_id: /defender/corporation_id
  defender_alliance_id: /defender/alliance_id
  defender_isk_destroyed: /defender/isk_destroyed
  defender_ships_killed: /defender/ships_killed
cache: 3600
group: killmail
ingest: named
columns:
  declared: timestamp
  started: timestamp
  retracted: timestamp
  finished: timestamp
  mutual: boolean
  open_for_allies: boolean
  aggressor_isk_destroyed: isk
  defender_isk_destroyed: isk
  allies: json
---*/
CREATE TABLE wars (
    war_id                   INTEGER NOT NULL PRIMARY KEY,
    id                       INTEGER NOT NULL,   -- the same, as ESI calls it
    declared                 INTEGER NOT NULL,
    started                  INTEGER,
    retracted                INTEGER,
    finished                 INTEGER,
    mutual                   INTEGER NOT NULL,
    open_for_allies          INTEGER NOT NULL,
    aggressor_corporation_id INTEGER,
    aggressor_alliance_id    INTEGER,
    aggressor_isk_destroyed  REAL    NOT NULL,
    aggressor_ships_killed   INTEGER NOT NULL,
    defender_corporation_id  INTEGER,
    defender_alliance_id     INTEGER,
    defender_isk_destroyed   REAL    NOT NULL,
    defender_ships_killed    INTEGER NOT NULL,
    allies                   TEXT,
    valid_from               INTEGER NOT NULL
) STRICT;
