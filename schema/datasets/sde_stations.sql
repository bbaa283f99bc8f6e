/*---
title: NPC stations of the static data export
description: |
  Their names are not in the export; the view `all_stations` puts them together.
sde: npcStations.jsonl
fields:
  station_id: /_key
  system_id: /solarSystemID
  type_id: /typeID
  owner: /ownerID
  operation_id: /operationID
  use_operation_name: /useOperationName
  orbit_id: /orbitID
  celestial_index: /celestialIndex
  orbit_index: /orbitIndex
  reprocessing_efficiency: /reprocessingEfficiency
  reprocessing_stations_take: /reprocessingStationsTake
  position: /position
columns: { use_operation_name: boolean, position: json }
---*/
CREATE TABLE sde_stations (
    station_id                 INTEGER NOT NULL PRIMARY KEY,
    system_id                  INTEGER NOT NULL,
    type_id                    INTEGER NOT NULL,
    owner                      INTEGER NOT NULL,               -- an NPC corporation
    operation_id               INTEGER,
    use_operation_name         INTEGER NOT NULL DEFAULT 0,
    orbit_id                   INTEGER,                        -- a planet or moon
    celestial_index            INTEGER,                        -- of the planet
    orbit_index                INTEGER,                        -- of the moon
    reprocessing_efficiency    REAL,
    reprocessing_stations_take REAL,
    position                   TEXT,
    valid_from                 INTEGER NOT NULL
) STRICT;
CREATE INDEX sde_stations_by_system ON sde_stations (system_id);
