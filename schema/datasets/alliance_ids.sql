/*---
title: Ids of all alliances
description: When one came and went can be read from `alliance_ids_versions`.
route: GET /alliances
cache: 3600
---*/
CREATE TABLE alliance_ids (
    alliance_id INTEGER NOT NULL PRIMARY KEY,
    valid_from  INTEGER NOT NULL
) STRICT;
