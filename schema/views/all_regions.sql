/*---
title: Regions of ESI and of the static data export
columns: { constellations: json }
---*/
CREATE VIEW all_regions AS
SELECT
    s.region_id, s.name, s.description, s.constellations
FROM sde_regions AS s
WHERE NOT EXISTS (
    SELECT 1 FROM regions AS e
    CROSS JOIN newer_than_export AS n
    WHERE e.region_id = s.region_id AND n.dataset = 'regions' AND n.partition = 'region_id=' || e.region_id)
UNION ALL
SELECT
    e.region_id, e.name, e.description, e.constellations
FROM regions AS e
WHERE NOT EXISTS (SELECT 1 FROM sde_regions AS s WHERE s.region_id = e.region_id)
   OR EXISTS (
    SELECT 1 FROM newer_than_export AS n
    WHERE n.dataset = 'regions' AND n.partition = 'region_id=' || e.region_id);
