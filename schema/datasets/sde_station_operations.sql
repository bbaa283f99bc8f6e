/*---
title: What NPC stations do
sde: stationOperations.jsonl
fields:
  operation_id: /_key
  name: /operationName/en
  description: /description/en
  activity_id: /activityID
  manufacturing_factor: /manufacturingFactor
  research_factor: /researchFactor
  services: /services
columns: { services: json }
---*/
CREATE TABLE sde_station_operations (
    operation_id         INTEGER NOT NULL PRIMARY KEY,
    name                 TEXT    NOT NULL,
    description          TEXT,
    activity_id          INTEGER,
    manufacturing_factor REAL,
    research_factor      REAL,
    services             TEXT,
    valid_from           INTEGER NOT NULL
) STRICT;
