/*---
title: What a public contract offers or asks for, alike items together
description: |
  One row for each signature: type, kind (item, bpo, bpc), efficiency and runs. A contract with a single signature has a
  unit price; one with several is a bundle. `units` counts items, originals, or the runs of all copies.
columns: { is_included: boolean }
---*/
CREATE VIEW contract_goods AS
SELECT
    i.contract_id, i.is_included, i.type_id, i.material_efficiency, i.time_efficiency, i.runs,
    CASE
        WHEN i.is_blueprint_copy = 1 THEN 'bpc'
        -- Public rows carry ME only on blueprints; requested ones carry none and need the category.
        WHEN i.material_efficiency IS NOT NULL OR g.category_id = 9 THEN 'bpo'
        ELSE 'item'
    END AS kind,
    sum(i.quantity) AS quantity,
    CASE WHEN i.is_blueprint_copy = 1 THEN sum(i.quantity) * i.runs ELSE sum(i.quantity) END AS units
FROM public_contract_items AS i
LEFT JOIN types AS t ON t.type_id = i.type_id
LEFT JOIN groups AS g ON g.group_id = t.group_id
GROUP BY
    i.contract_id, i.is_included, i.type_id, i.is_blueprint_copy, i.material_efficiency, i.time_efficiency, i.runs;
