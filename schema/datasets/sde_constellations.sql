/*---
title: Constellations of the static data export
sde: mapConstellations.jsonl
fields:
  constellation_id: /_key
  name: /name/en
  region_id: /regionID
  faction_id: /factionID
  wormhole_class_id: /wormholeClassID
  position: /position
  systems: /solarSystemIDs
columns: { position: json, systems: json }
---*/
CREATE TABLE sde_constellations (
    constellation_id  INTEGER NOT NULL PRIMARY KEY,
    name              TEXT    NOT NULL,
    region_id         INTEGER NOT NULL,
    faction_id        INTEGER,
    wormhole_class_id INTEGER,
    position          TEXT,
    systems           TEXT,
    valid_from        INTEGER NOT NULL
) STRICT;
CREATE INDEX sde_constellations_by_region ON sde_constellations (region_id);
