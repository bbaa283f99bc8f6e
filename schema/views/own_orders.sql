/*---
title: The owners' market orders, as the books show them
description: |
  One row for each order of `owners` that a tracked region's book shows, or has shown: then `gone_at` is the observation
  that no longer had it, and the rest is as it was last. `moment` is what its end is judged by. Orders changed their
  `issued`, and with it their end, whenever their price was changed.
columns:
  is_buy_order: boolean
  price: isk
  issued: timestamp
  date_expired: timestamp
  observed_at: timestamp
  is_complete: boolean
  moment: timestamp
  gone_at: timestamp
---*/
CREATE VIEW own_orders AS
WITH books AS MATERIALIZED (
    SELECT s.region_id, s.observed_at, s.is_complete, s.moment FROM region_sweeps AS s WHERE s.dataset = 'market_orders'
),
missing AS MATERIALIZED (
    SELECT o.id AS order_id, b.*
    FROM owners AS o
    CROSS JOIN books AS b
    WHERE o.kind = 'order' AND NOT EXISTS (
        SELECT 1 FROM market_orders AS m WHERE m.region_id = b.region_id AND m.order_id = o.id)
)
SELECT
    m.region_id, m.order_id, m.type_id, m.is_buy_order, m.price, m.volume_remain, m.volume_total, m.min_volume,
    m.location_id, m.system_id, m.range, m.duration, m.issued, m.issued + m.duration * 86400 AS date_expired,
    b.observed_at, b.is_complete, b.moment, NULL AS gone_at
FROM owners AS o
CROSS JOIN books AS b
CROSS JOIN market_orders AS m
WHERE o.kind = 'order' AND m.region_id = b.region_id AND m.order_id = o.id
UNION ALL
SELECT
    v.region_id, v.order_id, v.type_id, v.is_buy_order, v.price, v.volume_remain, v.volume_total, v.min_volume,
    v.location_id, v.system_id, v.range, v.duration, v.issued, v.issued + v.duration * 86400,
    b.observed_at, b.is_complete, b.moment, v.valid_to
FROM missing AS b
CROSS JOIN market_orders_versions AS v
WHERE v.region_id = b.region_id AND v.order_id = b.order_id AND v.valid_to > 0
  -- The version that ended last.
  AND NOT EXISTS (
      SELECT 1 FROM market_orders_versions AS w
      WHERE w.region_id = b.region_id AND w.order_id = b.order_id AND w.valid_to > v.valid_to);
