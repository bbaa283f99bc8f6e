/*---
title: Constellations of ESI and of the static data export
columns: { position: json, systems: json }
---*/
CREATE VIEW all_constellations AS
SELECT
    s.constellation_id, s.name, s.region_id, s.position, s.systems
FROM sde_constellations AS s
WHERE NOT EXISTS (
    SELECT 1 FROM constellations AS e
    CROSS JOIN newer_than_export AS n
    WHERE e.constellation_id = s.constellation_id
      AND n.dataset = 'constellations' AND n.partition = 'constellation_id=' || e.constellation_id)
UNION ALL
SELECT
    e.constellation_id, e.name, e.region_id, e.position, e.systems
FROM constellations AS e
WHERE NOT EXISTS (SELECT 1 FROM sde_constellations AS s WHERE s.constellation_id = e.constellation_id)
   OR EXISTS (
    SELECT 1 FROM newer_than_export AS n
    WHERE n.dataset = 'constellations' AND n.partition = 'constellation_id=' || e.constellation_id);
