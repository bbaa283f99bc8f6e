/*---
title: Categories of groups of ESI and of the static data export
columns: { published: boolean }
---*/
CREATE VIEW all_categories AS
SELECT
    s.category_id, s.name, s.published
FROM sde_categories AS s
WHERE NOT EXISTS (
    SELECT 1 FROM categories AS e
    CROSS JOIN newer_than_export AS n
    WHERE e.category_id = s.category_id AND n.dataset = 'categories' AND n.partition = 'category_id=' || e.category_id)
UNION ALL
SELECT
    e.category_id, e.name, e.published
FROM categories AS e
WHERE NOT EXISTS (SELECT 1 FROM sde_categories AS s WHERE s.category_id = e.category_id)
   OR EXISTS (
    SELECT 1 FROM newer_than_export AS n
    WHERE n.dataset = 'categories' AND n.partition = 'category_id=' || e.category_id);
