/*---
title: Depth ladder of a type
description: |
  Each price with what stands there, the best first, asks then bids; `total_volume` and `total_isk` say what it takes to
  clear the side up to and with that price.
parameters:
  type_id: { type: integer, default: 34, minimum: 1, description: the type }
  region_id: { type: integer, default: 10000002, minimum: 1, description: the region }
  location_id: { type: integer, default: null, description: the place; every one where none is given }
  levels: { type: integer, default: 20, minimum: 1, maximum: 10000, description: how many prices of each side }
columns: { price: isk, total_isk: isk }
chart: { kind: depth, x: price, y: total_volume, series: side }
---*/
WITH
prices AS (
    SELECT o.is_buy_order, o.price, count(*) AS orders, sum(o.volume_remain) AS volume
    FROM market_orders AS o
    WHERE o.type_id = :type_id AND o.region_id = :region_id
      AND (:location_id IS NULL OR o.location_id = :location_id)
      AND o.volume_remain > 0 AND o.issued + o.duration * 86400 > as_of()
    GROUP BY o.is_buy_order, o.price
),
ladder AS (
    SELECT
        p.is_buy_order, p.price, p.orders, p.volume,
        CASE WHEN p.is_buy_order = 1 THEN -p.price ELSE p.price END AS place,
        row_number() OVER side AS level,
        sum(p.volume) OVER side AS total_volume,
        sum(1.0 * cents(p.price) * p.volume) OVER side AS total_cents
    FROM prices AS p
    WINDOW side AS (
        PARTITION BY p.is_buy_order
        ORDER BY CASE WHEN p.is_buy_order = 1 THEN -p.price ELSE p.price END
        ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
)
SELECT
    CASE WHEN l.is_buy_order = 1 THEN 'bid' ELSE 'ask' END AS side,
    l.level, l.price, l.orders, l.volume, l.total_volume, round(l.total_cents / 100.0, 2) AS total_isk
FROM ladder AS l
WHERE l.level <= :levels
ORDER BY l.is_buy_order, l.level
