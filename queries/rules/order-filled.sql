/*---
title: Own market orders that are filled, or cancelled
description: |
  Fires for some days for each own order that a whole book no longer has although its end had not come. The book does not
  tell whether the last of it was traded or it was cancelled: `filled_percent` is how much of it was gone when it was last
  seen, and `reason` is `filled` where the book itself shows nothing left.
key: [order_id]
lookback: 0   # own orders' types are kept in full (market_orders, `retention`)
severity: info
parameters:
  days:
    type: integer
    default: 3
    minimum: 1
    maximum: 90
    description: for how many days it is told
columns: { is_buy_order: boolean, price: isk, gone_at: timestamp, as_of: timestamp }
---*/
SELECT
    o.order_id, 'firing' AS state, CASE WHEN o.volume_remain = 0 THEN 'filled' ELSE 'filled_or_cancelled' END AS reason,
    100.0 * (o.volume_total - o.volume_remain) / nullif(o.volume_total, 0) AS filled_percent, o.gone_at,
    o.observed_at AS as_of, o.type_id,
    (SELECT t.name FROM all_types AS t WHERE t.type_id = o.type_id) AS type_name, o.is_buy_order, o.price,
    o.volume_remain, o.volume_total, o.region_id, o.location_id
FROM own_orders AS o
WHERE CASE
    WHEN o.gone_at IS NULL THEN o.volume_remain = 0
    ELSE o.gone_at < o.date_expired AND o.gone_at > o.moment - :days * 86400
END
ORDER BY o.order_id
