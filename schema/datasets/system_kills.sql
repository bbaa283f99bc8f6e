/*---
title: Kills in systems within an hour
description: The hour before the observation. A system without a row had none; wormholes are never told of.
route: GET /universe/system_kills
cache: 3600
---*/
CREATE TABLE system_kills (
    system_id  INTEGER NOT NULL PRIMARY KEY,
    ship_kills INTEGER NOT NULL,
    pod_kills  INTEGER NOT NULL,
    npc_kills  INTEGER NOT NULL,
    valid_from INTEGER NOT NULL
) STRICT;
