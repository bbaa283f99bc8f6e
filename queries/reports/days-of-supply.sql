/*---
title: For how many days the sell orders last
description: |
  For each type on sale: the units on sale divided by the median of what the region trades a day, of its last `days`
  known days. What runs out soonest comes first. Types that are traded on fewer than half of the days have no median, and no
  row. The volumes are the region's; at a single place the supply lasts no less than this tells.
parameters:
  region_id: { type: integer, default: 10000002, minimum: 1, description: the region }
  location_id: { type: integer, default: 0, minimum: 0, description: the place of the sell orders; 0 for the whole region }
  type_id: { type: integer, default: null, minimum: 1, description: the type; every one where none is given }
  days: { type: integer, default: 30, minimum: 20, maximum: 1000, description: the days that the median is of }
  min_turnover: { type: isk, default: 0, minimum: 0, description: the least ISK traded on an average day }
  limit: { type: integer, default: 50, minimum: 1, description: how many }
columns: { best_ask: isk, vwap_20: isk, turnover: isk }
---*/
WITH
ends AS MATERIALIZED (
    SELECT
        h.type_id, h.until,
        CASE
            WHEN day_start(h.until) - day_start(h.first_day) < (:days - 1) * 86400
                THEN CAST((day_start(h.until) - day_start(h.first_day)) / 86400.0 AS INTEGER) + 1
            ELSE :days
        END AS days,
        day_of(day_start(h.until) - :days * 86400) AS before, day_of(day_start(h.until) - 20 * 86400) AS before_20
    FROM market_history_ends AS h
    WHERE h.region_id = :region_id AND (:type_id IS NULL OR h.type_id = :type_id) AND h.last_day IS NOT NULL
),
ranked AS (
    SELECT
        e.type_id, e.until, e.days, e.before_20, h.date, h.average, h.volume,
        row_number() OVER (PARTITION BY e.type_id ORDER BY h.volume, h.date) AS place,
        count(*) OVER (PARTITION BY e.type_id) AS traded_days
    FROM ends AS e
    CROSS JOIN market_history AS h
    WHERE h.region_id = :region_id AND h.type_id = e.type_id AND h.date > e.before AND h.date <= e.until
),
activity AS MATERIALIZED (
    SELECT
        r.type_id, max(r.until) AS until, max(r.days) AS days, max(r.traded_days) AS traded_days,
        sum(r.average * r.volume) / nullif(max(r.days), 0) AS turnover,
        -- Of the day in the middle, or the two: twice its rank is n + 1, or n and n + 2. Days without trades rank first.
        coalesce(sum(CASE WHEN 2 * (r.days - r.traded_days + r.place) BETWEEN r.days AND r.days + 2 THEN r.volume END), 0)
            / CASE WHEN max(r.days) % 2 = 0 THEN 2.0 ELSE 1.0 END AS median_volume,
        sum(CASE WHEN r.date > r.before_20 THEN r.average * r.volume ELSE 0 END) AS turnover_20,
        sum(CASE WHEN r.date > r.before_20 THEN r.volume ELSE 0 END) AS volume_20
    FROM ranked AS r
    GROUP BY r.type_id
),
supply AS MATERIALIZED (
    SELECT o.type_id, count(*) AS orders, sum(o.volume_remain) AS volume, min(o.price) AS best_ask
    FROM live_orders AS o
    WHERE o.region_id = :region_id AND o.is_buy_order = 0 AND (:location_id = 0 OR o.location_id = :location_id)
      AND (:type_id IS NULL OR o.type_id = :type_id)
    GROUP BY o.type_id
)
SELECT
    a.type_id, (SELECT t.name FROM all_types AS t WHERE t.type_id = a.type_id) AS type,
    round(s.volume / a.median_volume, 2) AS days_of_supply, s.orders, s.volume, a.median_volume,
    s.best_ask,
    CASE WHEN a.volume_20 > 0 THEN round(a.turnover_20 / a.volume_20, 2) END AS vwap_20, round(a.turnover, 2) AS turnover,
    a.traded_days, a.days, a.until
FROM activity AS a
JOIN supply AS s ON s.type_id = a.type_id
WHERE a.median_volume > 0 AND a.turnover >= :min_turnover
ORDER BY s.volume / a.median_volume, a.type_id
LIMIT :limit
