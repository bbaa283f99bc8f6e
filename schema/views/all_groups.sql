/*---
title: Groups of item types of ESI and of the static data export
columns: { published: boolean }
---*/
CREATE VIEW all_groups AS
SELECT
    s.group_id, s.name, s.category_id, s.published
FROM sde_groups AS s
WHERE NOT EXISTS (
    SELECT 1 FROM groups AS e
    CROSS JOIN newer_than_export AS n
    WHERE e.group_id = s.group_id AND n.dataset = 'groups' AND n.partition = 'group_id=' || e.group_id)
UNION ALL
SELECT
    e.group_id, e.name, e.category_id, e.published
FROM groups AS e
WHERE NOT EXISTS (SELECT 1 FROM sde_groups AS s WHERE s.group_id = e.group_id)
   OR EXISTS (
    SELECT 1 FROM newer_than_export AS n
    WHERE n.dataset = 'groups' AND n.partition = 'group_id=' || e.group_id);
