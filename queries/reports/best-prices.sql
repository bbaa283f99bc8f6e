/*---
title: Best bid and ask of a type at a station, with the spread
description: |
  `spread_percent` is of the ask; it and `spread` are NULL where one side is empty. Buy orders placed elsewhere whose range
  reaches the station are not counted.
parameters:
  type_id: { type: integer, default: 34, description: the item type }
  region_id: { type: integer, default: 10000002, description: the region }
  location_id: { type: integer, default: 60003760, description: the station; 0 for the whole region }
columns: { best_bid: isk, best_ask: isk, spread: isk, as_of: timestamp }
---*/
WITH sides AS (
    SELECT
        max(CASE WHEN is_buy_order = 1 THEN price END) AS best_bid,
        sum(CASE WHEN is_buy_order = 1 THEN volume_remain ELSE 0 END) AS bid_units,
        min(CASE WHEN is_buy_order = 0 THEN price END) AS best_ask,
        sum(CASE WHEN is_buy_order = 0 THEN volume_remain ELSE 0 END) AS ask_units
    FROM market_orders
    WHERE region_id = :region_id AND type_id = :type_id AND volume_remain > 0
        AND (:location_id = 0 OR location_id = :location_id)
)
SELECT
    (SELECT name FROM types WHERE type_id = :type_id) AS type,
    best_bid, bid_units, best_ask, ask_units,
    round(best_ask - best_bid, 2) AS spread,
    round(100.0 * (best_ask - best_bid) / nullif(best_ask, 0), 1) AS spread_percent,
    as_of() AS as_of
FROM sides;
