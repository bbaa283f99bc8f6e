/*---
title: Prices outside the band of their own history
description: |
  Judges each watched type in each tracked region: the price in the middle of the region's best bid and ask (or one of them)
  against the band of `sigmas` standard deviations around the average price, both weighted by volume, of the
  last `days` known days. `z` says how many of them it is away. Unknown where the days tell too little.
key: [region_id, type_id]
severity: info
undecidable: [too_little_history, no_price]
parameters:
  days: { type: integer, default: 20, minimum: 5, maximum: 365, description: how many days the band is made of }
  sigmas: { type: real, default: 3, minimum: 0.5, maximum: 20, description: how many standard deviations it reaches }
  price:
    type: text
    default: middle
    values: [middle, ask, bid]
    description: which price is judged
  min_traded:
    type: integer
    default: 5
    minimum: 2
    maximum: 365
    description: on how many of the days it must have been traded
  types:
    type: integer
    list: true
    default: []
    minimum: 1
    description: ids of item types to look at beside the watched ones (`watch.types`)
  max_age:
    type: integer
    default: 24
    minimum: 1
    maximum: 8760
    description: how many hours a region's list or book may lie behind the newest, or the moment asked for, and still be believed
columns: { price: isk, average: isk, low: isk, high: isk, best_bid: isk, best_ask: isk, as_of: timestamp }
---*/
WITH
wanted AS MATERIALIZED (
    SELECT w.type_id FROM watched_types AS w UNION SELECT t.value FROM json_each(:types) AS t
),
ends AS MATERIALIZED (
    SELECT
        s.region_id, w.type_id, s.observed_at, s.is_complete, s.moment,
        (
            SELECT h.date FROM market_history AS h
            WHERE h.region_id = s.region_id AND h.type_id = w.type_id
            ORDER BY h.date DESC LIMIT 1
        ) AS last_day
    FROM region_sweeps AS s
    CROSS JOIN wanted AS w
    WHERE s.dataset = 'market_orders'
),
bands AS MATERIALIZED (
    SELECT
        e.region_id, e.type_id, count(*) AS traded_days, sum(h.average * h.volume) / nullif(sum(h.volume), 0) AS average
    FROM ends AS e
    CROSS JOIN market_history AS h
    WHERE h.region_id = e.region_id AND h.type_id = e.type_id
      AND h.date > day_of(day_start(e.last_day) - :days * 86400) AND h.volume > 0
    GROUP BY e.region_id, e.type_id
),
widths AS MATERIALIZED (
    SELECT
        b.region_id, b.type_id, b.traded_days, b.average,
        -- Of differences from the average: the squares of large prices would drown them.
        sqrt(
            sum(h.volume * (h.average / nullif(b.average, 0) - 1) * (h.average / nullif(b.average, 0) - 1))
            / nullif(sum(h.volume), 0)) * b.average AS sigma
    FROM bands AS b
    JOIN ends AS e ON e.region_id = b.region_id AND e.type_id = b.type_id
    CROSS JOIN market_history AS h
    WHERE h.region_id = b.region_id AND h.type_id = b.type_id
      AND h.date > day_of(day_start(e.last_day) - :days * 86400) AND h.volume > 0
    GROUP BY b.region_id, b.type_id, b.traded_days, b.average
),
books AS MATERIALIZED (
    SELECT
        e.region_id, e.type_id, e.observed_at, e.is_complete, e.last_day,
        -- The index alone tells which are in the region; only those are looked up.
        (
            SELECT r.price
            FROM market_orders AS k
            CROSS JOIN market_orders AS r
            WHERE k.type_id = e.type_id AND k.is_buy_order = 1 AND k.price > 0 AND k.region_id = e.region_id
              AND r.region_id = k.region_id AND r.order_id = k.order_id
              AND r.volume_remain > 0 AND r.issued + r.duration * 86400 > e.moment
            ORDER BY k.price DESC
            LIMIT 1
        ) AS best_bid,
        (
            SELECT r.price
            FROM market_orders AS k
            CROSS JOIN market_orders AS r
            WHERE k.type_id = e.type_id AND k.is_buy_order = 0 AND k.price > 0 AND k.region_id = e.region_id
              AND r.region_id = k.region_id AND r.order_id = k.order_id
              AND r.volume_remain > 0 AND r.issued + r.duration * 86400 > e.moment
            ORDER BY k.price
            LIMIT 1
        ) AS best_ask
    FROM ends AS e
),
priced AS (
    SELECT
        b.*, w.traded_days, w.average, w.sigma,
        CASE :price
            WHEN 'ask' THEN b.best_ask
            WHEN 'bid' THEN b.best_bid
            ELSE (cents(b.best_bid) + cents(b.best_ask)) / 200.0
        END AS price
    FROM books AS b
    LEFT JOIN widths AS w ON w.region_id = b.region_id AND w.type_id = b.type_id
),
judged AS (
    SELECT
        p.*,
        CASE
            WHEN n.newest - p.observed_at > :max_age * 3600 THEN 'stale'
            WHEN coalesce(p.traded_days, 0) < :min_traded THEN 'too_little_history'
            WHEN p.price IS NULL THEN CASE WHEN p.is_complete THEN 'no_price' ELSE 'partial_sweep' END
            WHEN NOT p.is_complete THEN 'partial_sweep'
            WHEN p.price > p.average + :sigmas * p.sigma THEN 'above'
            WHEN p.price < p.average - :sigmas * p.sigma THEN 'below'
            ELSE 'ok'
        END AS reason
    FROM priced AS p
    CROSS JOIN (SELECT max(s.moment) AS newest FROM region_sweeps AS s WHERE s.dataset = 'market_orders') AS n
)
SELECT
    j.region_id, j.type_id,
    CASE WHEN j.reason IN ('above', 'below') THEN 'firing' WHEN j.reason = 'ok' THEN 'clear' ELSE 'unknown' END AS state,
    j.reason, j.price, round(j.average, 2) AS average, round((j.price - j.average) / nullif(j.sigma, 0), 2) AS z,
    j.observed_at AS as_of, round(j.average - :sigmas * j.sigma, 2) AS low, round(j.average + :sigmas * j.sigma, 2) AS high,
    j.best_bid, j.best_ask, j.traded_days, j.last_day,
    (SELECT t.name FROM all_types AS t WHERE t.type_id = j.type_id) AS type_name,
    (SELECT r.name FROM all_regions AS r WHERE r.region_id = j.region_id) AS region_name
FROM judged AS j
ORDER BY j.region_id, j.type_id
