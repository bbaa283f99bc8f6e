/*---
title: What to buy in one region and sell in another, with the jumps between
description: |
  Sell orders of the first region beside buy orders of the second: for each type and pair of places, the units for which a
  buyer still pays more, after the sales tax, than a seller asks, order by order from the best on. The fees of orders do
  not apply, as none is placed. `jumps` counts the stargates on the shortest way, whatever its security; NULL where none is known
  within `max_jumps`, which leaves the row out unless `with_unknown` is set. Buy orders with a minimum volume above what is
  matched with them are not counted. The most profit comes first.
parameters:
  from_region_id: { type: integer, default: 10000002, minimum: 1, description: the region to buy in }
  to_region_id: { type: integer, default: 10000043, minimum: 1, description: the region to sell in }
  from_location_id: { type: integer, default: 0, minimum: 0, description: the place to buy at; 0 for every one }
  to_location_id: { type: integer, default: 0, minimum: 0, description: the place to sell at; 0 for every one }
  sales_tax: { type: real, default: 7.5, minimum: 0, maximum: 100, description: the sales tax in percent }
  min_profit: { type: isk, default: 1000000, minimum: 0, description: the least profit of a row }
  max_cost: { type: isk, default: null, minimum: 0, description: the most that the units may cost; any where none is given }
  max_jumps: { type: integer, default: 40, minimum: 0, maximum: 100, description: the most jumps }
  with_unknown: { type: boolean, default: false, description: whether to show pairs of places without a known way }
  limit: { type: integer, default: 50, minimum: 1, maximum: 200, description: how many }
columns:
  buy_from: isk
  buy_to: isk
  sell_from: isk
  sell_to: isk
  cost: isk
  profit: isk
  profit_per_jump: isk
engine: sqlite
---*/
WITH RECURSIVE
asks AS MATERIALIZED (
    SELECT o.type_id, o.location_id, o.system_id, o.order_id, o.price_cents, o.volume_remain AS volume
    FROM live_orders AS o
    WHERE o.region_id = :from_region_id AND o.is_buy_order = 0
      AND (:from_location_id = 0 OR o.location_id = :from_location_id)
),
bids AS MATERIALIZED (
    SELECT
        o.type_id, o.location_id, o.system_id, o.order_id, o.price_cents, o.volume_remain AS volume, o.min_volume,
        o.price_cents * (100 - :sales_tax) / 100.0 AS net_cents
    FROM live_orders AS o
    -- One that asks for more than it has left is dead.
    WHERE o.region_id = :to_region_id AND o.is_buy_order = 1 AND o.min_volume <= o.volume_remain
      AND (:to_location_id = 0 OR o.location_id = :to_location_id)
),
best_asks AS MATERIALIZED (
    SELECT a.type_id, a.location_id, min(a.price_cents) AS cents FROM asks AS a GROUP BY a.type_id, a.location_id
),
best_bids AS MATERIALIZED (
    SELECT b.type_id, b.location_id, max(b.net_cents) AS cents FROM bids AS b GROUP BY b.type_id, b.location_id
),
pairs AS MATERIALIZED (
    SELECT
        a.type_id, a.location_id AS from_id, b.location_id AS to_id, a.cents AS ask_cents, b.cents AS bid_cents
    FROM best_asks AS a
    JOIN best_bids AS b ON b.type_id = a.type_id
    WHERE b.cents > a.cents
),
-- Both ladders of a pair, each rung from the units before it to those up to it. Where they overlap, the two are matched.
ask_rungs AS MATERIALIZED (
    SELECT
        p.type_id, p.from_id, p.to_id, a.system_id, a.price_cents,
        sum(a.volume) OVER ladder - a.volume AS low, sum(a.volume) OVER ladder AS high
    FROM pairs AS p
    JOIN asks AS a ON a.type_id = p.type_id AND a.location_id = p.from_id
    WHERE a.price_cents < p.bid_cents
    WINDOW ladder AS (
        PARTITION BY p.type_id, p.from_id, p.to_id ORDER BY a.price_cents, a.order_id
        ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
),
bid_rungs AS MATERIALIZED (
    SELECT
        p.type_id, p.from_id, p.to_id, b.system_id, b.price_cents, b.net_cents, b.min_volume,
        sum(b.volume) OVER ladder - b.volume AS low, sum(b.volume) OVER ladder AS high
    FROM pairs AS p
    JOIN bids AS b ON b.type_id = p.type_id AND b.location_id = p.to_id
    WHERE b.net_cents > p.ask_cents
    WINDOW ladder AS (
        PARTITION BY p.type_id, p.from_id, p.to_id ORDER BY b.price_cents DESC, b.order_id
        ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
),
matched AS (
    SELECT
        a.type_id, a.from_id, a.to_id, a.system_id AS from_system_id, b.system_id AS to_system_id, a.price_cents,
        b.price_cents AS bid_cents, b.net_cents,
        CASE WHEN a.high < b.high THEN a.high ELSE b.high END - CASE WHEN a.low > b.low THEN a.low ELSE b.low END AS units
    FROM ask_rungs AS a
    JOIN bid_rungs AS b ON b.type_id = a.type_id AND b.from_id = a.from_id AND b.to_id = a.to_id
    WHERE b.net_cents > a.price_cents AND a.low < b.high AND b.low < a.high
      AND b.min_volume <= CASE WHEN a.high < b.high THEN a.high ELSE b.high END
          - CASE WHEN a.low > b.low THEN a.low ELSE b.low END
),
deals AS MATERIALIZED (
    SELECT
        m.type_id, m.from_id, m.to_id, max(m.from_system_id) AS from_system_id, max(m.to_system_id) AS to_system_id,
        sum(m.units) AS units, min(m.price_cents) AS buy_from, max(m.price_cents) AS buy_to,
        max(m.bid_cents) AS sell_from, min(m.bid_cents) AS sell_to,
        sum(1.0 * m.price_cents * m.units) AS cost_cents, sum((m.net_cents - m.price_cents) * m.units) AS profit_cents
    FROM matched AS m
    GROUP BY m.type_id, m.from_id, m.to_id
    HAVING sum((m.net_cents - m.price_cents) * m.units) >= cents(:min_profit)
       AND (:max_cost IS NULL OR sum(1.0 * m.price_cents * m.units) <= cents(:max_cost))
    ORDER BY profit_cents DESC, m.type_id, m.from_id, m.to_id
    LIMIT 1000
),
gates AS MATERIALIZED (
    SELECT DISTINCT j.from_system_id, j.to_system_id FROM jumps AS j
),
-- All ways from each system where something is bought, jump by jump. What is a jump from the newest ring and in neither it
-- nor the one before is the next: gates lead both ways, so nothing older can be met.
rings (origin, jumps, ring, before) AS (
    SELECT d.from_system_id, 0, json_array(d.from_system_id), json_array()
    FROM (SELECT DISTINCT from_system_id FROM deals) AS d
    UNION ALL
    SELECT
        r.origin, r.jumps + 1,
        (
            SELECT json_group_array(n.id)
            FROM (
                SELECT DISTINCT j.to_system_id AS id
                FROM json_each(r.ring) AS s
                CROSS JOIN gates AS j
                WHERE j.from_system_id = s.value
                  AND j.to_system_id NOT IN (SELECT value FROM json_each(r.ring))
                  AND j.to_system_id NOT IN (SELECT value FROM json_each(r.before))
            ) AS n
        ),
        r.ring
    FROM rings AS r
    WHERE r.jumps < :max_jumps AND r.ring <> '[]'
),
ways AS MATERIALIZED (
    SELECT r.origin, s.value AS system_id, min(r.jumps) AS jumps
    FROM rings AS r, json_each(r.ring) AS s
    GROUP BY r.origin, s.value
)
SELECT
    (SELECT t.name FROM all_types AS t WHERE t.type_id = d.type_id) AS type, d.units, round(d.cost_cents) / 100 AS cost, round(d.profit_cents) / 100 AS profit,
    CASE WHEN d.cost_cents > 0 THEN round(100.0 * d.profit_cents / d.cost_cents, 2) END AS profit_percent, w.jumps,
    CASE WHEN w.jumps > 0 THEN round(d.profit_cents / w.jumps) / 100 END AS profit_per_jump,
    round(
        d.units * (SELECT coalesce(t.packaged_volume, t.volume) FROM all_types AS t WHERE t.type_id = d.type_id), 2) AS m3, f.name AS from_location, g.name AS to_location,
    d.buy_from / 100.0 AS buy_from, d.buy_to / 100.0 AS buy_to, d.sell_from / 100.0 AS sell_from,
    d.sell_to / 100.0 AS sell_to, d.type_id, d.from_id AS from_location_id, d.to_id AS to_location_id
FROM deals AS d
LEFT JOIN ways AS w ON w.origin = d.from_system_id AND w.system_id = d.to_system_id
LEFT JOIN names AS f ON f.id = d.from_id
LEFT JOIN names AS g ON g.id = d.to_id
WHERE w.jumps IS NOT NULL OR :with_unknown
ORDER BY d.profit_cents DESC, d.type_id, d.from_id, d.to_id
LIMIT :limit
