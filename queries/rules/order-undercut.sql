/*---
title: Own sell orders that are undercut
description: |
  Judges each own sell order (`owners: { orders: [ids] }`) against the others' live sell orders of its type at its
  station: a cheaper one is ahead, and at the same price the one issued earlier (`tied_behind`); changing a price
  issues anew. No row for expired and filled orders. An order that no tracked region shows is unknown: a sell order in
  a structure never is in a region's book. Buy orders are unknown until their ranges are judged. `next_price` is the
  highest price that the game allows below the best rival, none where that would be below `floor` or would not be below
  the best buy order at the station.
key: [order_id]
parameters:
  scope:
    type: text
    default: location
    values: [location, system, region]
    description: where a rival must be, at the order's station, in its solar system or anywhere in its region
  floor:
    type: isk
    default: 0
    minimum: 0
    description: the least price to suggest
  max_age:
    type: integer
    default: 24
    minimum: 1
    maximum: 8760
    description: how many hours a region's book may lie behind the newest, or the moment asked for, and still be believed
columns:
  price: isk
  rival_price: isk
  delta: isk
  best_buy: isk
  next_price: isk
  issued: timestamp
  as_of: timestamp
---*/
WITH
books AS MATERIALIZED (
    SELECT
        CAST(substr(s.partition, length('region_id=') + 1) AS INTEGER) AS region_id, s.observed_at, s.is_complete,
        -- A book may have been seen later than as_of(), the oldest of all.
        CASE WHEN as_of() > s.observed_at THEN as_of() ELSE s.observed_at END AS moment
    FROM sweeps AS s WHERE s.dataset = 'market_orders'
),
own AS MATERIALIZED (
    SELECT
        m.region_id, m.order_id, m.type_id, m.is_buy_order, m.price, cents(m.price) AS price_cents, m.volume_remain,
        m.location_id, m.system_id, m.issued, m.duration, b.observed_at, b.is_complete, b.moment
    FROM owners AS o
    CROSS JOIN books AS b
    CROSS JOIN market_orders AS m
    WHERE o.kind = 'order' AND m.region_id = b.region_id AND m.order_id = o.id
),
mine AS MATERIALIZED (
    SELECT * FROM own
    WHERE volume_remain > 0 AND issued + duration * 86400 > moment
),
-- Those before mine in the queue. Prices are whole cents, so half a cent tells the same price from the next: the same
-- answer as cents(), without a call for each of thousands of orders, and the index is entered with it.
queue AS MATERIALIZED (
    SELECT
        m.order_id,
        count(*) AS ahead,
        sum(CASE WHEN r.price < m.price - 0.005 THEN 1 ELSE 0 END) AS cheaper,
        sum(r.volume_remain) AS volume_ahead
    FROM mine AS m
    CROSS JOIN market_orders AS r
    WHERE m.is_buy_order = 0
      AND r.type_id = m.type_id AND r.is_buy_order = 0 AND r.price < m.price + 0.005
      AND r.region_id = m.region_id AND r.order_id <> m.order_id
      AND CASE
          WHEN :scope = 'region' THEN 1
          WHEN :scope = 'system' THEN r.system_id = m.system_id
          ELSE r.location_id = m.location_id
      END
      AND (r.price < m.price - 0.005 OR r.issued < m.issued)
      AND r.volume_remain > 0 AND r.issued + r.duration * 86400 > m.moment
    GROUP BY m.order_id
),
-- Own ones among them are no rivals.
own_queue AS MATERIALIZED (
    SELECT
        m.order_id,
        count(*) AS ahead,
        sum(CASE WHEN r.price < m.price - 0.005 THEN 1 ELSE 0 END) AS cheaper,
        sum(r.volume_remain) AS volume_ahead
    FROM mine AS m
    JOIN mine AS r ON r.type_id = m.type_id AND r.region_id = m.region_id
    WHERE m.is_buy_order = 0 AND r.is_buy_order = 0 AND r.order_id <> m.order_id
      AND CASE
          WHEN :scope = 'region' THEN 1
          WHEN :scope = 'system' THEN r.system_id = m.system_id
          ELSE r.location_id = m.location_id
      END
      AND (r.price < m.price - 0.005 OR (r.price < m.price + 0.005 AND r.issued < m.issued))
    GROUP BY m.order_id
),
tally AS MATERIALIZED (
    SELECT
        q.order_id, q.ahead - coalesce(o.ahead, 0) AS ahead, q.cheaper - coalesce(o.cheaper, 0) AS cheaper,
        q.volume_ahead - coalesce(o.volume_ahead, 0) AS volume_ahead, coalesce(o.ahead, 0) AS own_ahead
    FROM queue AS q
    LEFT JOIN own_queue AS o ON o.order_id = q.order_id
),
-- The first of the queue, of those that have one before them.
best AS MATERIALIZED (
    SELECT
        m.order_id, m.region_id,
        (
            SELECT r.order_id FROM market_orders AS r
            WHERE r.type_id = m.type_id AND r.is_buy_order = 0 AND r.price < m.price + 0.005
              AND r.region_id = m.region_id
              AND CASE
                  WHEN :scope = 'region' THEN 1
                  WHEN :scope = 'system' THEN r.system_id = m.system_id
                  ELSE r.location_id = m.location_id
              END
              AND r.volume_remain > 0 AND r.issued + r.duration * 86400 > m.moment
              AND (r.price < m.price - 0.005 OR r.issued < m.issued)
              AND r.order_id NOT IN (SELECT o.id FROM owners AS o WHERE o.kind = 'order')
            ORDER BY r.price, r.issued, r.order_id
            LIMIT 1
        ) AS rival_order_id
    FROM tally AS t
    CROSS JOIN mine AS m
    WHERE m.order_id = t.order_id AND t.ahead > 0
),
judged AS MATERIALIZED (
    SELECT
        m.*, t.ahead, t.volume_ahead, t.own_ahead,
        CASE
            WHEN n.newest - m.observed_at > :max_age * 3600 THEN 'stale'
            WHEN m.is_buy_order = 1 THEN 'buy_order'
            WHEN t.cheaper > 0 THEN 'undercut'
            WHEN t.ahead > 0 THEN 'tied_behind'
            WHEN NOT m.is_complete THEN 'partial_sweep'
            WHEN t.own_ahead > 0 THEN 'beaten_by_own'
            ELSE 'best'
        END AS reason,
        (
            SELECT max(b.price) FROM market_orders AS b
            -- The bound on price leads the search to the type, also in the past, and not through the whole region.
            WHERE b.type_id = m.type_id AND b.is_buy_order = 1 AND b.price > 0 AND b.region_id = m.region_id
              AND b.location_id = m.location_id AND b.volume_remain > 0 AND b.issued + b.duration * 86400 > m.moment
        ) AS best_buy
    FROM mine AS m
    CROSS JOIN (SELECT max(moment) AS newest FROM books) AS n
    LEFT JOIN tally AS t ON t.order_id = m.order_id
    UNION ALL
    SELECT
        NULL, o.id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, as_of(), NULL, NULL, NULL, NULL, NULL,
        -- Seen once, and gone from a whole book since: filled, cancelled or expired, which the book does not tell.
        CASE
            WHEN EXISTS (
                SELECT 1 FROM books AS b
                WHERE b.is_complete AND EXISTS (
                    SELECT 1 FROM market_orders_versions AS v WHERE v.region_id = b.region_id AND v.order_id = o.id))
                THEN 'filled_or_cancelled'
            ELSE 'not_in_book'
        END,
        NULL
    FROM owners AS o
    WHERE o.kind = 'order' AND o.id NOT IN (SELECT order_id FROM own)
)
SELECT
    j.order_id,
    CASE
        WHEN j.reason IN ('undercut', 'tied_behind') THEN 'firing'
        WHEN j.reason IN ('best', 'beaten_by_own') THEN 'clear'
        ELSE 'unknown'
    END AS state,
    j.reason,
    j.price,
    r.order_id AS rival_order_id,
    r.price AS rival_price,
    coalesce(j.ahead, 0) AS ahead,
    j.observed_at AS as_of,
    j.type_id, (SELECT t.name FROM all_types AS t WHERE t.type_id = j.type_id) AS type_name,
    j.region_id, j.location_id, j.volume_remain,
    coalesce(j.ahead, 0) + 1 AS rank,
    coalesce(j.volume_ahead, 0) AS volume_ahead,
    coalesce(j.own_ahead, 0) AS own_ahead,
    (j.price_cents - cents(r.price)) / 100.0 AS delta,
    j.best_buy,
    CASE
        WHEN cents(tick_down(r.price)) >= cents(r.price) THEN NULL      -- 0.01 ISK has nothing below
        WHEN cents(tick_down(r.price)) < cents(:floor) THEN NULL
        WHEN cents(tick_down(r.price)) <= cents(j.best_buy) THEN NULL   -- it would be sold at once
        ELSE tick_down(r.price)
    END AS next_price,
    j.issued
FROM judged AS j
LEFT JOIN best AS b ON b.order_id = j.order_id
LEFT JOIN market_orders AS r ON r.region_id = b.region_id AND r.order_id = b.rival_order_id
ORDER BY j.order_id
