/*---
title: Jumps into systems within an hour
description: The hour before the observation. A system without a row had none; wormholes are never told of.
route: GET /universe/system_jumps
cache: 3600
---*/
CREATE TABLE system_jumps (
    system_id  INTEGER NOT NULL PRIMARY KEY,
    ship_jumps INTEGER NOT NULL,
    valid_from INTEGER NOT NULL
) STRICT;
