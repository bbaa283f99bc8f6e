/*---
title: What changed in a type's orders lately
description: |
  Orders that came, changed or went within the last hours, the newest first: with the price and the units before and after.
parameters:
  type_id: { type: integer, default: 34, description: the item type }
  region_id: { type: integer, default: 10000002, description: the region }
  hours: { type: integer, default: 24, minimum: 1, description: how far to look back from the moment asked for }
columns: { at: timestamp, price_before: isk, price: isk, is_buy_order: boolean }
---*/
WITH began AS (
    SELECT v.valid_from AS at, v.order_id, v.is_buy_order, b.price AS price_before, v.price AS price,
        b.volume_remain AS units_before, v.volume_remain AS units,
        CASE WHEN b.order_id IS NULL THEN 'came' ELSE 'changed' END AS what
    FROM market_orders_versions v
    LEFT JOIN market_orders_versions b
        ON b.region_id = v.region_id AND b.order_id = v.order_id AND b.valid_to = v.valid_from
    WHERE v.region_id = :region_id AND v.type_id = :type_id AND v.valid_from > as_of() - :hours * 3600
), went AS (
    SELECT v.valid_to AS at, v.order_id, v.is_buy_order, v.price AS price_before, NULL AS price,
        v.volume_remain AS units_before, NULL AS units, 'went' AS what
    FROM market_orders_versions v
    WHERE v.region_id = :region_id AND v.type_id = :type_id AND v.valid_to > as_of() - :hours * 3600
        AND NOT EXISTS (
            SELECT 1 FROM market_orders_versions n
            WHERE n.region_id = v.region_id AND n.order_id = v.order_id AND n.valid_from = v.valid_to)
)
SELECT at, what, order_id, is_buy_order, price_before, price, units_before, units
FROM (SELECT * FROM began UNION ALL SELECT * FROM went)
ORDER BY at DESC, order_id;
