/*---
title: Own market orders that have expired
description: |
  Fires for some days for each own order whose end has passed, whether a book still shows it or not. What it had left is
  in the item hangar, and what was in escrow is back. An order filled in its last moments looks the same.
key: [order_id]
lookback: 0   # own orders' types are kept in full (market_orders, `retention`)
severity: warning
parameters:
  days:
    type: integer
    default: 7
    minimum: 1
    maximum: 90
    description: for how many days it is told
columns: { is_buy_order: boolean, price: isk, date_expired: timestamp, gone_at: timestamp, as_of: timestamp }
---*/
SELECT
    o.order_id, 'firing' AS state, 'expired' AS reason, o.date_expired, o.gone_at, o.observed_at AS as_of, o.type_id,
    (SELECT t.name FROM all_types AS t WHERE t.type_id = o.type_id) AS type_name, o.is_buy_order, o.price, o.volume_remain,
    o.volume_total, o.region_id, o.location_id
FROM own_orders AS o
WHERE o.date_expired <= o.moment AND o.date_expired > o.moment - :days * 86400
  AND (o.gone_at IS NULL OR o.gone_at >= o.date_expired)
ORDER BY o.order_id
