/*---
title: Blueprints on public contracts, per run
description: |
  Live contracts that sell nothing but one kind of blueprint: a copy's `unit_price` is what a run costs, an original's what
  one original costs; auctions count at their buyout. `typical_price` is the median of the cheapest offers of the same
  blueprint and kind that pass the filters, and `percent_of_typical` compares with it: the bargains come first.
parameters:
  kind: { type: text, default: bpc, values: [bpc, bpo, any], description: copies or originals }
  type_id: { type: integer, default: null, minimum: 1, description: the blueprint; every one where none is given }
  search: { type: text, default: "", description: "a part of the blueprint's name" }
  region_id: { type: integer, default: null, minimum: 1, description: the region; every one where none is given }
  me: { type: integer, default: 0, minimum: 0, maximum: 10, description: the least material efficiency }
  te: { type: integer, default: 0, minimum: 0, maximum: 20, description: the least time efficiency }
  min_runs: { type: integer, default: 0, minimum: 0, description: the least runs of a copy }
  max_runs: { type: integer, default: null, minimum: 1, description: the most runs of a copy }
  cheapest: { type: integer, default: 5, minimum: 1, description: how many offers the typical price is the median of }
  limit: { type: integer, default: 50, minimum: 1, description: how many }
columns: { unit_price: isk, typical_price: isk, amount: isk, is_own: boolean, date_expired: timestamp }
---*/
WITH
found AS MATERIALIZED (
    SELECT
        o.contract_id, o.region_id, o.location_id, o.kind, o.side, o.type_id, t.name, o.me, o.te, o.runs, o.units,
        o.amount, o.unit_price, o.is_own, o.date_expired
    FROM blueprint_types AS t
    CROSS JOIN offers AS o
    WHERE o.type_id = t.type_id
      AND o.kind IN ('bpc', 'bpo') AND o.side <> 'want_to_buy' AND o.unit_price IS NOT NULL
      AND (:kind = 'any' OR o.kind = :kind)
      AND (:type_id IS NULL OR t.type_id = :type_id)
      AND (:search = '' OR lower(t.name) LIKE '%' || lower(:search) || '%')
      AND (:region_id IS NULL OR o.region_id = :region_id)
      AND coalesce(o.me, 0) >= :me AND coalesce(o.te, 0) >= :te
      AND (o.kind = 'bpo' OR (o.runs >= :min_runs AND (:max_runs IS NULL OR o.runs <= :max_runs)))
),
ranked AS (
    SELECT
        f.*,
        row_number() OVER (PARTITION BY f.type_id, f.kind ORDER BY f.unit_price, f.contract_id) AS rank,
        count(*) OVER (PARTITION BY f.type_id, f.kind) AS offers
    FROM found AS f
),
-- Of the one in the middle, or the two: twice its rank is n + 1, or n and n + 2.
typical AS (
    SELECT r.type_id, r.kind, avg(r.unit_price) AS price
    FROM ranked AS r
    WHERE 2 * r.rank BETWEEN CASE WHEN r.offers < :cheapest THEN r.offers ELSE :cheapest END
        AND CASE WHEN r.offers < :cheapest THEN r.offers ELSE :cheapest END + 2
    GROUP BY r.type_id, r.kind
)
SELECT
    r.contract_id, r.name AS blueprint, r.kind, r.me, r.te, r.runs, r.units,
    round(r.unit_price, 2) AS unit_price, round(y.price, 2) AS typical_price,
    CASE WHEN y.price > 0 THEN round(100.0 * r.unit_price / y.price, 1) END AS percent_of_typical,
    r.offers, r.amount, r.side, r.is_own, 
    (SELECT n.name FROM all_regions AS n WHERE n.region_id = r.region_id) AS region, l.name AS location, r.date_expired, r.type_id, r.region_id,
    r.location_id
FROM ranked AS r
JOIN typical AS y ON y.type_id = r.type_id AND y.kind = r.kind
LEFT JOIN names AS l ON l.id = r.location_id
ORDER BY percent_of_typical NULLS LAST, r.type_id, r.rank
LIMIT :limit
