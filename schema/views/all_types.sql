/*---
title: Item types of ESI and of the static data export
description: |
  Of a type that both know, the newer word. `packaged_volume` is what a unit takes in a hold when it is packaged: ESI
  tells it, the export does not. For what is never assembled it is `volume`; NULL where it is not known.
columns: { published: boolean }
---*/
CREATE VIEW all_types AS
SELECT
    s.type_id, s.name, s.group_id,
    coalesce(
        (SELECT g.category_id FROM sde_groups AS g WHERE g.group_id = s.group_id),
        (SELECT g.category_id FROM groups AS g WHERE g.group_id = s.group_id)) AS category_id,
    s.market_group_id, s.published, s.description, s.volume,
    coalesce(
        (SELECT t.packaged_volume FROM types AS t WHERE t.type_id = s.type_id),
        -- Celestials (containers), ships, deployables, starbases, sovereignty structures, orbitals and structures are
        -- assembled, and whatever else is large may be.
        CASE
            WHEN s.volume < 1000 AND NOT EXISTS (
                SELECT 1 FROM sde_groups AS g
                WHERE g.group_id = s.group_id AND g.category_id IN (2, 6, 22, 23, 40, 46, 65))
                THEN s.volume
        END) AS packaged_volume,
    s.capacity, s.mass, s.radius, s.portion_size, s.graphic_id, s.icon_id
FROM sde_types AS s
WHERE NOT EXISTS (
    SELECT 1 FROM types AS e
    CROSS JOIN newer_than_export AS n
    WHERE e.type_id = s.type_id AND n.dataset = 'types' AND n.partition = 'type_id=' || e.type_id)
UNION ALL
SELECT
    e.type_id, e.name, e.group_id,
    coalesce(
        (SELECT g.category_id FROM groups AS g WHERE g.group_id = e.group_id),
        (SELECT g.category_id FROM sde_groups AS g WHERE g.group_id = e.group_id)) AS category_id,
    e.market_group_id, e.published, e.description, e.volume,
    coalesce(e.packaged_volume, e.volume) AS packaged_volume, e.capacity, e.mass, e.radius, e.portion_size,
    e.graphic_id, e.icon_id
FROM types AS e
WHERE NOT EXISTS (SELECT 1 FROM sde_types AS s WHERE s.type_id = e.type_id)
   OR EXISTS (
    SELECT 1 FROM newer_than_export AS n
    WHERE n.dataset = 'types' AND n.partition = 'type_id=' || e.type_id);
