/*---
title: Sovereignty hubs and when they may be attacked
description: |
  Of the systems that an alliance holds, from the same answer as `sovereignty_systems`; a table of its own, since the window
  is another each day and the holder is not.
route: GET /sovereignty/systems
rows: /solar_systems/*/claim/alliance/sovereignty_hub
fields:
  sovereignty_hub_id: /id
  solar_system_id: ../../../solar_system_id
  vulnerable_from: /vulnerability_window/start
  vulnerable_until: /vulnerability_window/end
cache: 300
group: sovereignty
columns: { vulnerable_from: timestamp, vulnerable_until: timestamp }
---*/
CREATE TABLE sovereignty_hubs (
    sovereignty_hub_id INTEGER NOT NULL PRIMARY KEY,
    solar_system_id    INTEGER NOT NULL,
    vulnerable_from    INTEGER,
    vulnerable_until   INTEGER,
    valid_from         INTEGER NOT NULL
) STRICT;
CREATE INDEX sovereignty_hubs_by_system ON sovereignty_hubs (solar_system_id);
