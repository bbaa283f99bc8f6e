/*---
title: Corporations
description: |
  Those of the owners and friends. All others that the warehouse mentions have their name in `names`. A closed one says
  `state` closed.
route: GET /corporations/{corporation_id}
each: |
  SELECT id AS corporation_id FROM owners WHERE kind = 'corporation'
  UNION SELECT id FROM friends WHERE kind = 'corporation'
  UNION SELECT corporation_id FROM characters
cache: 3600
fields: { isk_tax_rate: /tax_rates/isk, loyalty_point_tax_rate: /tax_rates/loyalty_point }
columns: { date_founded: timestamp, war_eligible: boolean, palette: json }
---*/
CREATE TABLE corporations (
    corporation_id         INTEGER NOT NULL PRIMARY KEY,
    name                   TEXT    NOT NULL,
    ticker                 TEXT    NOT NULL,
    alliance_id            INTEGER,
    member_count           INTEGER NOT NULL,
    ceo_id                 INTEGER,
    creator_id             INTEGER,
    date_founded           INTEGER,
    home_station_id        INTEGER NOT NULL,
    enlisted_faction_id    INTEGER,
    type                   TEXT    NOT NULL,   -- player_owned, npc_owned
    state                  TEXT    NOT NULL,   -- active, closed
    war_eligible           INTEGER NOT NULL,
    friendly_fire          TEXT    NOT NULL,   -- legal, illegal
    isk_tax_rate           REAL    NOT NULL,   -- 0.1 is 10 %
    loyalty_point_tax_rate REAL    NOT NULL,
    shares                 INTEGER NOT NULL,
    palette                TEXT,
    url                    TEXT,
    description            TEXT    NOT NULL,
    valid_from             INTEGER NOT NULL
) STRICT;
