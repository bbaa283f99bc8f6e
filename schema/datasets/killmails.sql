/*---
title: Killmails
description: Those of `war_killmails`, once for ever. Asked by name only.
route: GET /killmails/{killmail_id}/{killmail_hash}
each: SELECT DISTINCT killmail_id, killmail_hash FROM war_killmails
fields:
  victim_character_id: /victim/character_id
  victim_corporation_id: /victim/corporation_id
  victim_alliance_id: /victim/alliance_id
  victim_faction_id: /victim/faction_id
  victim_ship_type_id: /victim/ship_type_id
  victim_damage_taken: /victim/damage_taken
  victim_items: /victim/items
  victim_position: /victim/position
fetch: once
cache: 30d
group: killmail
ingest: named
columns: { killmail_time: timestamp, victim_items: json, victim_position: json }
---*/
CREATE TABLE killmails (
    killmail_id           INTEGER NOT NULL,
    killmail_hash         TEXT    NOT NULL,
    killmail_time         INTEGER NOT NULL,
    solar_system_id       INTEGER NOT NULL,
    moon_id               INTEGER,
    war_id                INTEGER,
    victim_character_id   INTEGER,
    victim_corporation_id INTEGER,
    victim_alliance_id    INTEGER,
    victim_faction_id     INTEGER,
    victim_ship_type_id   INTEGER NOT NULL,
    victim_damage_taken   INTEGER NOT NULL,
    victim_items          TEXT,
    victim_position       TEXT,
    valid_from            INTEGER NOT NULL,
    PRIMARY KEY (killmail_id, killmail_hash)
) STRICT, WITHOUT ROWID;
