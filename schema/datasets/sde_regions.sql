/*---
title: Regions of the static data export
sde: mapRegions.jsonl
fields:
  region_id: /_key
  name: /name/en
  description: /description/en
  faction_id: /factionID
  wormhole_class_id: /wormholeClassID
  position: /position
  constellations: /constellationIDs
columns: { position: json, constellations: json }
---*/
CREATE TABLE sde_regions (
    region_id         INTEGER NOT NULL PRIMARY KEY,
    name              TEXT    NOT NULL,
    description       TEXT,
    faction_id        INTEGER,
    wormhole_class_id INTEGER,
    position          TEXT,
    constellations    TEXT,
    valid_from        INTEGER NOT NULL
) STRICT;
