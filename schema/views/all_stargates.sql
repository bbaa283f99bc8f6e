/*---
title: Stargates of ESI and of the static data export
description: Where each leads. A gate to a system of a region that is not known may be here without its other end.
---*/
CREATE VIEW all_stargates AS
SELECT s.stargate_id, s.system_id, s.type_id, s.destination_stargate_id, s.destination_system_id
FROM sde_stargates AS s
WHERE NOT EXISTS (
    SELECT 1 FROM stargates AS e
    CROSS JOIN newer_than_export AS n
    WHERE e.stargate_id = s.stargate_id
      AND n.dataset = 'stargates' AND n.partition = 'stargate_id=' || e.stargate_id)
UNION ALL
SELECT e.stargate_id, e.system_id, e.type_id, e.destination_stargate_id, e.destination_system_id
FROM stargates AS e
WHERE NOT EXISTS (SELECT 1 FROM sde_stargates AS s WHERE s.stargate_id = e.stargate_id)
   OR EXISTS (
    SELECT 1 FROM newer_than_export AS n
    WHERE n.dataset = 'stargates' AND n.partition = 'stargate_id=' || e.stargate_id);
