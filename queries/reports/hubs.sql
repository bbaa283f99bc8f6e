/*---
title: A type at the trade hubs, side by side
description: |
  Best prices at up to five places, `percentile_price` (what a unit costs on average of the cheapest 5 percent on sale, the
  last order counted in part), and what the place's region trades: the median of the daily volumes of its last 30 known
  days, and the average price of the last 20. `ask_percent` compares with the best ask at the first hub. A place without
  orders of the type, or whose region is not tracked, has a row without prices.
parameters:
  type_id: { type: integer, default: 34, minimum: 1, description: the type }
  jita: { type: integer, default: 60003760, minimum: 0, description: the first place; 0 for none }
  amarr: { type: integer, default: 60008494, minimum: 0, description: the second }
  dodixie: { type: integer, default: 60011866, minimum: 0, description: the third }
  rens: { type: integer, default: 60004588, minimum: 0, description: the fourth }
  hek: { type: integer, default: 60005686, minimum: 0, description: the fifth }
columns: { best_bid: isk, best_ask: isk, percentile_price: isk, vwap_20: isk, as_of: timestamp }
chart: { kind: bar, x: hub, y: [best_bid, best_ask] }
---*/
WITH
hubs (place, location_id) AS (
    SELECT 1, :jita UNION ALL SELECT 2, :amarr UNION ALL SELECT 3, :dodixie UNION ALL SELECT 4, :rens
    UNION ALL SELECT 5, :hek
),
orders AS MATERIALIZED (
    SELECT h.place, o.region_id, o.is_buy_order, o.price, o.price_cents, o.volume_remain, o.order_id, o.observed_at
    FROM live_orders AS o
    JOIN hubs AS h ON h.location_id = o.location_id
    -- The bound on price leads the search to the type, also in the past, and not through a whole region.
    WHERE o.type_id = :type_id AND o.is_buy_order IN (0, 1) AND o.price > 0
),
ladder AS (
    SELECT
        o.place, o.price_cents, o.volume_remain AS volume,
        sum(o.volume_remain) OVER (
            PARTITION BY o.place ORDER BY o.price_cents NULLS LAST, o.order_id
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) - o.volume_remain AS before,
        ceil(sum(o.volume_remain) OVER (PARTITION BY o.place) * 5 / 100.0) AS wanted
    FROM orders AS o
    WHERE o.is_buy_order = 0
),
cheapest AS (
    SELECT
        t.place, round(sum(t.price_cents * t.units) / sum(t.units)) / 100 AS percentile_price
    FROM (
        SELECT
            l.place, 1.0 * l.price_cents AS price_cents,
            CASE WHEN l.before + l.volume <= l.wanted THEN l.volume ELSE l.wanted - l.before END AS units
        FROM ladder AS l
        WHERE l.before < l.wanted
    ) AS t
    GROUP BY t.place
    HAVING sum(t.units) > 0
),
books AS MATERIALIZED (
    SELECT
        h.place, h.location_id,
        coalesce(
            max(o.region_id), (SELECT l.region_id FROM locations AS l WHERE l.location_id = h.location_id)) AS region_id,
        max(CASE WHEN o.is_buy_order = 1 THEN o.price END) AS best_bid,
        sum(CASE WHEN o.is_buy_order = 1 THEN o.volume_remain ELSE 0 END) AS bid_units,
        min(CASE WHEN o.is_buy_order = 0 THEN o.price END) AS best_ask,
        sum(CASE WHEN o.is_buy_order = 0 THEN o.volume_remain ELSE 0 END) AS ask_units,
        max(o.observed_at) AS as_of
    FROM hubs AS h
    LEFT JOIN orders AS o ON o.place = h.place
    WHERE h.location_id > 0
    GROUP BY h.place, h.location_id
),
ends AS MATERIALIZED (
    SELECT
        b.place, e.region_id, e.until,
        CASE
            WHEN day_start(e.until) - day_start(e.first_day) < 29 * 86400
                THEN CAST((day_start(e.until) - day_start(e.first_day)) / 86400.0 AS INTEGER) + 1
            ELSE 30
        END AS days,
        day_of(day_start(e.until) - 30 * 86400) AS before, day_of(day_start(e.until) - 20 * 86400) AS before_20
    FROM books AS b
    CROSS JOIN market_history_ends AS e
    WHERE e.region_id = b.region_id AND e.type_id = :type_id AND e.last_day IS NOT NULL
),
ranked AS (
    SELECT
        e.place, e.days, e.before_20, h.date, h.average, h.volume,
        row_number() OVER (PARTITION BY e.place ORDER BY h.volume, h.date) AS rank,
        count(*) OVER (PARTITION BY e.place) AS traded_days
    FROM ends AS e
    CROSS JOIN market_history AS h
    WHERE h.region_id = e.region_id AND h.type_id = :type_id AND h.date > e.before AND h.date <= e.until
),
activity AS (
    SELECT
        r.place,
        -- Of the day in the middle, or the two: twice its rank is n + 1, or n and n + 2. Days without trades rank first.
        coalesce(sum(CASE WHEN 2 * (r.days - r.traded_days + r.rank) BETWEEN r.days AND r.days + 2 THEN r.volume END), 0)
            / CASE WHEN max(r.days) % 2 = 0 THEN 2.0 ELSE 1.0 END AS median_volume,
        sum(CASE WHEN r.date > r.before_20 THEN r.average * r.volume ELSE 0 END) AS turnover_20,
        sum(CASE WHEN r.date > r.before_20 THEN r.volume ELSE 0 END) AS volume_20
    FROM ranked AS r
    GROUP BY r.place
)
SELECT
    coalesce(n.name, b.location_id) AS hub, b.best_bid, b.bid_units, b.best_ask, b.ask_units, c.percentile_price,
    CASE
        WHEN b.best_ask + b.best_bid > 0
            THEN round(200.0 * (b.best_ask - b.best_bid) / (b.best_ask + b.best_bid), 2)
    END AS spread_percent,
    CASE WHEN f.best_ask > 0 THEN round(100.0 * b.best_ask / f.best_ask, 1) END AS ask_percent,
    a.median_volume, CASE WHEN a.median_volume > 0 THEN round(b.ask_units / a.median_volume, 1) END AS days_of_supply,
    CASE WHEN a.volume_20 > 0 THEN round(a.turnover_20 / a.volume_20, 2) END AS vwap_20, b.as_of, b.region_id,
    b.location_id
FROM books AS b
LEFT JOIN books AS f ON f.place = 1
LEFT JOIN cheapest AS c ON c.place = b.place
LEFT JOIN activity AS a ON a.place = b.place
LEFT JOIN names AS n ON n.id = b.location_id
ORDER BY b.place
