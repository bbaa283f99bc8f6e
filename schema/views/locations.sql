/*---
title: NPC stations with their system and region
description: Those that are known. Structures are not among them; ESI tells of those only to who may dock.
columns: { security_status: real }
---*/
CREATE VIEW locations AS
SELECT
    t.station_id AS location_id, t.name, t.owner AS owner_id, t.type_id, t.system_id,
    (SELECT y.name FROM all_systems AS y WHERE y.system_id = t.system_id) AS system_name,
    (SELECT y.security_status FROM all_systems AS y WHERE y.system_id = t.system_id) AS security_status,
    (SELECT y.constellation_id FROM all_systems AS y WHERE y.system_id = t.system_id) AS constellation_id,
    (
        SELECT c.name FROM all_systems AS y CROSS JOIN all_constellations AS c
        WHERE y.system_id = t.system_id AND c.constellation_id = y.constellation_id
    ) AS constellation_name,
    (SELECT y.region_id FROM all_systems AS y WHERE y.system_id = t.system_id) AS region_id,
    (
        SELECT r.name FROM all_systems AS y CROSS JOIN all_regions AS r
        WHERE y.system_id = t.system_id AND r.region_id = y.region_id
    ) AS region_name
FROM all_stations AS t;
