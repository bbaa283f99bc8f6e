/*---
title: Own market orders that are undercut or outbid
description: |
  Judges each own order (`owners: { orders: [ids] }`) against the others' live orders of its type. Of sell orders a cheaper
  one within `scope` is ahead; of buy orders one that pays more and reaches a place that mine reaches: its station, its
  solar system, the systems within as many jumps inside the region, or the region. At the same price the one issued
  earlier is ahead (`tied_behind`); changing a price issues anew. No row for expired and filled orders. An order that no
  tracked region shows is unknown: a sell order in a structure never is in a region's book. A buy order whose minimum
  volume is more than it still wants is none. `next_price` is the price nearest to the best rival's that the game
  allows and that beats it, none where that would be below `floor`, above `ceiling` or would meet the other side, which
  trades at once (`best_buy`, `best_sell`: the best on the other side that the order would meet). `cost_to_retake` is the
  broker's fee for changing to it. Market orders do not tell whose they are: friends are not known here.
key: [order_id]
severity: warning
undecidable: [not_in_book, filled_or_cancelled, rival_reach]
lookback: 0   # own orders' types are kept in full (market_orders, `retention`)
parameters:
  scope:
    type: text
    default: location
    values: [location, system, constellation, region, "jumps:N", list]
    minimum: 1
    maximum: 50
    description: |
      where a rival of a sell order must be, at its very place, in its solar system, constellation or region, within N jumps
      of it inside the region, or at one of `places` in the region
  places:
    type: integer
    list: true
    default: []
    minimum: 1
    description: for the scope list, ids of stations, structures, systems and constellations
  buy_scope:
    type: text
    default: reach
    values: [reach, "at:N"]
    minimum: 1
    description: |
      which rivals a buy order has, those whose reach meets its own, or those that reach the station N, where it is the
      seller's choice; there an own order that does not reach N is not judged
  exclude:
    type: integer
    list: true
    default: []
    minimum: 1
    description: ids of orders that are neither judged nor rivals
  assume_lot:
    type: integer
    default: 0
    minimum: 0
    description: how many units sellers are taken to bring; buy orders with a larger minimum volume are no rivals; 0 lets all be
  floor:
    type: isk
    default: 0
    minimum: 0
    description: the least price to suggest for a sell order
  ceiling:
    type: isk
    default: null
    minimum: 0
    description: the highest price to suggest for a buy order; any where none is given
  broker_fee:
    type: real
    default: 3
    minimum: 0
    maximum: 100
    description: the broker's fee in percent
  relist_discount:
    type: real
    default: 50
    minimum: 0
    maximum: 100
    description: how much of the broker's fee is waived when an order's price changes, in percent
  max_age:
    type: integer
    default: 24
    minimum: 1
    maximum: 8760
    description: how many hours a region's book may lie behind the newest, or the moment asked for, and still be believed
columns:
  is_buy_order: boolean
  price: isk
  rival_price: isk
  delta: isk
  best_buy: isk
  best_sell: isk
  next_price: isk
  cost_to_retake: isk
  issued: timestamp
  as_of: timestamp
---*/
WITH
excluded AS MATERIALIZED (
    SELECT e.value AS id FROM json_each(:exclude) AS e
),
listed AS MATERIALIZED (
    SELECT p.value AS id FROM json_each(:places) AS p
),
books AS MATERIALIZED (
    SELECT s.region_id, s.observed_at, s.is_complete, s.moment FROM region_sweeps AS s WHERE s.dataset = 'market_orders'
),
own AS MATERIALIZED (
    SELECT
        m.region_id, m.order_id, m.type_id, m.is_buy_order, m.price, cents(m.price) AS price_cents, m.volume_remain,
        m.location_id, m.system_id, m.range, m.issued, b.observed_at, b.is_complete, b.moment,
        m.volume_remain > 0 AND m.issued + m.duration * 86400 > b.moment AS is_live,
        -- How many jumps a buy order reaches: -1 for its station alone, NULL for the whole region.
        CASE m.range
            WHEN 'station' THEN -1 WHEN 'solarsystem' THEN 0 WHEN 'region' THEN NULL ELSE CAST(m.range AS INTEGER)
        END AS reach
    FROM owners AS o
    CROSS JOIN books AS b
    CROSS JOIN market_orders AS m
    WHERE o.kind = 'order' AND m.region_id = b.region_id AND m.order_id = o.id
      AND o.id NOT IN (SELECT id FROM excluded)
),
-- The station that buy orders are ranked at.
spot AS MATERIALIZED (
    SELECT
        t.id AS location_id,
        (SELECT s.system_id FROM all_stations AS s WHERE s.station_id = t.id) AS system_id,
        (
            SELECT y.region_id FROM all_systems AS y
            WHERE y.system_id = (SELECT s.system_id FROM all_stations AS s WHERE s.station_id = t.id)
        ) AS region_id
    FROM (SELECT CAST(substr(:buy_scope, length('at:') + 1) AS INTEGER) AS id WHERE lower(:buy_scope) LIKE 'at:%') AS t
),
mine AS MATERIALIZED (
    -- Prices are whole cents, so half a cent tells the same price from the next: the same answer as cents(), without a call
    -- for each of thousands of orders, and the index is entered with it.
    SELECT
        o.*,
        CASE WHEN o.is_buy_order THEN o.price - 0.005 ELSE -1.0 END AS low,
        CASE WHEN o.is_buy_order THEN 9e999 ELSE o.price + 0.005 END AS high
    FROM own AS o
    WHERE o.is_live
),
-- Those before mine in the queue. The index alone tells which of them are in the region; only those are looked up.
queue AS MATERIALIZED (
    SELECT
        m.order_id AS mine, m.region_id, m.is_buy_order, m.reach, m.location_id AS my_location_id, m.system_id AS my_system_id,
        r.order_id, r.price, r.issued, r.volume_remain, r.location_id, r.system_id, r.range,
        CASE WHEN m.is_buy_order THEN r.price > m.price + 0.005 ELSE r.price < m.price - 0.005 END AS is_better,
        s.location_id AS spot_id, s.system_id AS spot_system_id,
        EXISTS (SELECT 1 FROM owners AS o WHERE o.kind = 'order' AND o.id = r.order_id) AS is_own
    FROM mine AS m
    LEFT JOIN spot AS s ON m.is_buy_order
    CROSS JOIN market_orders AS k
    CROSS JOIN market_orders AS r
    WHERE k.type_id = m.type_id AND k.is_buy_order = m.is_buy_order AND k.price > m.low AND k.price < m.high
      AND k.region_id = m.region_id AND k.order_id <> m.order_id
      AND r.region_id = k.region_id AND r.order_id = k.order_id
      AND (m.is_buy_order OR :scope <> 'location' OR r.location_id = m.location_id)
      AND CASE
          WHEN r.issued < m.issued THEN 1
          WHEN m.is_buy_order THEN r.price > m.price + 0.005
          ELSE r.price < m.price - 0.005
      END
      AND r.volume_remain > 0 AND r.issued + r.duration * 86400 > m.moment
      AND (NOT m.is_buy_order OR (r.min_volume <= r.volume_remain AND (:assume_lot = 0 OR r.min_volume <= :assume_lot)))
      AND r.order_id NOT IN (SELECT id FROM excluded)
),
-- The systems that distances are asked from, and how far: where neither lies in the other's system, and the reach of one, or
-- the scope, may bridge it.
origins AS MATERIALIZED (
    SELECT q.region_id, coalesce(q.spot_system_id, q.my_system_id) AS system_id, max(CASE
        WHEN NOT q.is_buy_order THEN CAST(substr(:scope, length('jumps:') + 1) AS INTEGER)
        ELSE CASE WHEN q.spot_id IS NULL AND q.reach > 0 THEN q.reach ELSE 0 END
            + CASE WHEN q.range IN ('station', 'solarsystem') THEN 0 ELSE CAST(q.range AS INTEGER) END
    END) AS most
    FROM queue AS q
    WHERE q.system_id <> coalesce(q.spot_system_id, q.my_system_id)
      AND CASE
          WHEN q.is_buy_order THEN q.range <> 'region' AND (q.spot_id IS NOT NULL OR q.reach IS NOT NULL)
          ELSE lower(:scope) LIKE 'jumps:%'
      END
    GROUP BY q.region_id, coalesce(q.spot_system_id, q.my_system_id)
    UNION ALL
    SELECT s.region_id, s.system_id, 40 FROM spot AS s WHERE s.system_id IS NOT NULL
),
-- Their regions as far as stargates lead without leaving them.
inside (region_id, system_id) AS (
    SELECT o.region_id, o.system_id FROM origins AS o
    UNION
    SELECT i.region_id, j.value
    FROM inside AS i
    CROSS JOIN json_each((
        SELECT json_group_array(g.to_system_id) FROM jumps AS g WHERE g.from_system_id = i.system_id)) AS j
    WHERE (SELECT y.region_id FROM all_systems AS y WHERE y.system_id = j.value) = i.region_id
),
gates AS MATERIALIZED (
    SELECT DISTINCT i.system_id AS from_system_id, j.value AS to_system_id
    FROM inside AS i
    CROSS JOIN json_each((
        SELECT json_group_array(g.to_system_id) FROM jumps AS g WHERE g.from_system_id = i.system_id)) AS j
    WHERE (SELECT y.region_id FROM all_systems AS y WHERE y.system_id = j.value) = i.region_id
),
-- All ways, jump by jump. What is a jump from the newest ring and in neither it nor the one before is the next: gates lead
-- both ways, so nothing older can be met.
rings (origin, most, jumps, ring, before) AS (
    SELECT o.system_id, o.most, 0, json_array(o.system_id), json_array() FROM origins AS o
    UNION ALL
    SELECT
        r.origin, r.most, r.jumps + 1,
        (
            SELECT json_group_array(n.id)
            FROM (
                SELECT DISTINCT g.to_system_id AS id
                FROM json_each(r.ring) AS s
                CROSS JOIN gates AS g
                WHERE g.from_system_id = s.value
                  AND g.to_system_id NOT IN (SELECT value FROM json_each(r.ring))
                  AND g.to_system_id NOT IN (SELECT value FROM json_each(r.before))
            ) AS n
        ),
        r.ring
    FROM rings AS r
    WHERE r.jumps < r.most AND r.ring <> '[]'
),
ways AS MATERIALIZED (
    SELECT r.origin, s.value AS system_id, min(r.jumps) AS jumps FROM rings AS r, json_each(r.ring) AS s GROUP BY r.origin, s.value
),
-- How far it is, where that matters: NULL where no way is known.
placed AS MATERIALIZED (
    SELECT
        q.*,
        CASE
            WHEN q.system_id = coalesce(q.spot_system_id, q.my_system_id) THEN 0
            WHEN q.is_buy_order OR lower(:scope) LIKE 'jumps:%' THEN (
                SELECT w.jumps FROM ways AS w
                WHERE w.origin = coalesce(q.spot_system_id, q.my_system_id) AND w.system_id = q.system_id)
        END AS jumps,
        CASE WHEN NOT q.is_buy_order AND :scope IN ('constellation', 'list') THEN (
            SELECT y.constellation_id FROM all_systems AS y WHERE y.system_id = q.system_id) END AS constellation_id
    FROM queue AS q
),
-- Whether a sell order is within the scope, and whether two buy orders reach a place in common, or the station asked for;
-- NULL where the way is not known. Where stargates are known and lead nowhere near, it is out of reach.
met AS MATERIALIZED (
    SELECT
        p.*,
        CASE
            WHEN NOT p.is_buy_order THEN CASE
                WHEN :scope IN ('location', 'region') THEN 1
                WHEN :scope = 'list' THEN
                    p.location_id IN (SELECT id FROM listed) OR p.system_id IN (SELECT id FROM listed)
                    OR coalesce(p.constellation_id IN (SELECT id FROM listed), 0)
                WHEN p.system_id = p.my_system_id THEN 1
                WHEN :scope = 'system' THEN 0
                WHEN :scope = 'constellation' THEN p.constellation_id = (
                    SELECT y.constellation_id FROM all_systems AS y WHERE y.system_id = p.my_system_id)
                WHEN p.jumps IS NOT NULL THEN p.jumps <= CAST(substr(:scope, length('jumps:') + 1) AS INTEGER)
                WHEN p.my_system_id IN (SELECT g.from_system_id FROM gates AS g) THEN 0
            END
            WHEN p.range = 'region' OR (p.spot_id IS NULL AND p.reach IS NULL) THEN 1
            WHEN p.location_id = coalesce(p.spot_id, p.my_location_id) THEN 1
            WHEN p.range = 'station' AND (p.spot_id IS NOT NULL OR p.reach = -1) THEN 0
            WHEN p.jumps IS NOT NULL THEN
                p.jumps <= CASE WHEN p.spot_id IS NULL AND p.reach > 0 THEN p.reach ELSE 0 END
                    + CASE WHEN p.range IN ('station', 'solarsystem') THEN 0 ELSE CAST(p.range AS INTEGER) END
            WHEN coalesce(p.reach, 0) <= 0 AND p.range IN ('station', 'solarsystem') THEN 0
            WHEN coalesce(p.spot_system_id, p.my_system_id) IN (SELECT g.from_system_id FROM gates AS g) THEN 0
        END AS meets
    FROM placed AS p
),
-- Own ones among them are no rivals.
tally AS MATERIALIZED (
    SELECT
        q.mine,
        sum(CASE WHEN q.is_own OR q.meets IS NULL THEN 0 ELSE 1 END) AS ahead,
        sum(CASE WHEN q.is_own OR q.meets IS NULL THEN 0 ELSE q.is_better END) AS better,
        sum(CASE WHEN q.is_own OR q.meets IS NULL THEN 0 ELSE q.volume_remain END) AS volume_ahead,
        sum(CASE WHEN q.is_own AND q.meets THEN 1 ELSE 0 END) AS own_ahead,
        sum(CASE WHEN q.is_own THEN 0 ELSE q.meets IS NULL END) AS maybe_ahead,
        max(CASE WHEN q.meets AND NOT q.is_own AND q.place = 1 THEN q.order_id END) AS rival_order_id
    FROM (
        SELECT
            m.*,
            row_number() OVER (
                PARTITION BY m.mine, m.meets, m.is_own
                ORDER BY CASE WHEN m.is_buy_order THEN -m.price ELSE m.price END, m.issued, m.order_id) AS place
        FROM met AS m
        WHERE m.meets OR m.meets IS NULL
    ) AS q
    GROUP BY q.mine
),
judged AS MATERIALIZED (
    SELECT
        m.region_id, m.order_id, m.type_id, m.is_buy_order, m.price, m.price_cents, m.volume_remain, m.location_id, m.range,
        m.issued, m.observed_at, t.ahead, t.volume_ahead, t.own_ahead, t.rival_order_id,
        CASE
            WHEN n.newest - m.observed_at > :max_age * 3600 THEN 'stale'
            WHEN t.better > 0 THEN CASE WHEN m.is_buy_order THEN 'outbid' ELSE 'undercut' END
            WHEN t.ahead > 0 THEN 'tied_behind'
            WHEN NOT m.is_complete THEN 'partial_sweep'
            WHEN t.maybe_ahead > 0 THEN 'rival_reach'
            WHEN t.own_ahead > 0 THEN 'beaten_by_own'
            ELSE 'best'
        END AS reason,
        CASE WHEN NOT m.is_buy_order THEN (
            SELECT max(b.price) FROM market_orders AS b
            -- The bound on price leads the search to the type, also in the past, and not through the whole region.
            WHERE b.type_id = m.type_id AND b.is_buy_order = 1 AND b.price > 0 AND b.region_id = m.region_id
              AND (b.location_id = m.location_id OR b.range = 'region'
                OR (b.system_id = m.system_id AND b.range <> 'station'))
              AND b.volume_remain > 0 AND b.issued + b.duration * 86400 > m.moment
        ) END AS best_buy,
        CASE WHEN m.is_buy_order THEN (
            SELECT min(s.price) FROM market_orders AS s
            WHERE s.type_id = m.type_id AND s.is_buy_order = 0 AND s.price > 0 AND s.region_id = m.region_id
              AND (s.location_id = m.location_id OR m.reach IS NULL
                OR (s.system_id = m.system_id AND m.reach >= 0))
              AND s.volume_remain > 0 AND s.issued + s.duration * 86400 > m.moment
        ) END AS best_sell
    FROM mine AS m
    CROSS JOIN (SELECT max(moment) AS newest FROM books) AS n
    LEFT JOIN tally AS t ON t.mine = m.order_id
    -- At a station only those of mine that reach it.
    LEFT JOIN spot AS s ON m.is_buy_order
    WHERE s.location_id IS NULL OR m.location_id = s.location_id
       OR (m.region_id = s.region_id AND (
           m.reach IS NULL
           OR m.reach >= (SELECT w.jumps FROM ways AS w WHERE w.origin = s.system_id AND w.system_id = m.system_id)))
    UNION ALL
    SELECT
        NULL, o.id, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, as_of(), NULL, NULL, NULL, NULL,
        -- Seen once, and gone from a whole book since: filled, cancelled or expired, which the book does not tell.
        CASE
            WHEN EXISTS (
                SELECT 1 FROM books AS b
                WHERE b.is_complete AND EXISTS (
                    SELECT 1 FROM market_orders_versions AS v WHERE v.region_id = b.region_id AND v.order_id = o.id))
                THEN 'filled_or_cancelled'
            ELSE 'not_in_book'
        END,
        NULL, NULL
    FROM owners AS o
    WHERE o.kind = 'order' AND o.id NOT IN (SELECT order_id FROM own) AND o.id NOT IN (SELECT id FROM excluded)
),
priced AS (
    SELECT
        j.*, r.price AS rival_price, r.location_id AS rival_location_id, r.volume_remain AS rival_volume_remain,
        r.min_volume AS rival_min_volume, cents(r.price) AS rival_cents,
        CASE
            WHEN j.is_buy_order THEN CASE
                WHEN cents(tick_up(r.price)) > cents(:ceiling) THEN NULL
                WHEN cents(tick_up(r.price)) >= cents(j.best_sell) THEN NULL    -- it would buy at once
                ELSE cents(tick_up(r.price))
            END
            WHEN cents(tick_down(r.price)) >= cents(r.price) THEN NULL      -- 0.01 ISK has nothing below
            WHEN cents(tick_down(r.price)) < cents(:floor) THEN NULL
            WHEN cents(tick_down(r.price)) <= cents(j.best_buy) THEN NULL   -- it would be sold at once
            ELSE cents(tick_down(r.price))
        END AS next_cents
    FROM judged AS j
    LEFT JOIN market_orders AS r ON r.region_id = j.region_id AND r.order_id = j.rival_order_id
)
SELECT
    p.order_id,
    CASE
        WHEN p.reason IN ('undercut', 'outbid', 'tied_behind') THEN 'firing'
        WHEN p.reason IN ('best', 'beaten_by_own') THEN 'clear'
        ELSE 'unknown'
    END AS state,
    p.reason, p.price, p.rival_order_id, p.rival_price,
    coalesce(p.ahead, 0) AS ahead,
    p.observed_at AS as_of,
    p.type_id, (SELECT t.name FROM all_types AS t WHERE t.type_id = p.type_id) AS type_name,
    p.region_id, p.location_id, p.volume_remain,
    coalesce(p.ahead, 0) + 1 AS rank,
    coalesce(p.volume_ahead, 0) AS volume_ahead,
    coalesce(p.own_ahead, 0) AS own_ahead,
    CASE WHEN p.is_buy_order THEN p.rival_cents - p.price_cents ELSE p.price_cents - p.rival_cents END / 100.0 AS delta,
    p.best_buy,
    p.next_cents / 100.0 AS next_price,
    p.issued, p.is_buy_order, p.range, p.best_sell,
    -- On what is left: the fee on what the order gains in worth, and the part of the fee on the new price that is not waived.
    CASE WHEN p.fee < 100 THEN 100.0 ELSE round(p.fee, 2) END AS cost_to_retake,
    p.rival_location_id, p.rival_volume_remain, p.rival_min_volume,
    -- Of a structure there is none.
    (SELECT t.name FROM all_stations AS t WHERE t.station_id = p.location_id) AS location_name
FROM (
    SELECT
        p.*,
        :broker_fee / 100.0 * p.volume_remain * (
            CASE WHEN p.next_cents > p.price_cents THEN p.next_cents - p.price_cents ELSE 0 END
            + (1 - :relist_discount / 100.0) * p.next_cents) / 100.0 AS fee
    FROM priced AS p
) AS p
ORDER BY p.order_id
