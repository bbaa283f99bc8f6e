/*---
title: Depth ladder of a type, price by price
description: |
  The units on offer at each price, best first, and the units and ISK from the best price down to it.
parameters:
  type_id: { type: integer, default: 34, description: the item type }
  region_id: { type: integer, default: 10000002, description: the region }
  side: { type: text, default: sell, values: [sell, buy], description: whose orders }
  levels: { type: integer, default: 20, minimum: 1, description: how many prices }
columns: { price: isk, isk_to_here: isk }
---*/
WITH levels AS (
    SELECT price, sum(volume_remain) AS units, count(*) AS orders
    FROM market_orders
    WHERE region_id = :region_id AND type_id = :type_id AND volume_remain > 0
        AND is_buy_order = CASE :side WHEN 'buy' THEN 1 ELSE 0 END
    GROUP BY price
), ladder AS (
    SELECT
        row_number() OVER best AS level, price, orders, units,
        sum(units) OVER best AS units_to_here,
        sum(cents(price) * units) OVER best / 100.0 AS isk_to_here
    FROM levels
    WINDOW best AS (ORDER BY CASE :side WHEN 'buy' THEN -price ELSE price END)
)
SELECT level, price, orders, units, units_to_here, isk_to_here FROM ladder WHERE level <= :levels ORDER BY level;
