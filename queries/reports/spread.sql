/*---
title: Spread and margin by type, after fees
description: |
  For each type that is both bought and sold at the place: what the spread leaves of a unit that is bought with an order
  one tick above the best bid (`buy_at`) and sold with one a tick below the best ask (`sell_at`). Both orders pay the
  broker's fee, the sale pays the tax; `margin_percent` is the profit as a share of what the unit cost. The defaults are
  the fees of a character without skills or standings. Orders placed elsewhere whose range reaches the place are not
  counted.
parameters:
  region_id: { type: integer, default: 10000002, minimum: 1, description: the region }
  location_id: { type: integer, default: 60003760, minimum: 0, description: the place; 0 for the whole region }
  type_id: { type: integer, default: null, minimum: 1, description: the type; every one where none is given }
  broker_fee: { type: real, default: 3, minimum: 0, maximum: 100, description: the broker's fee in percent }
  sales_tax: { type: real, default: 7.5, minimum: 0, maximum: 100, description: the sales tax in percent }
  min_margin: { type: real, default: null, description: the least margin in percent; any where none is given }
  limit: { type: integer, default: 50, minimum: 1, description: how many }
columns: { best_bid: isk, best_ask: isk, spread: isk, buy_at: isk, sell_at: isk, profit: isk }
---*/
WITH
orders AS (
    SELECT o.type_id, o.is_buy_order, o.price, o.volume_remain
    FROM live_orders AS o
    WHERE :type_id IS NULL AND o.region_id = :region_id AND (:location_id = 0 OR o.location_id = :location_id)
    UNION ALL
    SELECT o.type_id, o.is_buy_order, o.price, o.volume_remain
    FROM live_orders AS o
    -- The bound on price leads the search to the type, also in the past, and not through the whole region.
    WHERE o.type_id = :type_id AND o.is_buy_order IN (0, 1) AND o.price > 0 AND o.region_id = :region_id
      AND (:location_id = 0 OR o.location_id = :location_id)
),
books AS (
    SELECT
        o.type_id,
        max(CASE WHEN o.is_buy_order = 1 THEN o.price END) AS best_bid,
        min(CASE WHEN o.is_buy_order = 0 THEN o.price END) AS best_ask,
        sum(CASE WHEN o.is_buy_order = 1 THEN o.volume_remain ELSE 0 END) AS bid_units,
        sum(CASE WHEN o.is_buy_order = 0 THEN o.volume_remain ELSE 0 END) AS ask_units
    FROM orders AS o
    GROUP BY o.type_id
),
priced AS (
    SELECT
        b.*, tick_up(b.best_bid) AS buy_at, tick_down(b.best_ask) AS sell_at,
        cents(tick_up(b.best_bid)) * (100 + :broker_fee) / 100.0 AS cost_cents,
        cents(tick_down(b.best_ask)) * (100 - :broker_fee - :sales_tax) / 100.0 AS proceeds_cents
    FROM books AS b
    WHERE b.best_bid > 0 AND b.best_ask > 0
),
margins AS (
    SELECT
        p.*, round(p.proceeds_cents - p.cost_cents) / 100 AS profit,
        CASE WHEN p.cost_cents > 0 THEN round(100.0 * (p.proceeds_cents - p.cost_cents) / p.cost_cents, 2) END
            AS margin_percent
    FROM priced AS p
)
SELECT
    m.type_id, (SELECT t.name FROM all_types AS t WHERE t.type_id = m.type_id) AS type, m.best_bid, m.best_ask,
    (cents(m.best_ask) - cents(m.best_bid)) / 100.0 AS spread,
    CASE
        WHEN m.best_ask + m.best_bid > 0
            THEN round(200.0 * (m.best_ask - m.best_bid) / (m.best_ask + m.best_bid), 2)
    END AS spread_percent,
    m.buy_at, m.sell_at, m.profit, m.margin_percent, m.bid_units, m.ask_units
FROM margins AS m
WHERE :min_margin IS NULL OR m.margin_percent >= :min_margin
ORDER BY m.margin_percent DESC NULLS LAST, m.type_id
LIMIT :limit
