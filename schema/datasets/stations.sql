/*---
title: NPC stations
description: |
  Those of the known systems, and those where orders and contracts are, unless the static data export has them.
route: GET /universe/stations/{station_id}
each: |
  SELECT CAST(t.value AS INTEGER) AS station_id FROM systems, json_each(systems.stations) AS t
  UNION SELECT location_id FROM market_orders WHERE location_id BETWEEN 60000000 AND 63999999
  UNION SELECT start_location_id FROM public_contracts WHERE start_location_id BETWEEN 60000000 AND 63999999
  UNION SELECT end_location_id FROM public_contracts WHERE end_location_id BETWEEN 60000000 AND 63999999
  EXCEPT SELECT station_id FROM sde_stations
refresh: 30d
columns: { office_rental_cost: isk, services: json, position: json }
---*/
CREATE TABLE stations (
    station_id                 INTEGER NOT NULL PRIMARY KEY,
    name                       TEXT    NOT NULL,
    system_id                  INTEGER NOT NULL,
    type_id                    INTEGER NOT NULL,
    owner                      INTEGER,            -- a corporation
    race_id                    INTEGER,
    max_dockable_ship_volume   REAL    NOT NULL,   -- m3
    office_rental_cost         REAL    NOT NULL,
    reprocessing_efficiency    REAL    NOT NULL,   -- 0.5 is 50 %
    reprocessing_stations_take REAL    NOT NULL,
    services                   TEXT    NOT NULL,
    position                   TEXT    NOT NULL,
    valid_from                 INTEGER NOT NULL
) STRICT;
CREATE INDEX stations_by_system ON stations (system_id);
