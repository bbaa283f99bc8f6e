/*---
title: Skyhooks that may be raided
route: GET /skyhooks/raidable
rows: /skyhooks
fields: { vulnerable_from: /theft_vulnerability/start, vulnerable_until: /theft_vulnerability/end }
cache: 300
group: activity
columns: { vulnerable_from: timestamp, vulnerable_until: timestamp }
---*/
CREATE TABLE raidable_skyhooks (
    planet_id        INTEGER NOT NULL PRIMARY KEY,
    solar_system_id  INTEGER NOT NULL,
    vulnerable_from  INTEGER NOT NULL,
    vulnerable_until INTEGER NOT NULL,
    valid_from       INTEGER NOT NULL
) STRICT;
