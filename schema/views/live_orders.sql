/*---
title: Market orders that are still open
description: |
  With something left and not expired, each judged by the moment of its own region's book. `price_cents` is NULL where a
  price is beyond what New Eden has.
columns: { issued: timestamp, is_buy_order: boolean, price: isk, observed_at: timestamp, is_complete: boolean }
---*/
CREATE VIEW live_orders AS
WITH books AS MATERIALIZED (
    SELECT s.region_id, s.observed_at, s.is_complete, s.moment
    FROM region_sweeps AS s
    WHERE s.dataset = 'market_orders'
)
SELECT
    o.region_id, o.order_id, o.type_id, o.is_buy_order, o.price, o.volume_remain, o.volume_total, o.min_volume,
    o.location_id, o.system_id, o.range, o.duration, o.issued, o.valid_from, b.observed_at, b.is_complete,
    CASE WHEN o.price BETWEEN 0 AND 9e16 THEN cents(o.price) END AS price_cents
FROM market_orders AS o
-- Not CROSS: of one region the books come first, of one type the orders.
JOIN books AS b
WHERE b.region_id = o.region_id AND o.volume_remain > 0 AND o.issued + o.duration * 86400 > b.moment;
