/*---
title: Solar systems of the static data export
description: |
  `security_status` is the true value, as in `systems`.
sde: mapSolarSystems.jsonl
fields:
  system_id: /_key
  name: /name/en
  constellation_id: /constellationID
  region_id: /regionID
  security_status: /securityStatus
  security_class: /securityClass
  star_id: /starID
  faction_id: /factionID
  wormhole_class_id: /wormholeClassID
  radius: /radius
  position: /position
  planets: /planetIDs
  stargates: /stargateIDs
columns: { position: json, planets: json, stargates: json }
---*/
CREATE TABLE sde_systems (
    system_id         INTEGER NOT NULL PRIMARY KEY,
    name              TEXT    NOT NULL,
    constellation_id  INTEGER NOT NULL,
    region_id         INTEGER NOT NULL,
    security_status   REAL    NOT NULL,
    security_class    TEXT,
    star_id           INTEGER,
    faction_id        INTEGER,
    wormhole_class_id INTEGER,
    radius            REAL,
    position          TEXT,
    planets           TEXT,
    stargates         TEXT,
    valid_from        INTEGER NOT NULL
) STRICT;
CREATE INDEX sde_systems_by_region ON sde_systems (region_id);
CREATE INDEX sde_systems_by_constellation ON sde_systems (constellation_id);
