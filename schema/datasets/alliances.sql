/*---
title: Alliances
description: |
  Those of the owners and friends. All others that the warehouse mentions have their name in `names`. Without an executor
  an alliance is closed or in limbo.
route: GET /alliances/{alliance_id}
each: |
  SELECT id AS alliance_id FROM friends WHERE kind = 'alliance'
  UNION SELECT alliance_id FROM characters WHERE alliance_id IS NOT NULL
  UNION SELECT alliance_id FROM corporations WHERE alliance_id IS NOT NULL
cache: 3600
columns: { date_founded: timestamp }
---*/
CREATE TABLE alliances (
    alliance_id             INTEGER NOT NULL PRIMARY KEY,
    name                    TEXT    NOT NULL,
    ticker                  TEXT    NOT NULL,
    date_founded            INTEGER NOT NULL,
    creator_id              INTEGER NOT NULL,
    creator_corporation_id  INTEGER NOT NULL,
    executor_corporation_id INTEGER,
    faction_id              INTEGER,
    valid_from              INTEGER NOT NULL
) STRICT;
