/*---
title: Where industry jobs may be installed
description: NPC stations, and structures that are public.
route: GET /industry/facilities
cache: 3600
group: industry
---*/
CREATE TABLE industry_facilities (
    facility_id     INTEGER NOT NULL PRIMARY KEY,
    owner_id        INTEGER NOT NULL,   -- a corporation
    type_id         INTEGER NOT NULL,
    solar_system_id INTEGER NOT NULL,
    region_id       INTEGER NOT NULL,
    tax             REAL,               -- 0.1 is 10 %; often left out
    valid_from      INTEGER NOT NULL
) STRICT;
CREATE INDEX industry_facilities_by_system ON industry_facilities (solar_system_id);
