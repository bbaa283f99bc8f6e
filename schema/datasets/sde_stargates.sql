/*---
title: Stargates of the static data export
sde: mapStargates.jsonl
fields:
  stargate_id: /_key
  system_id: /solarSystemID
  type_id: /typeID
  destination_stargate_id: /destination/stargateID
  destination_system_id: /destination/solarSystemID
  position: /position
columns: { position: json }
---*/
CREATE TABLE sde_stargates (
    stargate_id             INTEGER NOT NULL PRIMARY KEY,
    system_id               INTEGER NOT NULL,
    type_id                 INTEGER NOT NULL,
    destination_stargate_id INTEGER NOT NULL,
    destination_system_id   INTEGER NOT NULL,
    position                TEXT,
    valid_from              INTEGER NOT NULL
) STRICT;
CREATE INDEX sde_stargates_by_system ON sde_stargates (system_id);
