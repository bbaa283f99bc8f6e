/*---
title: Cost indices of industry
description: |
  What of a job's estimated value its installation costs in a system, by activity; 0.0014 is the floor, 0.14 %.
route: GET /industry/systems
rows: /*/cost_indices
fields: { solar_system_id: ../solar_system_id }
cache: 3600
group: industry
---*/
CREATE TABLE industry_systems (
    solar_system_id INTEGER NOT NULL,
    activity        TEXT    NOT NULL,   -- manufacturing, copying, invention, reaction, researching_…_efficiency, …
    cost_index      REAL    NOT NULL,
    valid_from      INTEGER NOT NULL,
    PRIMARY KEY (solar_system_id, activity)
) STRICT, WITHOUT ROWID;
