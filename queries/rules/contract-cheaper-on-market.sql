/*---
title: Own public contracts whose goods are cheaper on the market
description: |
  Judges each live own contract that sells (or auctions with a buyout) one kind of item that the market has too: fires where
  the same number of units, bought from the cheapest sell orders, costs less. Where there are fewer on sale, those are
  compared with as many of the contract's. Of blueprints only unresearched originals are on the market, so only such are
  judged. Own market orders do not count.
key: [contract_id]
severity: warning
undecidable: [no_book]
owner: owner_id
parameters:
  scope:
    type: text
    default: region
    values: [location, region]
    description: where the market is, at the contract's very place or in its region
  min_percent:
    type: real
    default: 0
    minimum: 0
    maximum: 100
    description: by how much, in percent of the contract's unit price, the market must be cheaper
  min_share:
    type: real
    default: 100
    minimum: 0
    maximum: 100
    description: how much of the contract's units, in percent, must be on sale at least
  max_age:
    type: integer
    default: 24
    minimum: 1
    maximum: 8760
    description: how many hours a region's list or book may lie behind the newest, or the moment asked for, and still be believed
columns: { unit_price: isk, market_price: isk, best_price: isk, delta: isk, date_expired: timestamp, as_of: timestamp }
---*/
WITH
mine AS MATERIALIZED (
    SELECT
        f.region_id, f.contract_id, f.type_id, f.kind, f.units, f.amount_cents, f.unit_price, f.location_id, f.date_expired,
        f.observed_at, b.observed_at AS book_at, coalesce(b.is_complete, 0) AS is_complete, b.moment,
        CASE WHEN f.for_corporation = 1 THEN f.issuer_corporation_id ELSE f.issuer_id END AS owner_id
    FROM own_contracts AS c
    CROSS JOIN offers AS f
    LEFT JOIN region_sweeps AS b ON b.dataset = 'market_orders' AND b.region_id = f.region_id
    WHERE f.contract_id = c.contract_id AND f.region_id = c.region_id AND f.side IN ('sale', 'auction') AND f.is_known
      AND (f.kind = 'item' OR (f.kind = 'bpo' AND f.me = 0 AND f.te = 0))
      AND (SELECT t.market_group_id FROM all_types AS t WHERE t.type_id = f.type_id) IS NOT NULL
),
-- The cheapest sell orders, with what is bought before and up to each.
ladder AS MATERIALIZED (
    SELECT
        m.contract_id, m.units, o.price, cents(o.price) AS price_cents, o.volume_remain, o.order_id,
        sum(o.volume_remain) OVER (
            PARTITION BY m.contract_id ORDER BY o.price, o.order_id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS high
    FROM mine AS m
    CROSS JOIN market_orders AS o
    WHERE o.type_id = m.type_id AND o.is_buy_order = 0 AND o.price > 0 AND o.region_id = m.region_id
      AND (:scope = 'region' OR o.location_id = m.location_id)
      AND o.volume_remain > 0 AND o.issued + o.duration * 86400 > m.moment
      AND NOT EXISTS (SELECT 1 FROM owners AS w WHERE w.kind = 'order' AND w.id = o.order_id)
),
bought AS MATERIALIZED (
    SELECT
        l.contract_id, min(l.price) AS best_price,
        sum(CASE WHEN l.high <= l.units THEN l.volume_remain ELSE l.units - (l.high - l.volume_remain) END) AS units,
        -- As REAL: a great many units of a dear item are more than integers hold.
        sum(1.0 * l.price_cents
            * CASE WHEN l.high <= l.units THEN l.volume_remain ELSE l.units - (l.high - l.volume_remain) END) AS cost_cents
    FROM ladder AS l
    WHERE l.high - l.volume_remain < l.units
    GROUP BY l.contract_id
),
judged AS (
    SELECT
        m.*, b.best_price, b.units AS market_units, 1.0 * b.cost_cents / nullif(b.units, 0) / 100 AS market_price,
        CASE
            WHEN m.book_at IS NULL THEN 'no_book'
            WHEN n.newest - m.book_at > :max_age * 3600 OR n.newest - m.observed_at > :max_age * 3600 THEN 'stale'
            WHEN 100.0 * b.units >= :min_share * m.units AND b.cost_cents * m.units < 1.0 * m.amount_cents * b.units
                AND 100 * b.cost_cents * m.units <= (100 - :min_percent) * m.amount_cents * b.units
                THEN 'cheaper_on_market'
            WHEN NOT m.is_complete THEN 'partial_sweep'
            ELSE 'ok'
        END AS reason
    FROM mine AS m
    CROSS JOIN (
        SELECT max(s.moment) AS newest FROM region_sweeps AS s WHERE s.dataset IN ('market_orders', 'public_contracts')
    ) AS n
    LEFT JOIN bought AS b ON b.contract_id = m.contract_id
)
SELECT
    j.contract_id,
    CASE j.reason WHEN 'cheaper_on_market' THEN 'firing' WHEN 'ok' THEN 'clear' ELSE 'unknown' END AS state,
    j.reason, j.unit_price, j.market_price, j.unit_price - j.market_price AS delta,
    100 * (j.unit_price - j.market_price) / nullif(j.unit_price, 0) AS delta_percent,
    CASE WHEN j.book_at < j.observed_at THEN j.book_at ELSE j.observed_at END AS as_of, j.best_price, j.market_units, j.units,
    j.kind, j.type_id, (SELECT t.name FROM all_types AS t WHERE t.type_id = j.type_id) AS type_name, j.region_id,
    j.location_id, j.date_expired, j.owner_id
FROM judged AS j
ORDER BY j.contract_id
