/*---
title: Liquidity, volatility and trend of the types of a region
description: |
  Of the last `days` known days. `traded_percent` is the share of days with trades, `median_volume` units a day with the
  other days as 0, `turnover` the ISK of an average day. `median_price` is the median of the daily averages.
  `volatility` is the standard deviation of the daily returns, ln(average / average of the day before), where both days had
  trades; `range_percent` the median of (highest - lowest) / average. `trend_percent` is what the price changes a day by the
  straight line through ln(average), and `trend_fit` (R²) how well that line fits. `z` says how many standard deviations,
  weighted by volume, today's price in the middle of the region's best bid and ask lies above `vwap_20`, the average price
  of the last 20 days. Highest and lowest prices are spoilt by mistyped ones and trickery, so they are used for the range
  alone.
parameters:
  region_id: { type: integer, default: 10000002, minimum: 1, description: the region }
  type_id: { type: integer, default: null, minimum: 1, description: the type; every one where none is given }
  days: { type: integer, default: 30, minimum: 2, maximum: 1000, description: how many days }
  min_traded: { type: real, default: 0, minimum: 0, maximum: 100, description: the least percentage of days with trades }
  limit: { type: integer, default: 50, minimum: 1, description: "how many, those with the largest turnover" }
columns: { turnover: isk, median_price: isk, vwap_20: isk, best_bid: isk, best_ask: isk }
---*/
WITH
ends AS MATERIALIZED (
    SELECT
        e.type_id, e.until, day_start(e.until) AS last,
        CASE
            WHEN day_start(e.until) - day_start(e.first_day) < (:days - 1) * 86400
                THEN CAST((day_start(e.until) - day_start(e.first_day)) / 86400.0 AS INTEGER) + 1
            ELSE :days
        END AS days
    FROM market_history_ends AS e
    WHERE e.region_id = :region_id AND (:type_id IS NULL OR e.type_id = :type_id) AND e.last_day IS NOT NULL
),
traded AS MATERIALIZED (
    SELECT
        e.type_id, e.last, e.days, h.average, h.volume, day_start(h.date) AS day, h.average * h.volume AS turnover,
        CASE WHEN h.average > 0 THEN (h.highest - h.lowest) / h.average END AS range
    FROM ends AS e
    CROSS JOIN market_history AS h
    WHERE h.region_id = :region_id AND h.type_id = e.type_id
      AND h.date > day_of(e.last - e.days * 86400) AND h.date <= e.until
),
measured AS MATERIALIZED (
    SELECT
        t.*,
        row_number() OVER (PARTITION BY t.type_id ORDER BY t.volume, t.day) AS volume_place,
        row_number() OVER (PARTITION BY t.type_id ORDER BY t.average, t.day) AS price_place,
        row_number() OVER (PARTITION BY t.type_id ORDER BY t.range, t.day) AS range_place,
        count(*) OVER (PARTITION BY t.type_id) AS traded_days,
        CASE
            WHEN t.average > 0 AND lag(t.average, 1) OVER life > 0 AND t.day - lag(t.day, 1) OVER life = 86400
                THEN ln(t.average / lag(t.average, 1) OVER life)
        END AS step,
        -- From the first day and price on: large numbers would drown their differences.
        (t.day - first_value(t.day) OVER life) / 86400.0 AS x,
        CASE WHEN t.average > 0 AND first_value(t.average) OVER life > 0
            THEN ln(t.average / first_value(t.average) OVER life) END AS y
    FROM traded AS t
    WINDOW life AS (PARTITION BY t.type_id ORDER BY t.day)
),
sums AS MATERIALIZED (
    SELECT
        m.type_id, max(m.days) AS days, max(m.traded_days) AS traded_days, sum(m.turnover) AS turnover,
        -- Of the day in the middle, or the two: twice its rank is n + 1, or n and n + 2. Days without trades rank first.
        coalesce(sum(CASE
            WHEN 2 * (m.days - m.traded_days + m.volume_place) BETWEEN m.days AND m.days + 2 THEN m.volume
        END), 0) / CASE WHEN max(m.days) % 2 = 0 THEN 2.0 ELSE 1.0 END AS median_volume,
        avg(CASE WHEN 2 * m.price_place BETWEEN m.traded_days AND m.traded_days + 2 THEN m.average END) AS median_price,
        avg(CASE WHEN 2 * m.range_place BETWEEN m.traded_days AND m.traded_days + 2 THEN m.range END) AS range,
        count(m.step) AS steps, sum(m.step) AS steps_1, sum(m.step * m.step) AS steps_2,
        count(m.y) AS n, sum(m.x) AS x_1, sum(m.x * m.x) AS x_2, sum(m.x * m.y) AS xy, sum(m.y) AS y_1,
        sum(m.y * m.y) AS y_2,
        sum(CASE WHEN m.day > m.last - 20 * 86400 THEN m.turnover ELSE 0 END) AS turnover_20,
        sum(CASE WHEN m.day > m.last - 20 * 86400 THEN m.volume ELSE 0 END) AS volume_20
    FROM measured AS m
    GROUP BY m.type_id
),
lines AS (
    SELECT
        s.*,
        CASE WHEN s.volume_20 > 0 THEN s.turnover_20 / s.volume_20 END AS vwap_20,
        CASE WHEN s.steps > 1 THEN (s.steps_2 - s.steps_1 * s.steps_1 / s.steps) / (s.steps - 1) END AS step_variance,
        s.n * s.xy - s.x_1 * s.y_1 AS covariance,
        s.n * s.x_2 - s.x_1 * s.x_1 AS x_variance,
        s.n * s.y_2 - s.y_1 * s.y_1 AS y_variance
    FROM sums AS s
),
spreads AS (
    SELECT
        l.type_id,
        sum(m.volume * (m.average / l.vwap_20 - 1) * (m.average / l.vwap_20 - 1)) / nullif(max(l.volume_20), 0) AS variance
    FROM lines AS l
    JOIN measured AS m ON m.type_id = l.type_id
    WHERE m.day > m.last - 20 * 86400 AND l.vwap_20 > 0 AND l.volume_20 > 0
    GROUP BY l.type_id
),
orders AS (
    SELECT o.type_id, o.is_buy_order, o.price
    FROM live_orders AS o
    WHERE :type_id IS NULL AND o.region_id = :region_id
    UNION ALL
    SELECT o.type_id, o.is_buy_order, o.price
    FROM live_orders AS o
    -- The bound on price leads the search to the type, also in the past, and not through the whole region.
    WHERE o.type_id = :type_id AND o.is_buy_order IN (0, 1) AND o.price > 0 AND o.region_id = :region_id
),
books AS (
    SELECT
        o.type_id,
        max(CASE WHEN o.is_buy_order = 1 THEN o.price END) AS best_bid,
        min(CASE WHEN o.is_buy_order = 0 THEN o.price END) AS best_ask
    FROM orders AS o
    GROUP BY o.type_id
)
SELECT
    e.type_id, (SELECT t.name FROM all_types AS t WHERE t.type_id = e.type_id) AS type, e.until,
    l.days, round(100.0 * l.traded_days / nullif(l.days, 0), 1) AS traded_percent, l.median_volume,
    round(l.turnover / nullif(l.days, 0), 2) AS turnover, round(l.median_price, 2) AS median_price,
    round(l.vwap_20, 2) AS vwap_20,
    CASE
        WHEN l.step_variance > 1e-18 THEN round(sqrt(l.step_variance), 6)
        WHEN l.step_variance IS NOT NULL THEN 0.0
    END AS volatility,
    round(100.0 * l.range, 2) AS range_percent,
    CASE WHEN l.x_variance > 0 THEN round(100.0 * (exp(l.covariance / l.x_variance) - 1), 3) END AS trend_percent,
    CASE
        WHEN l.x_variance > 0 AND l.y_variance > 1e-12
            THEN round(l.covariance * l.covariance / (l.x_variance * l.y_variance), 3)
    END AS trend_fit,
    b.best_bid, b.best_ask,
    CASE
        WHEN s.variance > 1e-12 AND l.vwap_20 > 0
            THEN round(((b.best_bid + b.best_ask) / 2.0 / l.vwap_20 - 1) / sqrt(s.variance), 2)
    END AS z
FROM ends AS e
JOIN lines AS l ON l.type_id = e.type_id
LEFT JOIN spreads AS s ON s.type_id = e.type_id
LEFT JOIN books AS b ON b.type_id = e.type_id
WHERE 100.0 * l.traded_days / nullif(l.days, 0) >= :min_traded
ORDER BY l.turnover / nullif(l.days, 0) DESC NULLS LAST, e.type_id
LIMIT :limit
