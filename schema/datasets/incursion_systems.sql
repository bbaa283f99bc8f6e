/*---
title: Systems that incursions have infested
route: GET /incursions
rows: /*/infested_solar_systems
fields: { constellation_id: ../constellation_id }
cache: 300
group: incursion
---*/
CREATE TABLE incursion_systems (
    constellation_id INTEGER NOT NULL,
    solar_system_id  INTEGER NOT NULL,
    valid_from       INTEGER NOT NULL,
    PRIMARY KEY (constellation_id, solar_system_id)
) STRICT, WITHOUT ROWID;
