/*---
title: Watched types that are running out
description: |
  Judges each watched type in each tracked region by the days that what is on sale will last: the units of all live sell
  orders, divided by the median of what the region trades a day, of its last `days` known days (a day without trades counts
  as none). Types that are traded on fewer than half of the days have no median, and are unknown.
key: [region_id, type_id]
severity: info
undecidable: [too_little_history]
parameters:
  days_of_supply: { type: real, default: 3, minimum: 0, maximum: 365, description: under how many days of supply it fires }
  days: { type: integer, default: 30, minimum: 5, maximum: 365, description: how many days the median is of }
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
columns: { best_ask: isk, as_of: timestamp }
---*/
WITH
wanted AS MATERIALIZED (
    SELECT w.type_id FROM watched_types AS w UNION SELECT t.value FROM json_each(:types) AS t
),
books AS MATERIALIZED (
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
    FROM books AS s
    CROSS JOIN wanted AS w
),
ranked AS (
    SELECT
        e.region_id, e.type_id, h.volume,
        row_number() OVER (PARTITION BY e.region_id, e.type_id ORDER BY h.volume NULLS FIRST, h.date NULLS FIRST) AS place,
        count(*) OVER (PARTITION BY e.region_id, e.type_id) AS traded_days
    FROM ends AS e
    CROSS JOIN market_history AS h
    WHERE h.region_id = e.region_id AND h.type_id = e.type_id
      AND h.date > day_of(day_start(e.last_day) - :days * 86400)
),
activity AS MATERIALIZED (
    SELECT
        r.region_id, r.type_id, max(r.traded_days) AS traded_days,
        -- Of the day in the middle, or the two: twice its rank is n + 1, or n and n + 2. Days without trades rank first.
        coalesce(sum(CASE WHEN 2 * (:days - r.traded_days + r.place) BETWEEN :days AND :days + 2 THEN r.volume END), 0)
            / CASE WHEN :days % 2 = 0 THEN 2.0 ELSE 1.0 END AS median_volume
    FROM ranked AS r
    GROUP BY r.region_id, r.type_id
),
supply AS MATERIALIZED (
    -- Each type's orders once, whatever their region: the index has no regions.
    SELECT o.region_id, o.type_id, count(*) AS orders, sum(o.volume_remain) AS volume, min(o.price) AS best_ask
    FROM wanted AS w
    CROSS JOIN market_orders AS o
    JOIN books AS s ON s.region_id = o.region_id
    WHERE o.type_id = w.type_id AND o.is_buy_order = 0 AND o.price > 0
      AND o.volume_remain > 0 AND o.issued + o.duration * 86400 > s.moment
    GROUP BY o.region_id, o.type_id
),
judged AS (
    SELECT
        e.*, a.median_volume, coalesce(a.traded_days, 0) AS traded_days, coalesce(s.orders, 0) AS orders,
        coalesce(s.volume, 0) AS volume, s.best_ask,
        CASE
            WHEN n.newest - e.observed_at > :max_age * 3600 THEN 'stale'
            WHEN a.median_volume IS NULL OR a.median_volume <= 0 THEN 'too_little_history'
            -- What a partial book shows is enough, or is not all.
            WHEN coalesce(s.volume, 0) >= :days_of_supply * a.median_volume THEN 'ok'
            WHEN NOT e.is_complete THEN 'partial_sweep'
            ELSE 'running_out'
        END AS reason
    FROM ends AS e
    CROSS JOIN (SELECT max(moment) AS newest FROM books) AS n
    LEFT JOIN activity AS a ON a.region_id = e.region_id AND a.type_id = e.type_id
    LEFT JOIN supply AS s ON s.region_id = e.region_id AND s.type_id = e.type_id
)
SELECT
    j.region_id, j.type_id,
    CASE j.reason WHEN 'running_out' THEN 'firing' WHEN 'ok' THEN 'clear' ELSE 'unknown' END AS state,
    j.reason, round(j.volume / nullif(j.median_volume, 0), 2) AS days_of_supply, j.volume, j.median_volume,
    j.observed_at AS as_of, j.orders, j.best_ask, j.traded_days, j.last_day,
    (SELECT t.name FROM all_types AS t WHERE t.type_id = j.type_id) AS type_name,
    (SELECT r.name FROM all_regions AS r WHERE r.region_id = j.region_id) AS region_name
FROM judged AS j
ORDER BY j.region_id, j.type_id
