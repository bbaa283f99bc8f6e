/*---
title: Types whose price moved most in a region
description: |
  What a unit cost on average (weighted by volume) of the last `days` known days beside the same number of days before
  them, and how the volume changed. The largest changes come first, up or down. Types without trades in either span, or
  with a turnover below `min_turnover`, have no row.
parameters:
  region_id: { type: integer, default: 10000002, minimum: 1, description: the region }
  days: { type: integer, default: 7, minimum: 1, maximum: 200, description: the days of each span }
  min_turnover: { type: isk, default: 100000000, minimum: 0, description: the least ISK traded in the last days }
  limit: { type: integer, default: 30, minimum: 1, description: how many }
columns: { price: isk, price_before: isk, turnover: isk }
chart: { kind: bar, x: type, y: [change_percent] }
---*/
WITH
ends AS MATERIALIZED (
    SELECT
        e.type_id, e.until, day_of(day_start(e.until) - :days * 86400) AS middle,
        day_of(day_start(e.until) - 2 * :days * 86400) AS before
    FROM market_history_ends AS e
    WHERE e.region_id = :region_id AND e.last_day IS NOT NULL
),
spans AS (
    SELECT
        e.type_id, e.until,
        sum(CASE WHEN h.date > e.middle THEN h.volume ELSE 0 END) AS volume,
        sum(CASE WHEN h.date > e.middle THEN h.average * h.volume ELSE 0 END) AS turnover,
        sum(CASE WHEN h.date > e.middle THEN 0 ELSE h.volume END) AS volume_before,
        sum(CASE WHEN h.date > e.middle THEN 0 ELSE h.average * h.volume END) AS turnover_before
    FROM ends AS e
    CROSS JOIN market_history AS h
    WHERE h.region_id = :region_id AND h.type_id = e.type_id
      AND h.date > e.before AND h.date <= e.until
    GROUP BY e.type_id, e.until
),
prices AS (
    SELECT
        s.*, CASE WHEN s.volume > 0 THEN s.turnover / s.volume END AS price,
        CASE WHEN s.volume_before > 0 THEN s.turnover_before / s.volume_before END AS price_before
    FROM spans AS s
)
SELECT
    p.type_id, (SELECT t.name FROM all_types AS t WHERE t.type_id = p.type_id) AS type,
    round(p.price, 2) AS price, round(p.price_before, 2) AS price_before,
    round(100.0 * (p.price - p.price_before) / p.price_before, 2) AS change_percent, p.volume, p.volume_before,
    round(100.0 * (p.volume - p.volume_before) / nullif(p.volume_before, 0), 1) AS volume_percent,
    round(p.turnover, 2) AS turnover, p.until
FROM prices AS p
WHERE p.price > 0 AND p.price_before > 0 AND p.turnover >= :min_turnover
ORDER BY abs((p.price - p.price_before) / p.price_before) DESC NULLS LAST, p.type_id
LIMIT :limit
