/*---
title: Best bid and ask of a type at a station, with the spread
description: |
  One row for each place with live orders. `spread_percent` is the spread's share of the price in the middle; both are
  NULL where one side is empty. Buy orders placed elsewhere whose range reaches the place are not counted.
parameters:
  type_id: { type: integer, default: 34, minimum: 1, description: the item type }
  location_id: { type: integer, default: 60003760, minimum: 0, description: the station; 0 for every place }
  region_id: { type: integer, default: 0, minimum: 0, description: the region; 0 for every one }
columns: { best_bid: isk, best_ask: isk, spread: isk, as_of: timestamp }
---*/
WITH places AS (
    SELECT
        region_id, location_id,
        max(CASE WHEN is_buy_order = 1 THEN price END) AS best_bid,
        sum(CASE WHEN is_buy_order = 1 THEN volume_remain ELSE 0 END) AS bid_units,
        min(CASE WHEN is_buy_order = 0 THEN price END) AS best_ask,
        sum(CASE WHEN is_buy_order = 0 THEN volume_remain ELSE 0 END) AS ask_units
    FROM market_orders
    WHERE type_id = :type_id
      AND (:location_id = 0 OR location_id = :location_id) AND (:region_id = 0 OR region_id = :region_id)
      AND volume_remain > 0 AND issued + duration * 86400 > as_of()
    GROUP BY region_id, location_id
)
SELECT
    (SELECT t.name FROM all_types AS t WHERE t.type_id = :type_id) AS type,
    coalesce(n.name, p.location_id) AS place, p.best_bid, p.bid_units, p.best_ask, p.ask_units,
    (cents(p.best_ask) - cents(p.best_bid)) / 100.0 AS spread,
    CASE
        WHEN p.best_ask + p.best_bid > 0
            THEN round(200.0 * (p.best_ask - p.best_bid) / (p.best_ask + p.best_bid), 1)
    END AS spread_percent,
    as_of() AS as_of
FROM places AS p
LEFT JOIN names AS n ON n.id = p.location_id
ORDER BY p.best_ask NULLS LAST, p.best_bid DESC NULLS LAST, p.location_id
