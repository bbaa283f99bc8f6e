/*---
title: Own market orders with little left
description: Judges each live own order by how much of it is left, so that it can be filled up in time.
key: [order_id]
lookback: 0   # own orders' types are kept in full (market_orders, `retention`)
severity: info
parameters:
  percent:
    type: real
    default: 10
    minimum: 0
    maximum: 100
    description: the share of its whole volume, in percent, at or under which it fires
  max_age:
    type: integer
    default: 24
    minimum: 1
    maximum: 8760
    description: how many hours a region's book may lie behind the newest, or the moment asked for, and still be believed
columns: { is_buy_order: boolean, price: isk, as_of: timestamp }
---*/
WITH
judged AS (
    SELECT
        o.*,
        CASE
            WHEN n.newest - o.observed_at > :max_age * 3600 THEN 'stale'
            WHEN 100.0 * o.volume_remain <= :percent * o.volume_total THEN 'nearly_filled'
            ELSE 'ok'
        END AS reason
    FROM own_orders AS o
    CROSS JOIN (SELECT max(s.moment) AS newest FROM region_sweeps AS s WHERE s.dataset = 'market_orders') AS n
    WHERE o.gone_at IS NULL AND o.volume_remain > 0 AND o.date_expired > o.moment
)
SELECT
    j.order_id,
    CASE j.reason WHEN 'stale' THEN 'unknown' WHEN 'nearly_filled' THEN 'firing' ELSE 'clear' END AS state,
    j.reason, j.volume_remain, j.volume_total,
    100.0 * j.volume_remain / nullif(j.volume_total, 0) AS remain_percent, j.observed_at AS as_of, j.type_id,
    (SELECT t.name FROM all_types AS t WHERE t.type_id = j.type_id) AS type_name, j.is_buy_order, j.price, j.region_id,
    j.location_id
FROM judged AS j
ORDER BY j.order_id
