/*---
title: Ids of wars
description: ESI lists the newest 2,000; older ones that were seen are kept. Asked by name only.
route: GET /wars
absence: keeps
cache: 3600
group: killmail
ingest: named
---*/
CREATE TABLE war_ids (
    war_id     INTEGER NOT NULL PRIMARY KEY,
    valid_from INTEGER NOT NULL
) STRICT;
