/*---
title: Blueprints and reaction formulas
description: The types of category 9. Nobody can research a formula (`is_formula`).
columns: { is_formula: boolean }
---*/
CREATE VIEW blueprint_types AS
SELECT t.type_id, t.name, lower(t.name) LIKE '%reaction formula' AS is_formula
FROM all_types AS t
WHERE t.category_id = 9;
