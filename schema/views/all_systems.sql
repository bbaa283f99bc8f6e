/*---
title: Solar systems of ESI and of the static data export
description: |
  `security_status` is the true value: the game shows it rounded half up to one decimal, and 0.1 for all between 0
  and 0.05.
columns: { position: json }
---*/
CREATE VIEW all_systems AS
SELECT
    s.system_id, s.name, s.constellation_id, s.region_id, s.security_status, s.security_class, s.star_id, s.position
FROM sde_systems AS s
WHERE NOT EXISTS (
    SELECT 1 FROM systems AS e
    CROSS JOIN newer_than_export AS n
    WHERE e.system_id = s.system_id AND n.dataset = 'systems' AND n.partition = 'system_id=' || e.system_id)
UNION ALL
SELECT
    e.system_id, e.name, e.constellation_id,
    (SELECT c.region_id FROM all_constellations AS c WHERE c.constellation_id = e.constellation_id) AS region_id,
    e.security_status, e.security_class, e.star_id, e.position
FROM systems AS e
WHERE NOT EXISTS (SELECT 1 FROM sde_systems AS s WHERE s.system_id = e.system_id)
   OR EXISTS (
    SELECT 1 FROM newer_than_export AS n
    WHERE n.dataset = 'systems' AND n.partition = 'system_id=' || e.system_id);
