/*---
title: Ids of all NPC corporations
route: GET /corporations/npccorps
refresh: 30d
---*/
CREATE TABLE npc_corporations (
    corporation_id INTEGER NOT NULL PRIMARY KEY,
    valid_from     INTEGER NOT NULL
) STRICT;
