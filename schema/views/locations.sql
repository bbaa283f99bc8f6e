/*---
title: NPC stations with their system and region
description: Of the tracked regions. Structures are not among them; ESI tells of those only to who may dock.
engine: sqlite
columns: { security_status: real }
---*/
CREATE VIEW locations AS
SELECT
    CAST(t.value AS INTEGER) AS location_id, n.name,
    s.system_id, s.name AS system_name, s.security_status,
    c.constellation_id, c.name AS constellation_name, c.region_id, r.name AS region_name
FROM systems AS s
CROSS JOIN json_each(s.stations) AS t
LEFT JOIN names AS n ON n.id = t.value
LEFT JOIN constellations AS c ON c.constellation_id = s.constellation_id
LEFT JOIN regions AS r ON r.region_id = c.region_id;
