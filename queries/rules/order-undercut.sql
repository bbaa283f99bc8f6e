/*---
title: Own sell orders that are undercut
description: |
  Judges each own sell order (`owners: { orders: [ids] }`) against the other sell orders of its type at its station: a
  cheaper one is ahead, and at the same price the one issued earlier. No row for expired orders.
key: [order_id]
columns:
  price: isk
  rival_price: isk
  delta: isk
  next_price: isk
  issued: timestamp
  as_of: timestamp
---*/
WITH
own AS MATERIALIZED (
    SELECT
        o.id AS order_id, m.region_id, m.type_id, m.is_buy_order, m.price, cents(m.price) AS price_cents,
        m.volume_remain, m.location_id, m.issued, m.duration
    FROM owners AS o
    LEFT JOIN (
        SELECT w.id, b.* FROM owners AS w
        CROSS JOIN tracked_regions AS t
        CROSS JOIN market_orders AS b ON b.region_id = t.region_id AND b.order_id = w.id
        WHERE w.kind = 'order'
    ) AS m ON m.id = o.id
    WHERE o.kind = 'order'
),
rivals AS MATERIALIZED (
    SELECT
        own.order_id AS mine, r.order_id, r.price, r.volume_remain, r.issued,
        cents(r.price) < own.price_cents AS is_cheaper,
        r.order_id IN (SELECT id FROM owners WHERE kind = 'order') AS is_own
    FROM own
    CROSS JOIN market_orders AS r
        ON r.type_id = own.type_id AND r.is_buy_order = 0 AND r.price < own.price + 0.005
    WHERE own.is_buy_order = 0
      AND r.region_id = own.region_id AND r.location_id = own.location_id AND r.order_id <> own.order_id
      AND r.volume_remain > 0 AND r.issued + r.duration * 86400 > as_of()
      AND (cents(r.price) < own.price_cents OR (cents(r.price) = own.price_cents AND r.issued < own.issued))
),
tally AS MATERIALIZED (
    SELECT
        mine, sum(NOT is_own) AS ahead, sum(CASE WHEN is_own THEN 0 ELSE volume_remain END) AS volume_ahead,
        sum(is_own) AS own_ahead, sum(is_cheaper AND NOT is_own) AS cheaper
    FROM rivals GROUP BY mine
),
ranked AS MATERIALIZED (
    SELECT rivals.*, row_number() OVER (PARTITION BY mine ORDER BY price, issued, order_id) AS place
    FROM rivals WHERE NOT is_own
),
judged AS (
    SELECT
        own.*, coalesce(t.ahead, 0) AS ahead, coalesce(t.volume_ahead, 0) AS volume_ahead,
        coalesce(t.own_ahead, 0) AS own_ahead, coalesce(t.cheaper, 0) AS cheaper,
        coalesce((SELECT w.is_complete FROM sweeps AS w
                  WHERE w.dataset = 'market_orders' AND w.partition = 'region_id=' || own.region_id), 0) AS is_complete
    FROM own
    LEFT JOIN tally AS t ON t.mine = own.order_id
    WHERE own.region_id IS NULL OR (own.volume_remain > 0 AND own.issued + own.duration * 86400 > as_of())
)
SELECT
    j.order_id,
    CASE
        WHEN j.ahead > 0 THEN 'firing'
        WHEN j.region_id IS NULL OR j.is_buy_order = 1 OR NOT j.is_complete THEN 'unknown'
        ELSE 'clear'
    END AS state,
    CASE
        WHEN j.cheaper > 0 THEN 'undercut'
        WHEN j.ahead > 0 THEN 'tied_behind'
        WHEN j.region_id IS NULL THEN 'not_in_book'     -- filled, cancelled, in a structure, or not there yet
        WHEN j.is_buy_order = 1 THEN 'buy_order'        -- ranges are not judged yet
        WHEN NOT j.is_complete THEN 'partial_sweep'
        WHEN j.own_ahead > 0 THEN 'beaten_by_own'
        ELSE 'best'
    END AS reason,
    j.price,
    r.order_id AS rival_order_id,
    r.price AS rival_price,
    j.ahead,
    as_of() AS as_of,
    j.type_id, n.name AS type_name, j.region_id, j.location_id, j.volume_remain, j.volume_ahead, j.own_ahead,
    (j.price_cents - cents(r.price)) / 100.0 AS delta,
    tick_down(r.price) AS next_price,
    j.issued
FROM judged AS j
LEFT JOIN ranked AS r ON r.mine = j.order_id AND r.place = 1
LEFT JOIN types AS n ON n.type_id = j.type_id
ORDER BY j.order_id
