/*---
title: Market groups
description: |
  The tree of the game's market browser, unless the static data export has it. `types` has only direct members.
route: GET /markets/groups/{market_group_id}
each: |
  SELECT market_group_id FROM market_group_ids
  EXCEPT SELECT market_group_id FROM sde_market_groups
refresh: 30d
columns: { types: json }
---*/
CREATE TABLE market_groups (
    market_group_id INTEGER NOT NULL PRIMARY KEY,
    name            TEXT    NOT NULL,
    parent_group_id INTEGER,            -- NULL: at the top
    description     TEXT    NOT NULL,
    types           TEXT    NOT NULL,
    valid_from      INTEGER NOT NULL
) STRICT;
CREATE INDEX market_groups_by_parent ON market_groups (parent_group_id);
