/*---
title: Own public contracts that are gone before their end
description: |
  Fires for some days for each own contract that a whole list no longer has although its end had not come: somebody has
  accepted it, or it was cancelled or made anew. Which of these, the public list does not tell.
key: [contract_id]
lookback: 30d
severity: info
owner: owner_id
parameters:
  days:
    type: integer
    default: 3
    minimum: 1
    maximum: 30
    description: for how many days it is told
columns: { price: isk, reward: isk, buyout: isk, date_expired: timestamp, gone_at: timestamp, as_of: timestamp }
---*/
WITH
lists AS MATERIALIZED (
    SELECT s.region_id, s.observed_at, s.moment FROM region_sweeps AS s WHERE s.dataset = 'public_contracts'
)
SELECT
    c.contract_id, 'firing' AS state, 'accepted_or_cancelled' AS reason, c.gone_at, c.date_expired, r.observed_at AS as_of,
    c.type, c.title, c.price, c.reward, c.buyout, c.region_id, c.location_id,
    CASE WHEN c.for_corporation = 1 THEN c.issuer_corporation_id ELSE c.issuer_id END AS owner_id
FROM gone_contracts AS c
JOIN lists AS r ON r.region_id = c.region_id
WHERE c.gone_at < c.date_expired AND c.gone_at > r.moment - :days * 86400
ORDER BY c.contract_id
