/*---
title: Members of alliances
description: Of those in `alliances`.
route: GET /alliances/{alliance_id}/corporations
each: SELECT alliance_id FROM alliances
cache: 3600
---*/
CREATE TABLE alliance_corporations (
    alliance_id    INTEGER NOT NULL,
    corporation_id INTEGER NOT NULL,
    valid_from     INTEGER NOT NULL,
    PRIMARY KEY (alliance_id, corporation_id)
) STRICT, WITHOUT ROWID;
