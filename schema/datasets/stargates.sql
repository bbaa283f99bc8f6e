/*---
title: Stargates
description: |
  Those of the known systems, unless the static data export has them. What is behind one may be a system of another
  region, which is not known then.
route: GET /universe/stargates/{stargate_id}
each: |
  SELECT CAST(g.value AS INTEGER) AS stargate_id FROM systems, json_each(systems.stargates) AS g
  EXCEPT SELECT stargate_id FROM sde_stargates
refresh: 30d
fields:
  destination_stargate_id: /destination/stargate_id
  destination_system_id: /destination/system_id
columns: { position: json }
---*/
CREATE TABLE stargates (
    stargate_id             INTEGER NOT NULL PRIMARY KEY,
    name                    TEXT    NOT NULL,
    system_id               INTEGER NOT NULL,
    destination_stargate_id INTEGER NOT NULL,
    destination_system_id   INTEGER NOT NULL,
    type_id                 INTEGER NOT NULL,
    position                TEXT    NOT NULL,
    valid_from              INTEGER NOT NULL
) STRICT;
CREATE INDEX stargates_by_system ON stargates (system_id, destination_system_id);
