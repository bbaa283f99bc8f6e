/*---
title: NPC stations with their system and region
description: Of the tracked regions. Structures are not among them; ESI tells of those only to who may dock.
columns: { security_status: real }
---*/
CREATE VIEW locations AS
SELECT
    t.station_id AS location_id, t.name, t.owner AS owner_id, t.type_id,
    s.system_id, s.name AS system_name, s.security_status,
    c.constellation_id, c.name AS constellation_name, c.region_id, r.name AS region_name
FROM stations AS t
LEFT JOIN systems AS s ON s.system_id = t.system_id
LEFT JOIN constellations AS c ON c.constellation_id = s.constellation_id
LEFT JOIN regions AS r ON r.region_id = c.region_id;
