/*---
title: Ids of all market groups
route: GET /markets/groups
refresh: 30d
---*/
CREATE TABLE market_group_ids (
    market_group_id INTEGER NOT NULL PRIMARY KEY,
    valid_from      INTEGER NOT NULL
) STRICT;
