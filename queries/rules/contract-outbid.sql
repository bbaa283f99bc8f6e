/*---
title: Own public contracts that are outbid
description: |
  Judges each live own contract that sells (or auctions with a buyout) or wants to buy one kind of item, against the
  live public contracts of others for that kind alone: a sale by ISK per item, original or run, a purchase by the ISK
  offered for one. Auctions count at their buyout. No row for couriers, loans, swaps, gifts, expired contracts, and
  auctions without a buyout. `unknown` where the answer is not known, never `clear` instead; `reason` says why. `ahead`
  counts the better rivals; friends are no rivals and are counted apart. `delta` is what a unit of the best rival
  is better by, negative where it is worse. ESI's contracts do not tell an alliance; character_affiliations do.
key: [contract_id]
parameters:
  scope:
    type: text
    default: region
    values: [region, location]
    description: where a rival must be, in the contract's region or at its very station or structure
  blueprints:
    type: text
    default: at_least
    values: [at_least, exact]
    description: whether a blueprint of better efficiency is a rival too, or only one of the same
  min_delta:
    type: isk
    default: 0
    minimum: 0
    description: by how much ISK a unit a rival must be better before it counts
  min_delta_percent:
    type: real
    default: 0
    minimum: 0
    maximum: 100
    description: the same as a share of the own unit price
  max_age:
    type: integer
    default: 24
    minimum: 1
    maximum: 8760
    description: how many hours a region's list may lie behind the newest, or the moment asked for, and still be believed
columns:
  unit_price: isk
  rival_unit_price: isk
  second_unit_price: isk
  delta: isk
  date_expired: timestamp
  rival_date_expired: timestamp
  as_of: timestamp
---*/
WITH
own AS MATERIALIZED (
    SELECT c.*
    FROM own_contracts AS o
    CROSS JOIN live_contracts AS c
    WHERE c.region_id = o.region_id AND c.contract_id = o.contract_id
      AND (c.type = 'item_exchange' OR (c.type = 'auction' AND c.buyout > 0))
),
own_items AS MATERIALIZED (
    SELECT i.contract_id, sum(i.is_included) AS included, sum(1 - i.is_included) AS requested
    FROM own
    CROSS JOIN public_contract_items AS i
    WHERE i.contract_id = own.contract_id
    GROUP BY i.contract_id
),
-- The side, from the money and, as far as they are known, the items. The others are swaps and gifts.
sided AS MATERIALIZED (
    SELECT
        own.*, i.included, i.requested,
        CASE
            WHEN own.type = 'auction' THEN 'auction'
            WHEN i.included > 0 AND i.requested > 0 THEN NULL
            WHEN own.price > 0 AND coalesce(own.reward, 0) = 0 AND (i.included > 0 OR NOT own.are_items_known)
                THEN 'sale'
            WHEN own.reward > 0 AND coalesce(own.price, 0) = 0 AND (i.requested > 0 OR NOT own.are_items_known)
                THEN 'want_to_buy'
        END AS side
    FROM own
    LEFT JOIN own_items AS i ON i.contract_id = own.contract_id
),
own_offers AS MATERIALIZED (
    SELECT f.*
    FROM own
    CROSS JOIN offers AS f
    WHERE f.contract_id = own.contract_id AND f.region_id = own.region_id
),
own_types AS MATERIALIZED (
    -- Looked up column by column: in a statement of this size SQLite joins no view of two halves by their indexes.
    SELECT
        f.type_id,
        (SELECT t.name FROM all_types AS t WHERE t.type_id = f.type_id) AS name,
        (SELECT t.market_group_id FROM all_types AS t WHERE t.type_id = f.type_id) AS market_group_id,
        (SELECT t.volume FROM all_types AS t WHERE t.type_id = f.type_id) AS volume,
        (SELECT t.packaged_volume FROM all_types AS t WHERE t.type_id = f.type_id) AS packaged_volume
    FROM (SELECT DISTINCT type_id FROM own_offers) AS f
),
mine AS MATERIALIZED (
    SELECT
        s.region_id, s.contract_id, s.side, s.title, s.location_id, s.date_expired, s.observed_at, s.is_complete,
        s.are_items_known, f.type_id, f.kind, f.me, f.te, f.runs, f.units, f.amount_cents, f.unit_price, f.is_known,
        t.name AS type_name,
        -- The least m3 a unit may take; NULL where nobody tells what it takes when it is packaged.
        CASE
            WHEN t.packaged_volume < t.volume THEN t.packaged_volume
            WHEN t.packaged_volume IS NOT NULL THEN t.volume
        END AS unit_volume,
        -- Of abyssal modules and mutated drones no two are alike. They cannot be sold on the market; filaments can.
        CASE
            WHEN t.market_group_id IS NOT NULL THEN 0
            WHEN lower(t.name) LIKE '%abyssal %' OR lower(t.name) LIKE '%mutated drone' THEN 1
            ELSE 0
        END AS is_mutated
    FROM sided AS s
    LEFT JOIN own_offers AS f ON f.contract_id = s.contract_id
    LEFT JOIN own_types AS t ON t.type_id = f.type_id
    WHERE s.side IS NOT NULL
),
comparable AS MATERIALIZED (
    SELECT * FROM mine WHERE is_known AND NOT is_mutated AND (:scope = 'region' OR location_id IS NOT NULL)
),
-- Each type once, however many contracts of one's own there are for it.
rivals AS MATERIALIZED (
    SELECT f.*
    FROM (SELECT DISTINCT type_id, region_id FROM comparable) AS k
    CROSS JOIN offers AS f
    WHERE f.type_id = k.type_id AND f.region_id = k.region_id AND NOT f.is_own
),
-- `fits` and `better` are NULL where the rival's attributes or place are not known, and then may be either.
compared AS MATERIALIZED (
    SELECT
        m.contract_id AS mine, r.contract_id, r.issuer_id, r.location_id, r.date_issued, r.date_expired, r.units,
        r.unit_price, r.is_friendly,
        CASE WHEN m.side = 'want_to_buy' THEN r.unit_price - m.unit_price ELSE m.unit_price - r.unit_price END AS delta,
        m.unit_price AS my_unit_price,
        (:scope = 'region' OR r.location_id = m.location_id)
        AND CASE
            WHEN m.kind = 'item' THEN 1
            -- A buyer who states no efficiency takes any.
            WHEN m.side = 'want_to_buy' AND :blueprints = 'exact'
                THEN coalesce(r.me, 0) = coalesce(m.me, 0) AND coalesce(r.te, 0) = coalesce(m.te, 0)
            WHEN m.side = 'want_to_buy'
                THEN coalesce(r.me, 0) <= coalesce(m.me, 0) AND coalesce(r.te, 0) <= coalesce(m.te, 0)
            WHEN :blueprints = 'exact' THEN r.me = m.me AND r.te = m.te
            ELSE r.me >= m.me AND r.te >= m.te
        END AS fits,
        -- The sign of the difference of the unit prices, exactly: 1 better than mine, 0 the same.
        CASE
            WHEN m.side = 'want_to_buy' THEN compare_ratios(r.amount_cents, r.units, m.amount_cents, m.units)
            ELSE compare_ratios(m.amount_cents, m.units, r.amount_cents, r.units)
        END AS better
    FROM comparable AS m
    JOIN rivals AS r ON r.type_id = m.type_id AND r.region_id = m.region_id AND r.kind = m.kind
    WHERE CASE WHEN m.side = 'want_to_buy' THEN 1 ELSE 0 END = CASE WHEN r.side = 'want_to_buy' THEN 1 ELSE 0 END
),
counted AS MATERIALIZED (
    SELECT
        c.*,
        CASE
            WHEN fits AND better = 1
                THEN delta >= :min_delta AND delta * 100 >= my_unit_price * :min_delta_percent
            ELSE 0
        END AS is_ahead,
        CASE WHEN better IS NULL OR (better = 1 AND fits IS NULL) THEN 1 ELSE 0 END AS may_be_ahead
    FROM compared AS c
    WHERE fits OR fits IS NULL
),
tally AS MATERIALIZED (
    SELECT
        mine,
        sum(CASE WHEN is_ahead AND NOT is_friendly THEN 1 ELSE 0 END) AS ahead,
        sum(CASE WHEN is_ahead AND NOT is_friendly THEN 1.0 * units ELSE 0.0 END) AS units_ahead,
        sum(CASE WHEN fits AND better = 0 AND NOT is_friendly THEN 1 ELSE 0 END) AS matched,
        sum(CASE WHEN fits AND better = 1 AND NOT is_ahead AND NOT is_friendly THEN 1 ELSE 0 END) AS within,
        sum(CASE WHEN may_be_ahead AND NOT is_friendly THEN 1 ELSE 0 END) AS maybe_ahead,
        sum(CASE WHEN is_ahead AND is_friendly THEN 1 ELSE 0 END) AS friends_ahead
    FROM counted
    GROUP BY mine
),
ranked AS MATERIALIZED (
    SELECT
        counted.*,
        row_number() OVER (PARTITION BY mine ORDER BY delta DESC, date_issued, contract_id) AS place
    FROM counted
    WHERE fits AND better IS NOT NULL AND NOT is_friendly
),
-- Rivals whose items are not known yet: any of them might be one for the same.
pending AS MATERIALIZED (
    SELECT
        c.region_id, c.location_id, c.volume, c.reward_cents,
        CASE WHEN c.type = 'auction' THEN 'auction' WHEN c.reward > 0 THEN 'want_to_buy' ELSE 'sale' END AS side,
        CASE WHEN c.type = 'auction' THEN c.buyout_cents ELSE c.price_cents END AS asked_cents
    FROM live_contracts AS c
    WHERE c.region_id IN (SELECT region_id FROM comparable)
      -- The money says which side it would be on; with money on both or neither it is no rival at all.
      AND CASE
          WHEN c.type = 'auction' THEN c.buyout > 0
          WHEN c.type = 'item_exchange' THEN
              (c.price > 0 AND coalesce(c.reward, 0) = 0) OR (c.reward > 0 AND coalesce(c.price, 0) = 0)
          ELSE 0
      END
      AND NOT c.are_items_known AND NOT c.is_own AND NOT c.is_friendly
),
-- Whether one of them may still turn out to be better than mine. What proves that it cannot:
-- * Wanted: it pays, for all that it wants, no more than I do for one unit, and it wants one at least. Its volume
--   proves nothing: it is that of offered goods.
-- * For sale: its volume is less than that of one unit of mine (packaged, if that is smaller). Or: were it filled with
--   nothing but mine, the unit would still not be cheaper, by price / (volume / unit volume). Without volumes, and for
--   copies, whose runs take no room, its price proves nothing: it may hold any number of units.
-- Volumes are REAL: there is a margin, on the side of not ruling out.
held AS MATERIALIZED (
    SELECT
        m.contract_id,
        EXISTS (
            SELECT 1 FROM pending AS p
            WHERE p.region_id = m.region_id
              AND CASE WHEN p.side = 'want_to_buy' THEN 1 ELSE 0 END
                  = CASE WHEN m.side = 'want_to_buy' THEN 1 ELSE 0 END
              AND (:scope = 'region' OR p.location_id IS NULL OR p.location_id = m.location_id)
              AND CASE
                  WHEN m.side = 'want_to_buy'
                      THEN coalesce(compare_ratios(p.reward_cents, 1, m.amount_cents, m.units), 1) > 0
                  WHEN p.volume IS NULL OR m.unit_volume IS NULL OR m.unit_volume <= 0 THEN 1
                  WHEN p.volume < m.unit_volume * 0.999999 THEN 0
                  WHEN m.kind = 'bpc' OR p.asked_cents IS NULL THEN 1
                  ELSE 1.0 * p.asked_cents * m.units * m.unit_volume < 1.000001 * m.amount_cents * p.volume
              END
        ) AS is_held
    FROM comparable AS m
),
judged AS (
    SELECT
        m.*, t.ahead, t.units_ahead, t.friends_ahead,
        -- The first that applies.
        CASE
            WHEN n.newest - m.observed_at > :max_age * 3600 THEN 'stale'
            -- A live better rival is proof, whatever else is missing; `clear` needs everything to be known.
            WHEN t.ahead > 0 THEN 'outbid'
            WHEN NOT m.are_items_known THEN 'own_items_pending'
            WHEN m.type_id IS NULL THEN 'bundle'
            WHEN m.is_mutated THEN 'mutated'
            WHEN NOT m.is_known THEN 'attributes'
            WHEN :scope = 'location' AND m.location_id IS NULL THEN 'location'
            WHEN NOT m.is_complete THEN 'partial_sweep'
            WHEN t.maybe_ahead > 0 THEN 'rival_attributes'
            WHEN h.is_held THEN 'items_pending'
            WHEN t.within > 0 THEN 'within_threshold'
            WHEN t.matched > 0 THEN 'matched'
            ELSE 'ok'
        END AS reason
    FROM mine AS m
    CROSS JOIN (
        SELECT CASE WHEN as_of() > max(s.observed_at) THEN as_of() ELSE max(s.observed_at) END AS newest
        FROM sweeps AS s WHERE s.dataset = 'public_contracts'
    ) AS n
    LEFT JOIN tally AS t ON t.mine = m.contract_id
    LEFT JOIN held AS h ON h.contract_id = m.contract_id
)
SELECT
    j.contract_id,
    CASE
        WHEN j.reason = 'outbid' THEN 'firing'
        WHEN j.reason IN ('ok', 'matched', 'within_threshold') THEN 'clear'
        ELSE 'unknown'
    END AS state,
    j.reason,
    j.unit_price,
    r.contract_id AS rival_contract_id,
    r.unit_price AS rival_unit_price,
    coalesce(j.ahead, 0) AS ahead,
    j.observed_at AS as_of,
    j.side, j.kind, j.type_id, j.type_name, j.units, j.me, j.te, j.runs, j.region_id, j.location_id, j.title,
    j.date_expired,
    r.delta,
    100 * r.delta / nullif(j.unit_price, 0) AS delta_percent,
    coalesce(j.ahead, 0) + 1 AS rank,
    CAST(coalesce(j.units_ahead, 0) AS INTEGER) AS units_ahead,
    coalesce(j.friends_ahead, 0) AS friends_ahead,
    r.issuer_id AS rival_issuer_id, r.location_id AS rival_location_id, r.units AS rival_units,
    r.date_expired AS rival_date_expired,
    s.contract_id AS second_contract_id, s.unit_price AS second_unit_price,
    -- Of a structure there is none.
    (SELECT t.name FROM all_stations AS t WHERE t.station_id = j.location_id) AS location_name
FROM judged AS j
LEFT JOIN ranked AS r ON r.mine = j.contract_id AND r.place = 1
LEFT JOIN ranked AS s ON s.mine = j.contract_id AND s.place = 2
ORDER BY j.contract_id
