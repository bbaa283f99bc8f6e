/*---
title: Ids of all regions
description: What `regions = all` in the configuration stands for.
route: GET /universe/regions
refresh: 30d
---*/
CREATE TABLE region_ids (
    region_id  INTEGER NOT NULL PRIMARY KEY,
    valid_from INTEGER NOT NULL
) STRICT;
