/*---
title: NPC corporations of the static data export
sde: npcCorporations.jsonl
fields:
  corporation_id: /_key
  name: /name/en
  ticker: /tickerName
  description: /description/en
  ceo_id: /ceoID
  faction_id: /factionID
  home_station_id: /stationID
  system_id: /solarSystemID
  tax_rate: /taxRate
  deleted: /deleted
columns: { deleted: boolean }
---*/
CREATE TABLE sde_npc_corporations (
    corporation_id  INTEGER NOT NULL PRIMARY KEY,
    name            TEXT    NOT NULL,
    ticker          TEXT,
    description     TEXT,
    ceo_id          INTEGER,
    faction_id      INTEGER,
    home_station_id INTEGER,
    system_id       INTEGER,
    tax_rate        REAL,
    deleted         INTEGER NOT NULL DEFAULT 0,
    valid_from      INTEGER NOT NULL
) STRICT;
