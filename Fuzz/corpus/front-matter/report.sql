/*---
title: Cheapest
parameters: { type_id: { type: integer, default: 34, description: the type, minimum: 1, values: [1, 34] } }
columns: { as_of: timestamp, price: isk }
key: [type_id]
---*/
SELECT 1
