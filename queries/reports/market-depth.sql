/*---
title: Depth near the best price, and the percentile price, by type
description: |
  One row for each type and side at the place. `depth_1` and `depth_5` are the units whose price is within 1 and 5 percent
  of the side's best one, `isk_1` and `isk_5` what they are worth. `percentile_price` is what a unit costs on
  average of the best `percent` of the side's units, the last order counted in part: a price that one odd order
  does not move. The deepest sides come first.
parameters:
  region_id: { type: integer, default: 10000002, minimum: 1, description: the region }
  location_id: { type: integer, default: 60003760, minimum: 0, description: the place; 0 for the whole region }
  type_id: { type: integer, default: null, minimum: 1, description: the type; every one where none is given }
  percent: { type: real, default: 5, minimum: 0.01, maximum: 100, description: the share of the units }
  limit: { type: integer, default: 50, minimum: 1, description: how many rows }
columns: { best: isk, percentile_price: isk, mean_price: isk, isk_1: isk, isk_5: isk }
---*/
WITH
orders AS (
    SELECT o.type_id, o.is_buy_order, o.price, o.price_cents, o.volume_remain
    FROM live_orders AS o
    WHERE :type_id IS NULL AND o.region_id = :region_id AND (:location_id = 0 OR o.location_id = :location_id)
    UNION ALL
    SELECT o.type_id, o.is_buy_order, o.price, o.price_cents, o.volume_remain
    FROM live_orders AS o
    -- The bound on price leads the search to the type, also in the past, and not through the whole region.
    WHERE o.type_id = :type_id AND o.is_buy_order IN (0, 1) AND o.price > 0 AND o.region_id = :region_id
      AND (:location_id = 0 OR o.location_id = :location_id)
),
prices AS (
    SELECT
        o.type_id, o.is_buy_order, o.price_cents, max(o.price) AS price, count(*) AS orders,
        sum(o.volume_remain) AS volume
    FROM orders AS o
    GROUP BY o.type_id, o.is_buy_order, o.price_cents
),
ladder AS (
    SELECT
        p.*,
        first_value(p.price_cents) OVER side AS best_cents,
        sum(p.volume) OVER side - p.volume AS before,
        ceil(sum(p.volume) OVER (PARTITION BY p.type_id, p.is_buy_order) * :percent / 100.0) AS wanted
    FROM prices AS p
    WINDOW side AS (
        PARTITION BY p.type_id, p.is_buy_order
        ORDER BY CASE WHEN p.is_buy_order = 1 THEN -p.price_cents ELSE p.price_cents END NULLS LAST
        ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
),
taken AS (
    SELECT
        l.*,
        CASE
            WHEN l.before >= l.wanted THEN 0
            WHEN l.before + l.volume <= l.wanted THEN l.volume
            ELSE l.wanted - l.before
        END AS units,
        -- In hundredths of a cent, so that the bound is exact.
        abs(l.price_cents - l.best_cents) * 100 <= l.best_cents AS is_near,
        abs(l.price_cents - l.best_cents) * 100 <= l.best_cents * 5 AS is_far
    FROM ladder AS l
),
sides AS (
    SELECT
        d.type_id, d.is_buy_order, max(d.best_cents) / 100.0 AS best, sum(d.orders) AS orders, sum(d.volume) AS volume,
        CASE WHEN sum(d.units) > 0 THEN round(sum(1.0 * d.price_cents * d.units) / sum(d.units)) / 100 END
            AS percentile_price,
        CASE WHEN sum(d.volume) > 0 THEN round(sum(1.0 * d.price_cents * d.volume) / sum(d.volume)) / 100 END
            AS mean_price,
        sum(CASE WHEN d.is_near THEN d.volume ELSE 0 END) AS depth_1,
        round(sum(CASE WHEN d.is_near THEN 1.0 * d.price_cents * d.volume ELSE 0 END)) / 100 AS isk_1,
        sum(CASE WHEN d.is_far THEN d.volume ELSE 0 END) AS depth_5,
        round(sum(CASE WHEN d.is_far THEN 1.0 * d.price_cents * d.volume ELSE 0 END)) / 100 AS isk_5
    FROM taken AS d
    GROUP BY d.type_id, d.is_buy_order
)
SELECT
    s.type_id, (SELECT t.name FROM all_types AS t WHERE t.type_id = s.type_id) AS type,
    CASE WHEN s.is_buy_order = 1 THEN 'bid' ELSE 'ask' END AS side, s.best,
    s.percentile_price, s.mean_price, s.orders, s.volume, s.depth_1, s.isk_1, s.depth_5, s.isk_5
FROM sides AS s
ORDER BY s.isk_5 DESC NULLS LAST, s.type_id, s.is_buy_order
LIMIT :limit
