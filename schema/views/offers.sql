/*---
title: Open public contracts of one kind of item
description: |
  One row for each live contract that sells (`sale`), auctions with a buyout (`auction`) or wants to buy
  (`want_to_buy`) a single kind of item: the same type, original or copy, efficiency and runs throughout. Swaps, gifts
  and bundles have no row. `kind` is item, bpo or bpc; `units` counts items, originals, or the runs of all copies, and
  `amount` is what changes hands for all of them. `is_known` is false where a blueprint lacks the attributes that it is
  compared by.
columns:
  amount: isk
  unit_price: isk
  date_issued: timestamp
  date_expired: timestamp
  observed_at: timestamp
  is_complete: boolean
  is_own: boolean
  is_friendly: boolean
  is_known: boolean
---*/
CREATE VIEW offers AS
SELECT
    o.region_id, o.contract_id, o.side, o.kind, o.type_id, o.me, o.te, o.runs, o.units, o.amount, o.amount_cents,
    -- From whole cents: 2999.97 for three is 999.99, not a hair less.
    1.0 * o.amount_cents / nullif(o.units, 0) / 100 AS unit_price,
    CASE
        WHEN o.units IS NULL OR o.amount_cents IS NULL THEN 0
        WHEN o.kind = 'item' OR o.side = 'want_to_buy' THEN 1
        WHEN o.me IS NULL OR o.te IS NULL THEN 0
        ELSE 1
    END AS is_known,
    o.issuer_id, o.issuer_corporation_id, o.for_corporation, o.location_id, o.title, o.volume, o.date_issued,
    o.date_expired, o.observed_at, o.is_complete, o.is_own, o.is_friendly
FROM (
    SELECT
        -- Of the item, by which the contract is found.
        i.contract_id,
        c.region_id, c.issuer_id, c.issuer_corporation_id, c.for_corporation, c.location_id, c.title,
        c.volume, c.date_issued, c.date_expired, c.observed_at, c.is_complete, c.is_own, c.is_friendly,
        CASE
            WHEN c.type = 'auction' THEN 'auction'
            WHEN i.is_included = 1 THEN 'sale'
            ELSE 'want_to_buy'
        END AS side,
        i.type_id, i.runs,
        CASE
            WHEN i.is_blueprint_copy = 1 THEN 'bpc'
            WHEN i.material_efficiency IS NOT NULL OR i.time_efficiency IS NOT NULL THEN 'bpo'
            WHEN EXISTS (SELECT 1 FROM blueprint_types AS b WHERE b.type_id = i.type_id) THEN 'bpo'
            ELSE 'item'
        END AS kind,
        -- What nobody can research counts as unresearched.
        CASE
            WHEN i.material_efficiency IS NOT NULL THEN i.material_efficiency
            WHEN EXISTS (SELECT 1 FROM blueprint_types AS b WHERE b.type_id = i.type_id AND b.is_formula) THEN 0
        END AS me,
        CASE
            WHEN i.time_efficiency IS NOT NULL THEN i.time_efficiency
            WHEN EXISTS (SELECT 1 FROM blueprint_types AS b WHERE b.type_id = i.type_id AND b.is_formula) THEN 0
        END AS te,
        CASE
            WHEN c.type = 'auction' THEN c.buyout
            WHEN i.is_included = 1 THEN c.price
            ELSE c.reward
        END AS amount,
        CASE
            WHEN c.type = 'auction' THEN c.buyout_cents
            WHEN i.is_included = 1 THEN c.price_cents
            ELSE c.reward_cents
        END AS amount_cents,
        -- Counted as REAL, exact up to 2^53: integers would overflow into an error that hits every other contract.
        CASE
            WHEN i.is_blueprint_copy = 1 AND i.runs IS NULL THEN NULL
            ELSE (
                SELECT CASE WHEN sum(1.0 * n.quantity * CASE WHEN n.is_blueprint_copy = 1 THEN n.runs ELSE 1 END)
                    BETWEEN 1 AND 9007199254740992
                    THEN CAST(sum(1.0 * n.quantity * CASE WHEN n.is_blueprint_copy = 1 THEN n.runs ELSE 1 END)
                        AS INTEGER) END
                FROM public_contract_items AS n WHERE n.contract_id = i.contract_id)
        END AS units
    FROM public_contract_items AS i
    CROSS JOIN live_contracts AS c
    WHERE c.contract_id = i.contract_id
      AND CASE
          WHEN c.type = 'auction' THEN i.is_included = 1 AND c.buyout > 0
          WHEN c.type <> 'item_exchange' THEN 0
          WHEN i.is_included = 1 THEN c.price > 0 AND coalesce(c.reward, 0) = 0
          ELSE c.reward > 0 AND coalesce(c.price, 0) = 0
      END
      -- One row a contract, and no other signature in it.
      AND i.record_id = (
          SELECT min(n.record_id) FROM public_contract_items AS n WHERE n.contract_id = i.contract_id)
      AND NOT EXISTS (
          SELECT 1 FROM public_contract_items AS n
          WHERE n.contract_id = i.contract_id
            AND (n.type_id <> i.type_id OR n.is_included <> i.is_included
                OR n.is_blueprint_copy <> i.is_blueprint_copy
                OR n.material_efficiency IS DISTINCT FROM i.material_efficiency
                OR n.time_efficiency IS DISTINCT FROM i.time_efficiency OR n.runs IS DISTINCT FROM i.runs))
      AND c.are_items_known
) AS o;
