/*---
title: Watched types whose margin at a place is worth it
description: |
  Judges each watched type at one station: what is left, after the fees of both orders and the sales tax, of a unit that is bought
  with an order one tick above the best bid there and sold with one a tick below the best ask. Fires from `margin` percent
  of what it costs on. No row for types that the place does not both buy and sell.
key: [type_id, location_id]
severity: info
parameters:
  location_id: { type: integer, default: 60003760, minimum: 1, description: the station }
  region_id: { type: integer, default: 10000002, minimum: 1, description: its region }
  margin:
    type: real
    default: 15
    minimum: 0
    maximum: 10000
    description: from which margin on, in percent, it fires
  types:
    type: integer
    list: true
    default: []
    minimum: 1
    description: ids of item types to look at beside the watched ones (`watch.types`)
  broker_fee: { type: real, default: 3, minimum: 0, maximum: 100, description: the broker's fee in percent }
  sales_tax: { type: real, default: 7.5, minimum: 0, maximum: 100, description: the sales tax in percent }
  max_age:
    type: integer
    default: 24
    minimum: 1
    maximum: 8760
    description: how many hours a region's list or book may lie behind the newest, or the moment asked for, and still be believed
columns: { best_bid: isk, best_ask: isk, buy_at: isk, sell_at: isk, profit: isk, as_of: timestamp }
---*/
WITH
wanted AS MATERIALIZED (
    SELECT w.type_id FROM watched_types AS w UNION SELECT t.value FROM json_each(:types) AS t
),
books AS MATERIALIZED (
    SELECT
        w.type_id, s.observed_at, s.is_complete,
        -- The index alone tells which are in the region; only those are looked up.
        (
            SELECT r.price
            FROM market_orders AS k
            CROSS JOIN market_orders AS r
            WHERE k.type_id = w.type_id AND k.is_buy_order = 1 AND k.price > 0 AND k.region_id = :region_id
              AND r.region_id = k.region_id AND r.order_id = k.order_id AND r.location_id = :location_id
              AND r.volume_remain > 0 AND r.issued + r.duration * 86400 > s.moment
            ORDER BY k.price DESC
            LIMIT 1
        ) AS best_bid,
        (
            SELECT r.price
            FROM market_orders AS k
            CROSS JOIN market_orders AS r
            WHERE k.type_id = w.type_id AND k.is_buy_order = 0 AND k.price > 0 AND k.region_id = :region_id
              AND r.region_id = k.region_id AND r.order_id = k.order_id AND r.location_id = :location_id
              AND r.volume_remain > 0 AND r.issued + r.duration * 86400 > s.moment
            ORDER BY k.price
            LIMIT 1
        ) AS best_ask
    FROM wanted AS w
    CROSS JOIN region_sweeps AS s
    WHERE s.dataset = 'market_orders' AND s.region_id = :region_id
),
margins AS (
    SELECT
        b.*, tick_up(b.best_bid) AS buy_at, tick_down(b.best_ask) AS sell_at,
        cents(tick_up(b.best_bid)) * (100 + :broker_fee) / 100.0 AS cost_cents,
        cents(tick_down(b.best_ask)) * (100 - :broker_fee - :sales_tax) / 100.0 AS proceeds_cents
    FROM books AS b
    WHERE b.best_bid > 0 AND b.best_ask > 0
),
judged AS (
    SELECT
        m.*, 100 * (m.proceeds_cents - m.cost_cents) / nullif(m.cost_cents, 0) AS margin_percent,
        CASE
            WHEN n.newest - m.observed_at > :max_age * 3600 THEN 'stale'
            -- What a partial book lacks may be the better order that leaves nothing.
            WHEN NOT m.is_complete THEN 'partial_sweep'
            WHEN 100 * (m.proceeds_cents - m.cost_cents) >= :margin * m.cost_cents THEN 'margin'
            ELSE 'ok'
        END AS reason
    FROM margins AS m
    CROSS JOIN (SELECT max(s.moment) AS newest FROM region_sweeps AS s WHERE s.dataset = 'market_orders') AS n
)
SELECT
    j.type_id, :location_id AS location_id,
    CASE j.reason WHEN 'margin' THEN 'firing' WHEN 'ok' THEN 'clear' ELSE 'unknown' END AS state,
    j.reason, j.margin_percent, round(j.proceeds_cents - j.cost_cents) / 100.0 AS profit, j.observed_at AS as_of, j.buy_at,
    j.sell_at, j.best_bid, j.best_ask, (SELECT t.name FROM all_types AS t WHERE t.type_id = j.type_id) AS type_name,
    :region_id AS region_id
FROM judged AS j
ORDER BY j.type_id
