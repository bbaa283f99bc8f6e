/*---
title: Names of everything that has one
description: |
  Ids of different kinds do not overlap here. Characters, corporations and alliances have the name that was theirs when ESI
  was asked last.
---*/
CREATE VIEW entity_names AS
SELECT id, name, category FROM names
UNION ALL
SELECT station_id, name, 'station' FROM all_stations AS s
WHERE name IS NOT NULL AND NOT EXISTS (SELECT 1 FROM names AS n WHERE n.id = s.station_id)
UNION ALL
SELECT corporation_id, name, 'corporation' FROM sde_npc_corporations AS c
WHERE NOT EXISTS (SELECT 1 FROM names AS n WHERE n.id = c.corporation_id)
UNION ALL
SELECT faction_id, name, 'faction' FROM factions AS f
WHERE NOT EXISTS (SELECT 1 FROM names AS n WHERE n.id = f.faction_id)
UNION ALL SELECT type_id, name, 'inventory_type' FROM all_types
UNION ALL SELECT region_id, name, 'region' FROM all_regions
UNION ALL SELECT constellation_id, name, 'constellation' FROM all_constellations
UNION ALL SELECT system_id, name, 'solar_system' FROM all_systems;
