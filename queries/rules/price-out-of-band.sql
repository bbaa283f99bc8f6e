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
seen AS MATERIALIZED (
    SELECT s.region_id, s.observed_at, s.is_complete, s.moment FROM region_sweeps AS s WHERE s.dataset = 'market_orders'
),
ends AS MATERIALIZED (
    SELECT
        s.region_id, w.type_id, s.observed_at, s.is_complete, s.moment,
        (
            SELECT h.date FROM market_history AS h
            WHERE h.region_id = s.region_id AND h.type_id = w.type_id
            ORDER BY h.date DESC LIMIT 1
        ) AS last_day
    FROM seen AS s
    CROSS JOIN wanted AS w
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
-- Each type's orders once, whatever their region: the index has no regions.
books AS MATERIALIZED (
    SELECT
        o.region_id, o.type_id, max(CASE WHEN o.is_buy_order = 1 THEN o.price END) AS best_bid,
        min(CASE WHEN o.is_buy_order = 0 THEN o.price END) AS best_ask
    FROM wanted AS w
    CROSS JOIN market_orders AS o
    JOIN seen AS s ON s.region_id = o.region_id
    -- The bound on price leads the search to the type, also in the past, and not through the whole region.
    WHERE o.type_id = w.type_id AND o.is_buy_order IN (0, 1) AND o.price > 0
      AND o.volume_remain > 0 AND o.issued + o.duration * 86400 > s.moment
    GROUP BY o.region_id, o.type_id
),
priced AS (
    SELECT
        e.*, b.best_bid, b.best_ask, w.traded_days, w.average, w.sigma,
        CASE :price
            WHEN 'ask' THEN b.best_ask
            WHEN 'bid' THEN b.best_bid
            ELSE (cents(b.best_bid) + cents(b.best_ask)) / 200.0
        END AS price
    FROM ends AS e
    LEFT JOIN books AS b ON b.region_id = e.region_id AND b.type_id = e.type_id
    LEFT JOIN widths AS w ON w.region_id = e.region_id AND w.type_id = e.type_id
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
    CROSS JOIN (SELECT max(moment) AS newest FROM seen) AS n
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
