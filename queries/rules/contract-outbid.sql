/*---
title: Own public contracts that are outbid
description: |
  Judges each live own contract that sells (or auctions with a buyout) or wants to buy one kind of item, against the
  live public contracts of others for the same. No row for couriers, loans, swaps, gifts, expired contracts, and
  auctions without a buyout. `unknown` where the answer is not known: never `clear` instead.
key: [contract_id]
parameters:
  scope:
    type: text
    default: region
    values: [region, location]
    description: Where a rival must be, the contract's region or its very station
columns:
  unit_price: isk
  rival_unit_price: isk
  delta: isk
  date_expired: timestamp
  rival_date_expired: timestamp
  as_of: timestamp
---*/
WITH
own AS MATERIALIZED (
    SELECT
        c.region_id, c.contract_id, c.type, c.title, c.start_location_id, c.date_expired,
        coalesce(cents(c.price), 0) AS price, coalesce(cents(c.reward), 0) AS reward,
        coalesce(cents(c.buyout), 0) AS buyout
    FROM own_contracts AS c
    WHERE c.type IN ('item_exchange', 'auction') AND c.date_expired > as_of()
),
own_goods AS MATERIALIZED (
    SELECT
        i.contract_id, i.is_included, i.type_id, i.material_efficiency AS me, i.time_efficiency AS te, i.runs,
        CASE
            WHEN i.is_blueprint_copy = 1 THEN 'bpc'
            WHEN i.material_efficiency IS NOT NULL OR g.category_id = 9 THEN 'bpo'
            ELSE 'item'
        END AS kind,
        CASE WHEN i.is_blueprint_copy = 1 THEN sum(i.quantity) * i.runs ELSE sum(i.quantity) END AS units
    FROM own
    CROSS JOIN public_contract_items AS i ON i.contract_id = own.contract_id
    LEFT JOIN types AS t ON t.type_id = i.type_id
    LEFT JOIN groups AS g ON g.group_id = t.group_id
    GROUP BY
        i.contract_id, i.is_included, i.type_id, i.is_blueprint_copy, i.material_efficiency, i.time_efficiency, i.runs
),
shape AS MATERIALIZED (
    SELECT
        own.*,
        count(g.contract_id) AS signatures,
        coalesce(sum(g.is_included), 0) AS included,
        count(g.contract_id) - coalesce(sum(g.is_included), 0) AS requested
    FROM own
    LEFT JOIN own_goods AS g ON g.contract_id = own.contract_id
    GROUP BY own.region_id, own.contract_id
),
-- DOMAIN's table of sides. Without items the money alone tells what is left to judge.
sided AS MATERIALIZED (
    SELECT
        shape.*,
        CASE
            WHEN type = 'auction' AND buyout > 0 THEN 'sale'
            WHEN type = 'auction' THEN NULL
            WHEN included > 0 AND requested > 0 THEN NULL
            WHEN price > 0 AND reward = 0 AND requested = 0 THEN 'sale'
            WHEN reward > 0 AND price = 0 AND included = 0 THEN 'want_to_buy'
        END AS side
    FROM shape
),
mine AS MATERIALIZED (
    SELECT
        s.region_id, s.contract_id, s.type AS contract_type, s.title, s.start_location_id, s.date_expired, s.side,
        s.signatures, g.type_id, g.kind, g.me, g.te, g.runs,
        CASE WHEN s.type = 'auction' THEN s.buyout WHEN s.side = 'sale' THEN s.price ELSE s.reward END AS amount,
        CASE WHEN s.signatures = 1 THEN g.units END AS units,
        -- A request for a blueprint does not say which efficiency would do.
        g.kind = 'item' OR (g.me IS NOT NULL AND g.te IS NOT NULL AND (g.kind = 'bpo' OR g.runs IS NOT NULL)) AS is_known,
        coalesce(t.packaged_volume, t.volume) AS unit_volume
    FROM sided AS s
    LEFT JOIN own_goods AS g ON g.contract_id = s.contract_id AND s.signatures = 1
    LEFT JOIN types AS t ON t.type_id = g.type_id
    WHERE s.side IS NOT NULL
),
comparable AS MATERIALIZED (
    SELECT * FROM mine WHERE signatures = 1 AND is_known AND units BETWEEN 1 AND 3000000000
),
candidates AS MATERIALIZED (
    SELECT
        m.contract_id AS mine, m.units AS my_units, m.amount AS my_amount, m.side,
        c.contract_id, c.issuer_id, c.issuer_corporation_id, c.for_corporation, c.start_location_id, c.date_issued,
        c.date_expired,
        CASE
            WHEN m.side = 'want_to_buy' THEN coalesce(cents(c.reward), 0)
            WHEN c.type = 'auction' THEN coalesce(cents(c.buyout), 0)
            ELSE coalesce(cents(c.price), 0)
        END AS amount,
        (SELECT CASE WHEN m.kind = 'bpc' THEN sum(n.quantity * n.runs) ELSE sum(n.quantity) END
         FROM public_contract_items AS n WHERE n.contract_id = c.contract_id) AS units
    FROM comparable AS m
    CROSS JOIN public_contract_items AS i ON i.type_id = m.type_id
    CROSS JOIN public_contracts AS c ON c.region_id = m.region_id AND c.contract_id = i.contract_id
    WHERE c.date_expired > as_of()
      AND i.is_included = (m.side = 'sale')
      AND i.is_blueprint_copy = (m.kind = 'bpc')
      AND (m.kind = 'item' OR (i.material_efficiency >= m.me AND i.time_efficiency >= m.te))
      AND CASE
              WHEN m.side = 'want_to_buy' THEN c.type = 'item_exchange' AND coalesce(c.price, 0) = 0
              WHEN c.type = 'item_exchange' THEN coalesce(c.reward, 0) = 0
              ELSE c.type = 'auction'
          END
      AND (:scope = 'region' OR c.start_location_id = m.start_location_id)
      -- One row a contract, and nothing else in it.
      AND i.record_id = (SELECT min(n.record_id) FROM public_contract_items AS n WHERE n.contract_id = c.contract_id)
      AND NOT EXISTS (
          SELECT 1 FROM public_contract_items AS n
          WHERE n.contract_id = c.contract_id
            AND (n.type_id <> i.type_id OR n.is_included <> i.is_included
                 OR n.is_blueprint_copy <> i.is_blueprint_copy OR n.material_efficiency IS NOT i.material_efficiency
                 OR n.time_efficiency IS NOT i.time_efficiency OR n.runs IS NOT i.runs))
      AND NOT EXISTS (
          SELECT 1 FROM owners AS o
          WHERE (o.kind = 'character' AND o.id = c.issuer_id)
             OR (o.kind = 'corporation' AND c.for_corporation = 1 AND o.id = c.issuer_corporation_id))
),
-- Unit prices compare as fractions, by quotient and remainder: a product of cents and units may pass 64 bits.
rivals AS MATERIALIZED (
    SELECT
        k.*,
        amount / units AS quotient,
        CASE
            WHEN amount / units <> my_amount / my_units THEN sign(amount / units - my_amount / my_units)
            ELSE sign((amount % units) * my_units - (my_amount % my_units) * units)
        END * CASE WHEN side = 'sale' THEN -1 ELSE 1 END AS better,   -- 1: beats mine, 0: equals it
        EXISTS (
            SELECT 1 FROM friends AS f
            WHERE (f.kind = 'character' AND f.id = k.issuer_id)
               OR (f.kind = 'corporation' AND f.id = k.issuer_corporation_id)) AS is_friend
    FROM candidates AS k
    WHERE amount > 0 AND units BETWEEN 1 AND 3000000000
),
ranked AS MATERIALIZED (
    SELECT
        rivals.*,
        row_number() OVER (
            PARTITION BY mine
            ORDER BY CASE WHEN side = 'sale' THEN 1.0 ELSE -1.0 END * amount / units, date_issued, contract_id) AS place
    FROM rivals
    WHERE NOT is_friend
),
tally AS MATERIALIZED (
    SELECT
        mine,
        sum(better > 0 AND NOT is_friend) AS ahead,
        sum(CASE WHEN better > 0 AND NOT is_friend THEN units ELSE 0 END) AS units_ahead,
        sum(better = 0 AND NOT is_friend) AS equal,
        sum(better > 0 AND is_friend) AS friends_ahead
    FROM rivals
    GROUP BY mine
),
-- Live contracts whose items are not known yet.
pending AS MATERIALIZED (
    SELECT
        c.region_id, c.contract_id, c.type, c.start_location_id, c.volume, coalesce(cents(c.reward), 0) AS reward,
        CASE WHEN c.type = 'auction' THEN coalesce(cents(c.buyout), 0) ELSE coalesce(cents(c.price), 0) END AS amount
    FROM public_contracts AS c
    WHERE c.region_id IN (SELECT region_id FROM comparable)
      AND c.type IN ('item_exchange', 'auction') AND c.date_expired > as_of()
      AND NOT EXISTS (SELECT 1 FROM public_contract_items AS n WHERE n.contract_id = c.contract_id)
      AND NOT EXISTS (
          SELECT 1 FROM owners AS o
          WHERE (o.kind = 'character' AND o.id = c.issuer_id)
             OR (o.kind = 'corporation' AND c.for_corporation = 1 AND o.id = c.issuer_corporation_id))
      AND NOT EXISTS (
          SELECT 1 FROM friends AS f
          WHERE (f.kind = 'character' AND f.id = c.issuer_id)
             OR (f.kind = 'corporation' AND f.id = c.issuer_corporation_id))
),
-- Those that may still turn out to beat mine. Proof that one cannot:
-- - sale: it asks nothing for its goods, or pays for some; it is too small to hold one unit of mine (its volume is
--   that of what it offers); or, were it filled with nothing but mine, its price a unit would still not be lower.
--   The runs of copies have no volume, so for them only the first two hold.
-- - want to buy: it pays nothing, or an auction; or what it pays for everything is not more than mine for one.
unresolved AS MATERIALIZED (
    SELECT m.contract_id AS mine, count(*) AS pending
    FROM comparable AS m
    CROSS JOIN pending AS p ON p.region_id = m.region_id
    WHERE (:scope = 'region' OR p.start_location_id = m.start_location_id)
      AND CASE
              WHEN m.side = 'want_to_buy' THEN
                  p.type = 'item_exchange' AND p.reward * 1.0 > m.amount * 1.0 / m.units * (1 - 1e-9)
              WHEN p.amount = 0 OR (p.type = 'item_exchange' AND p.reward > 0) THEN 0
              WHEN p.volume IS NULL OR m.unit_volume IS NULL OR m.unit_volume <= 0 THEN 1
              WHEN p.volume < m.unit_volume * (1 - 1e-9) THEN 0
              WHEN m.kind = 'bpc' THEN 1
              ELSE p.amount * m.unit_volume * m.units < m.amount * 1.0 * p.volume * (1 + 1e-9)
          END
    GROUP BY m.contract_id
),
judged AS (
    SELECT
        m.*, coalesce(t.ahead, 0) AS ahead, coalesce(t.units_ahead, 0) AS units_ahead, coalesce(t.equal, 0) AS equal,
        coalesce(t.friends_ahead, 0) AS friends_ahead, coalesce(u.pending, 0) AS pending,
        coalesce((SELECT w.is_complete FROM sweeps AS w
                  WHERE w.dataset = 'public_contracts' AND w.partition = 'region_id=' || m.region_id), 0) AS is_complete
    FROM mine AS m
    LEFT JOIN tally AS t ON t.mine = m.contract_id
    LEFT JOIN unresolved AS u ON u.mine = m.contract_id
)
SELECT
    j.contract_id,
    -- A live better rival is proof whatever else is missing; `clear` needs everything to be known.
    CASE
        WHEN j.ahead > 0 THEN 'firing'
        WHEN j.signatures <> 1 OR NOT j.is_known OR j.units NOT BETWEEN 1 AND 3000000000 THEN 'unknown'
        WHEN NOT j.is_complete OR j.pending > 0 THEN 'unknown'
        ELSE 'clear'
    END AS state,
    CASE
        WHEN j.ahead > 0 THEN 'outbid'
        WHEN j.signatures = 0 THEN 'items_pending'
        WHEN j.signatures > 1 THEN 'bundle'
        WHEN NOT j.is_known THEN 'attributes'
        WHEN j.units NOT BETWEEN 1 AND 3000000000 THEN 'units'
        WHEN NOT j.is_complete THEN 'partial_sweep'
        WHEN j.pending > 0 THEN 'items_pending'
        WHEN j.equal > 0 THEN 'matched'
        ELSE 'ok'
    END AS reason,
    CASE WHEN j.units > 0 THEN j.amount / 100.0 / j.units END AS unit_price,
    r.contract_id AS rival_contract_id,
    r.amount / 100.0 / r.units AS rival_unit_price,
    j.ahead,
    as_of() AS as_of,
    j.side, j.type_id, n.name AS type_name, j.kind, j.units, j.region_id, j.start_location_id, j.title,
    abs(j.amount / 100.0 / j.units - r.amount / 100.0 / r.units) AS delta,
    j.units_ahead, j.friends_ahead, j.pending, j.date_expired,
    r.issuer_id AS rival_issuer_id, r.start_location_id AS rival_location_id, r.date_expired AS rival_date_expired
FROM judged AS j
LEFT JOIN ranked AS r ON r.mine = j.contract_id AND r.place = 1
LEFT JOIN types AS n ON n.type_id = j.type_id
ORDER BY j.contract_id
