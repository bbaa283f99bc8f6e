/*---
title: Blueprints and reaction formulas
description: |
  Times are seconds a run, before skills, efficiency and bonuses; NULL where the blueprint has no such activity.
sde: blueprints.jsonl
fields:
  blueprint_type_id: /_key
  max_production_limit: /maxProductionLimit
  manufacturing_time: /activities/manufacturing/time
  reaction_time: /activities/reaction/time
  copying_time: /activities/copying/time
  invention_time: /activities/invention/time
  research_material_time: /activities/research_material/time
  research_time_time: /activities/research_time/time
---*/
CREATE TABLE sde_blueprints (
    blueprint_type_id      INTEGER NOT NULL PRIMARY KEY,
    max_production_limit   INTEGER,                        -- runs of a copy
    manufacturing_time     INTEGER,
    reaction_time          INTEGER,
    copying_time           INTEGER,
    invention_time         INTEGER,
    research_material_time INTEGER,
    research_time_time     INTEGER,
    valid_from             INTEGER NOT NULL
) STRICT;
