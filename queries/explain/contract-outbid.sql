/*---
title: Why a contract is outbid, or is not
description: |
  One row for the contract itself, one for each other that holds or wants anything it does, and one for each whose items are
  not known yet. `condition` is what settled it: `better` counts as ahead; `within_threshold`, `matched` and `worse` are
  compared and are not; `fits_unknown` and `price_unknown` may be either. Dropped are `expired`, `own`, `excluded`,
  `friend`, `elsewhere`, `scope`, `blueprint` (of other efficiency), `contents` (a bundle, a swap, another kind),
  `no_buyout` and `kind` (a courier, a loan). `items_pending` holds the verdict at unknown unless its volume or price rules
  it out.
engine: sqlite
columns:
  is_kept: boolean
  unit_price: isk
  delta: isk
  price: isk
  reward: isk
  buyout: isk
  date_expired: timestamp
---*/
WITH
me AS MATERIALIZED (SELECT m.* FROM mine AS m WHERE m.contract_id = :contract_id),
looked_at AS MATERIALIZED (
    SELECT DISTINCT i.contract_id
    FROM (SELECT DISTINCT o.type_id FROM public_contract_items AS o WHERE o.contract_id = :contract_id) AS t
    CROSS JOIN public_contract_items AS i
    WHERE i.type_id = t.type_id AND i.contract_id <> :contract_id
),
-- A public contract is in one region's list at a time; it may linger there for a while after it has expired.
others AS MATERIALIZED (
    SELECT
        c.region_id, c.contract_id, c.type, c.issuer_id, c.issuer_corporation_id, c.location_id, c.price, c.reward,
        c.buyout, c.date_expired, c.title, c.is_own, c.is_friendly, 1 AS is_live, c.are_items_known
    FROM looked_at AS l
    CROSS JOIN live_contracts AS c
    WHERE c.contract_id = l.contract_id
    UNION ALL
    SELECT
        p.region_id, p.contract_id, p.type, p.issuer_id, p.issuer_corporation_id, p.start_location_id, p.price, p.reward,
        p.buyout, p.date_expired, p.title, NULL, NULL, 0, 1
    FROM looked_at AS l
    CROSS JOIN public_contracts AS p
    WHERE p.contract_id = l.contract_id
      AND NOT EXISTS (
          SELECT 1 FROM live_contracts AS c WHERE c.region_id = p.region_id AND c.contract_id = p.contract_id)
    UNION ALL
    SELECT
        c.region_id, c.contract_id, c.type, c.issuer_id, c.issuer_corporation_id, c.location_id, c.price, c.reward,
        c.buyout, c.date_expired, c.title, c.is_own, c.is_friendly, 1, 0
    FROM me
    CROSS JOIN live_contracts AS c
    WHERE c.region_id = me.region_id AND NOT c.are_items_known AND NOT c.is_own
),
weighed_up AS MATERIALIZED (
    SELECT c.*
    FROM compared AS c
    WHERE c.mine = :contract_id
),
settled AS (
    SELECT
        o.*, w.unit_price, w.delta, w.fits,
        -- The first that applies.
        CASE
            WHEN NOT o.is_live THEN 'expired'
            WHEN o.is_own THEN 'own'
            WHEN o.contract_id IN (SELECT id FROM excluded) OR o.issuer_id IN (SELECT id FROM excluded)
                OR o.issuer_corporation_id IN (SELECT id FROM excluded) THEN 'excluded'
            WHEN o.type NOT IN ('item_exchange', 'auction') THEN 'kind'
            WHEN o.type = 'auction' AND coalesce(o.buyout, 0) = 0 THEN 'no_buyout'
            WHEN w.contract_id IS NOT NULL AND NOT w.fits THEN CASE
                WHEN me.kind IN ('bpo', 'bpc') AND (coalesce(r.me, -1) <> coalesce(me.me, -1)
                    OR coalesce(r.te, -1) <> coalesce(me.te, -1)) THEN 'blueprint'
                ELSE 'scope'
            END
            WHEN o.is_friendly THEN 'friend'
            WHEN w.contract_id IS NOT NULL THEN CASE
                WHEN w.fits IS NULL THEN 'fits_unknown'
                WHEN w.better IS NULL THEN 'price_unknown'
                WHEN w.better = 1 AND w.delta >= :min_delta AND w.delta * 100 >= w.my_unit_price * :min_delta_percent
                    THEN 'better'
                WHEN w.better = 1 THEN 'within_threshold'
                WHEN w.better = 0 THEN 'matched'
                ELSE 'worse'
            END
            WHEN NOT o.are_items_known THEN 'items_pending'
            WHEN :scope <> 'list' AND o.region_id <> me.region_id THEN 'elsewhere'
            ELSE 'contents'
        END AS condition
    FROM others AS o
    CROSS JOIN me
    LEFT JOIN weighed_up AS w ON w.contract_id = o.contract_id
    LEFT JOIN rivals AS r ON r.key = me.key AND r.contract_id = o.contract_id
)
SELECT
    x.who, x.contract_id, x.is_kept, x.condition, x.unit_price, x.delta, x.type, x.price, x.reward, x.buyout, x.region_id,
    x.location_id, x.issuer_id, x.date_expired, x.title
FROM (
    SELECT
        'mine' AS who, c.contract_id, NULL AS is_kept, NULL AS condition, me.unit_price, NULL AS delta, c.type, c.price,
        c.reward, c.buyout, c.region_id, c.location_id, c.issuer_id, c.date_expired, c.title, 0 AS place
    FROM me
    CROSS JOIN live_contracts AS c
    WHERE c.region_id = me.region_id AND c.contract_id = me.contract_id
    UNION ALL
    SELECT
        'rival', s.contract_id,
        CASE
            WHEN s.condition IN ('better', 'within_threshold', 'matched', 'worse') THEN 1
            WHEN s.condition NOT IN ('fits_unknown', 'price_unknown', 'items_pending') THEN 0
        END,
        s.condition, s.unit_price, s.delta, s.type, s.price, s.reward, s.buyout, s.region_id, s.location_id, s.issuer_id,
        s.date_expired, s.title,
        CASE WHEN s.condition IN ('better', 'within_threshold', 'matched', 'worse') THEN 1 ELSE 2 END
    FROM settled AS s
) AS x
ORDER BY x.place, x.delta DESC NULLS LAST, x.contract_id
