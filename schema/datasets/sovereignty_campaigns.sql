/*---
title: Fights for sovereignty
description: Gone from here when they are over. Scores are shares of 1; station fights have participants instead.
route: GET /sovereignty/campaigns
cache: 5
group: sovereignty
columns: { start_time: timestamp }
---*/
CREATE TABLE sovereignty_campaigns (
    campaign_id      INTEGER NOT NULL PRIMARY KEY,
    event_type       TEXT    NOT NULL,   -- tcu_defense, ihub_defense, station_defense, station_freeport
    structure_id     INTEGER NOT NULL,
    solar_system_id  INTEGER NOT NULL,
    constellation_id INTEGER NOT NULL,
    start_time       INTEGER NOT NULL,
    defender_id      INTEGER,            -- an alliance
    defender_score   REAL,
    attackers_score  REAL,
    valid_from       INTEGER NOT NULL
) STRICT;
