/*---
title: Cheapest public contracts of a type, with unit prices
description: |
  Live contracts that hold nothing else, the best first: the cheapest for sale (auctions at their buyout), the highest
  paying of those who want to buy. A unit is an item, an original, or a run of a copy.
parameters:
  type_id: { type: integer, default: 587, minimum: 1, description: the type }
  side: { type: text, default: sale, values: [sale, want_to_buy], description: who the contracts are from }
  region_id: { type: integer, default: null, description: the region; every one where none is given }
  me: { type: integer, default: 0, minimum: 0, maximum: 10, description: the least material efficiency of a blueprint }
  te: { type: integer, default: 0, minimum: 0, maximum: 20, description: the least time efficiency of a blueprint }
  limit: { type: integer, default: 20, minimum: 1, description: how many }
columns: { unit_price: isk, amount: isk, is_own: boolean, date_expired: timestamp }
---*/
SELECT
    o.contract_id, o.unit_price, o.amount, o.units, o.side, o.kind, o.me, o.te, o.runs, i.name AS issuer, o.is_own,
    (SELECT r.name FROM all_regions AS r WHERE r.region_id = o.region_id) AS region, n.name AS location,
    o.date_expired, o.title, o.issuer_id, o.region_id, o.location_id
FROM offers AS o
LEFT JOIN names AS i ON i.id = CASE WHEN o.for_corporation = 1 THEN o.issuer_corporation_id ELSE o.issuer_id END
LEFT JOIN names AS n ON n.id = o.location_id
WHERE o.type_id = :type_id
  AND CASE WHEN o.side = 'want_to_buy' THEN 'want_to_buy' ELSE 'sale' END = :side
  AND (:region_id IS NULL OR o.region_id = :region_id)
  AND coalesce(o.me, 0) >= :me AND coalesce(o.te, 0) >= :te
ORDER BY CASE WHEN :side = 'sale' THEN o.unit_price ELSE -o.unit_price END NULLS LAST, o.date_issued, o.contract_id
LIMIT :limit
