/*---
title: Trades and churn of a type's orders, from our own snapshots
description: |
  One row for each interval in which something happened. Where less remains of an order that was not issued anew, the
  difference was traded: `ask_volume` out of sell orders, `bid_volume` into buy orders, each with its ISK. An order
  issued anew was `repriced`; what it lost meanwhile is not told. One that vanished was filled or cancelled, which the
  book does not tell (`gone`, with the units it last had), unless it had reached its end (`expired`). So the volumes
  are the least that was traded. `churn` is new, repriced, gone and expired orders for each hundred that stood at the
  interval's end. Orders seen in a region's first snapshot are not new.
parameters:
  type_id: { type: integer, default: 34, minimum: 1, description: the type }
  region_id: { type: integer, default: null, minimum: 1, description: the region; every one where none is given }
  location_id: { type: integer, default: null, minimum: 1, description: the place; every one where none is given }
  since: { type: timestamp, default: -7d, description: "the moment to begin at: a time, -2h, yesterday" }
  hours: { type: integer, default: 24, minimum: 1, maximum: 8760, description: the length of an interval }
columns: { at: timestamp, ask_isk: isk, bid_isk: isk }
chart: { kind: bar, x: at, y: [ask_volume, bid_volume] }
---*/
WITH
versions AS MATERIALIZED (
    SELECT
        v.region_id, v.order_id, v.is_buy_order, v.price, v.volume_remain, v.issued, v.duration, v.valid_from, v.valid_to,
        lag(v.issued, 1, NULL) OVER life AS issued_before,
        lag(v.price, 1, NULL) OVER life AS price_before,
        lag(v.volume_remain, 1, NULL) OVER life AS volume_before,
        lead(v.valid_from, 1, NULL) OVER life AS next_from
    FROM market_orders_versions AS v
    WHERE v.type_id = :type_id AND (:region_id IS NULL OR v.region_id = :region_id)
      AND (:location_id IS NULL OR v.location_id = :location_id)
      AND (v.valid_to IS NULL OR v.valid_to > :since)
    WINDOW life AS (PARTITION BY v.region_id, v.order_id ORDER BY v.valid_from)
),
beginnings AS MATERIALIZED (
    SELECT
        r.region_id,
        (
            SELECT s.observed_at FROM snapshots AS s
            WHERE s.dataset = 'market_orders' AND s.partition = 'region_id=' || r.region_id
              AND s.outcome IN ('complete', 'partial')
            ORDER BY s.id LIMIT 1
        ) AS observed_at
    FROM (SELECT DISTINCT region_id FROM versions) AS r
),
events AS MATERIALIZED (
    SELECT
        v.valid_from AS at, v.is_buy_order,
        CASE
            WHEN v.issued_before IS NULL THEN 'new'
            WHEN v.issued <> v.issued_before THEN 'repriced'
            WHEN v.volume_remain < v.volume_before THEN 'traded'
        END AS event,
        v.volume_before - v.volume_remain AS units, v.price_before AS price
    FROM versions AS v
    JOIN beginnings AS b ON b.region_id = v.region_id
    WHERE v.valid_from > :since AND (v.issued_before IS NOT NULL OR v.valid_from > coalesce(b.observed_at, 0))
    UNION ALL
    SELECT
        v.valid_to, v.is_buy_order, CASE WHEN v.issued + v.duration * 86400 <= v.valid_to THEN 'expired' ELSE 'gone' END,
        v.volume_remain, v.price
    FROM versions AS v
    WHERE v.valid_to IS NOT NULL AND v.next_from IS NULL
),
intervals AS (
    SELECT
        e.at - e.at % (:hours * 3600) AS at,
        sum(CASE WHEN e.event = 'traded' THEN 1 ELSE 0 END) AS trades,
        sum(CASE WHEN e.event = 'traded' AND e.is_buy_order = 0 THEN e.units ELSE 0 END) AS ask_volume,
        sum(CASE WHEN e.event = 'traded' AND e.is_buy_order = 0 THEN 1.0 * cents(e.price) * e.units ELSE 0 END)
            AS ask_cents,
        sum(CASE WHEN e.event = 'traded' AND e.is_buy_order = 1 THEN e.units ELSE 0 END) AS bid_volume,
        sum(CASE WHEN e.event = 'traded' AND e.is_buy_order = 1 THEN 1.0 * cents(e.price) * e.units ELSE 0 END)
            AS bid_cents,
        sum(CASE WHEN e.event = 'new' THEN 1 ELSE 0 END) AS new,
        sum(CASE WHEN e.event = 'repriced' THEN 1 ELSE 0 END) AS repriced,
        sum(CASE WHEN e.event = 'gone' THEN 1 ELSE 0 END) AS gone,
        sum(CASE WHEN e.event = 'gone' THEN e.units ELSE 0 END) AS gone_volume,
        sum(CASE WHEN e.event = 'expired' THEN 1 ELSE 0 END) AS expired
    FROM events AS e
    GROUP BY e.at - e.at % (:hours * 3600)
),
standing AS (
    SELECT
        i.*,
        (
            SELECT count(*) FROM versions AS v
            WHERE v.valid_from < i.at + :hours * 3600 AND (v.valid_to IS NULL OR v.valid_to >= i.at + :hours * 3600)
        ) AS orders
    FROM intervals AS i
)
SELECT
    s.at, s.trades, s.ask_volume, round(s.ask_cents) / 100 AS ask_isk, s.bid_volume, round(s.bid_cents) / 100 AS bid_isk,
    s.new, s.repriced, s.gone, s.gone_volume, s.expired, s.orders,
    CASE WHEN s.orders > 0 THEN round(100.0 * (s.new + s.repriced + s.gone + s.expired) / s.orders, 1) END AS churn
FROM standing AS s
ORDER BY s.at
