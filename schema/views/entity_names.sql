/*---
title: Names of everything that has one
---*/
CREATE VIEW entity_names AS
SELECT id, name, category FROM names
UNION ALL SELECT type_id, name, 'inventory_type' FROM types
UNION ALL SELECT region_id, name, 'region' FROM regions
UNION ALL SELECT constellation_id, name, 'constellation' FROM constellations
UNION ALL SELECT system_id, name, 'solar_system' FROM systems;
