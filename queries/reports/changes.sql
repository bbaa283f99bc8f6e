/*---
title: What changed in the orders of a type since a moment
description: |
  One row for each order that is not what it was: `new`, `gone` (filled, cancelled or expired: the book does not tell),
  `repriced` (which issues it anew), `traded` (less remains at the same price), `changed` otherwise.
  From before the warehouse's first look everything is new.
parameters:
  type_id: { type: integer, default: 34, minimum: 1, description: the type }
  since: { type: timestamp, default: -24h, description: "the moment to compare with: a time, -2h, yesterday" }
  region_id: { type: integer, default: null, description: the region; every one where none is given }
columns:
  is_buy_order: boolean
  price: isk
  price_before: isk
  changed_at: timestamp
---*/
WITH
before AS MATERIALIZED (
    SELECT v.*
    FROM market_orders_versions AS v
    WHERE v.type_id = :type_id AND (:region_id IS NULL OR v.region_id = :region_id)
      AND v.valid_from <= :since AND (v.valid_to IS NULL OR v.valid_to > :since)
),
after AS MATERIALIZED (
    SELECT o.*
    FROM market_orders AS o
    WHERE o.type_id = :type_id AND (:region_id IS NULL OR o.region_id = :region_id)
),
changed AS (
    SELECT
        a.region_id, a.order_id, a.is_buy_order, a.location_id, a.price, b.price AS price_before, a.volume_remain,
        b.volume_remain AS volume_before, a.valid_from AS changed_at,
        CASE
            WHEN b.order_id IS NULL THEN 'new'
            WHEN a.issued <> b.issued OR cents(a.price) <> cents(b.price) THEN 'repriced'
            WHEN a.volume_remain < b.volume_remain THEN 'traded'
            ELSE 'changed'
        END AS change
    FROM after AS a
    LEFT JOIN before AS b ON b.region_id = a.region_id AND b.order_id = a.order_id
    WHERE a.valid_from > :since
    UNION ALL
    SELECT
        b.region_id, b.order_id, b.is_buy_order, b.location_id, NULL, b.price, NULL, b.volume_remain, b.valid_to, 'gone'
    FROM before AS b
    LEFT JOIN after AS a ON a.region_id = b.region_id AND a.order_id = b.order_id
    WHERE a.order_id IS NULL
)
SELECT
    c.change, c.is_buy_order, c.price, c.price_before, c.volume_remain, c.volume_before, c.changed_at,
    n.name AS location, c.order_id, c.region_id, c.location_id
FROM changed AS c
LEFT JOIN names AS n ON n.id = c.location_id
ORDER BY c.changed_at DESC NULLS LAST, c.region_id, c.order_id
