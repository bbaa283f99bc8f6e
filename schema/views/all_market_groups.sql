/*---
title: The market's tree of groups, of ESI and of the static data export
columns: { has_types: boolean }
---*/
CREATE VIEW all_market_groups AS
SELECT s.market_group_id, s.name, s.description, s.parent_group_id, s.has_types
FROM sde_market_groups AS s
WHERE NOT EXISTS (
    SELECT 1 FROM market_groups AS e
    CROSS JOIN newer_than_export AS n
    WHERE e.market_group_id = s.market_group_id
      AND n.dataset = 'market_groups' AND n.partition = 'market_group_id=' || e.market_group_id)
UNION ALL
SELECT e.market_group_id, e.name, e.description, e.parent_group_id, CASE WHEN e.types = '[]' THEN 0 ELSE 1 END
FROM market_groups AS e
WHERE NOT EXISTS (SELECT 1 FROM sde_market_groups AS s WHERE s.market_group_id = e.market_group_id)
   OR EXISTS (
    SELECT 1 FROM newer_than_export AS n
    WHERE n.dataset = 'market_groups' AND n.partition = 'market_group_id=' || e.market_group_id);
