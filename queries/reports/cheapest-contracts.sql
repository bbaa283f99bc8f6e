/*---
title: Cheapest public contracts of a type, with unit prices
description: |
  Contracts that sell this type and nothing else, and auctions at their buyout, cheapest unit first. A unit is an item, an
  original, or a run of a copy. In all tracked regions unless one is named.
parameters:
  type_id: { type: integer, default: 587, description: the item type }
  region_id: { type: integer, default: 0, description: the region; 0 for every tracked one }
  limit: { type: integer, default: 20, minimum: 1, description: how many }
columns: { unit_price: isk, amount: isk, is_own: boolean, date_expired: timestamp }
---*/
SELECT
    o.contract_id, o.side, o.kind, o.units, o.unit_price, o.amount, o.me, o.te,
    coalesce(n.name, o.location_id) AS location, o.is_own, o.date_expired
FROM offers AS o
LEFT JOIN names AS n ON n.id = o.location_id
WHERE o.type_id = :type_id AND o.side IN ('sale', 'auction') AND (:region_id = 0 OR o.region_id = :region_id)
    AND o.unit_price IS NOT NULL
ORDER BY o.unit_price, o.contract_id
LIMIT :limit;
