/*---
title: Market groups of the static data export
sde: marketGroups.jsonl
fields:
  market_group_id: /_key
  name: /name/en
  description: /description/en
  parent_group_id: /parentGroupID
  has_types: /hasTypes
  icon_id: /iconID
columns: { has_types: boolean }
---*/
CREATE TABLE sde_market_groups (
    market_group_id INTEGER NOT NULL PRIMARY KEY,
    name            TEXT    NOT NULL,
    description     TEXT,
    parent_group_id INTEGER,                        -- NULL: at the top of the market's tree
    has_types       INTEGER NOT NULL,
    icon_id         INTEGER,
    valid_from      INTEGER NOT NULL
) STRICT;
CREATE INDEX sde_market_groups_by_parent ON sde_market_groups (parent_group_id);
