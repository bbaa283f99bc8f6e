/*---
title: Who holds which system
description: |
  A system's claim is a faction's, an alliance's, or nobody's (`unclaimed`); of the columns those of the others are NULL.
  When its hub may be attacked is in `sovereignty_hubs`.
route: GET /sovereignty/systems
rows: /solar_systems
fields:
  faction_id: /claim/faction/faction_id
  alliance_id: /claim/alliance/alliance_id
  corporation_id: /claim/alliance/corporation_id
  claimed_since: /claim/alliance/claimed_since
  is_capital_system: /claim/alliance/is_capital_system
  industrial_level: /claim/alliance/development/industrial_level
  military_level: /claim/alliance/development/military_level
  strategic_level: /claim/alliance/development/strategic_level
  activity_defense_multiplier: /claim/alliance/development/activity_defense_multiplier
  sovereignty_hub_id: /claim/alliance/sovereignty_hub/id
  unclaimed: /claim/unclaimed
cache: 300
group: sovereignty
columns: { claimed_since: timestamp, is_capital_system: boolean, unclaimed: boolean }
---*/
CREATE TABLE sovereignty_systems (
    solar_system_id             INTEGER NOT NULL PRIMARY KEY,
    faction_id                  INTEGER,
    alliance_id                 INTEGER,
    corporation_id              INTEGER,
    claimed_since               INTEGER,
    is_capital_system           INTEGER,
    industrial_level            INTEGER,
    military_level              INTEGER,
    strategic_level             INTEGER,
    activity_defense_multiplier REAL,
    sovereignty_hub_id          INTEGER,
    unclaimed                   INTEGER,
    valid_from                  INTEGER NOT NULL
) STRICT;
CREATE INDEX sovereignty_systems_by_alliance ON sovereignty_systems (alliance_id);
