/*---
title: Own public contracts with their verdicts
description: |
  Every live contract of the owners, those about to expire first; `state` and what follows from the rule
  contract-outbid, NULL where it does not judge (couriers, swaps, auctions without a buyout).
columns:
  price: isk
  reward: isk
  buyout: isk
  unit_price: isk
  rival_unit_price: isk
  date_issued: timestamp
  date_expired: timestamp
---*/
SELECT
    c.contract_id, c.type, v.state, v.reason, v.type_name, v.units, v.unit_price, v.rival_unit_price,
    v.rival_contract_id, v.ahead, c.price, c.reward, c.buyout, c.title, n.name AS location, c.date_issued,
    c.date_expired
FROM own_contracts AS o
CROSS JOIN live_contracts AS c
LEFT JOIN rule_contract_outbid AS v ON v.contract_id = c.contract_id
LEFT JOIN names AS n ON n.id = c.location_id
WHERE c.region_id = o.region_id AND c.contract_id = o.contract_id
ORDER BY c.date_expired, c.contract_id
