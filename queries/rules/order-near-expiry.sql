/*---
title: Own market orders that are about to expire
description: |
  Judges each live own order by the hours it has left. Changing its price makes it last its whole duration again.
key: [order_id]
lookback: 0   # own orders' types are kept in full (market_orders, `retention`)
severity: info
parameters:
  hours:
    type: integer
    default: 24
    minimum: 1
    maximum: 2160
    description: from how many hours before its end on it fires
  max_age:
    type: integer
    default: 24
    minimum: 1
    maximum: 8760
    description: how many hours a region's book may lie behind the newest, or the moment asked for, and still be believed
columns: { is_buy_order: boolean, price: isk, date_expired: timestamp, issued: timestamp, as_of: timestamp }
---*/
WITH
judged AS (
    SELECT
        o.*,
        CASE
            WHEN n.newest - o.observed_at > :max_age * 3600 THEN 'stale'
            WHEN o.date_expired - o.moment <= :hours * 3600 THEN 'near_expiry'
            ELSE 'ok'
        END AS reason
    FROM own_orders AS o
    CROSS JOIN (SELECT max(s.moment) AS newest FROM region_sweeps AS s WHERE s.dataset = 'market_orders') AS n
    WHERE o.gone_at IS NULL AND o.volume_remain > 0 AND o.date_expired > o.moment
)
SELECT
    j.order_id,
    CASE j.reason WHEN 'stale' THEN 'unknown' WHEN 'near_expiry' THEN 'firing' ELSE 'clear' END AS state,
    j.reason, j.date_expired, (j.date_expired - j.moment) / 3600.0 AS hours_left, j.observed_at AS as_of, j.type_id,
    (SELECT t.name FROM all_types AS t WHERE t.type_id = j.type_id) AS type_name, j.is_buy_order, j.price, j.volume_remain,
    j.volume_total, j.issued, j.region_id, j.location_id
FROM judged AS j
ORDER BY j.order_id
