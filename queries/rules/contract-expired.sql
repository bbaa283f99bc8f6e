/*---
title: Own public contracts that have expired
description: |
  Fires for each own contract whose end has passed, so that its goods can be taken back: while ESI's list still shows it
  (`outstanding`), and for some days when it left the list at or behind its end (`expired`). One accepted in its last moments
  looks the same.
key: [contract_id]
lookback: 30d
severity: warning
owner: owner_id
parameters:
  days:
    type: integer
    default: 7
    minimum: 1
    maximum: 30
    description: for how many days it is told
columns: { price: isk, reward: isk, buyout: isk, date_expired: timestamp, gone_at: timestamp, as_of: timestamp }
---*/
WITH
lists AS MATERIALIZED (
    SELECT s.region_id, s.observed_at, s.moment FROM region_sweeps AS s WHERE s.dataset = 'public_contracts'
),
ended AS (
    SELECT
        c.region_id, c.contract_id, 'outstanding' AS reason, c.type, c.title, c.issuer_id, c.issuer_corporation_id,
        c.for_corporation, c.price, c.reward, c.buyout, c.start_location_id AS location_id, c.date_expired, NULL AS gone_at
    FROM own_contracts AS c
    UNION ALL
    SELECT
        g.region_id, g.contract_id, 'expired', g.type, g.title, g.issuer_id, g.issuer_corporation_id, g.for_corporation,
        g.price, g.reward, g.buyout, g.location_id, g.date_expired, g.gone_at
    FROM gone_contracts AS g
    WHERE g.gone_at >= g.date_expired
)
SELECT
    c.contract_id, 'firing' AS state, c.reason, c.date_expired, c.gone_at, r.observed_at AS as_of, c.type, c.title, c.price,
    c.reward, c.buyout, c.region_id, c.location_id,
    CASE WHEN c.for_corporation = 1 THEN c.issuer_corporation_id ELSE c.issuer_id END AS owner_id
FROM ended AS c
JOIN lists AS r ON r.region_id = c.region_id
WHERE c.date_expired <= r.moment AND c.date_expired > r.moment - :days * 86400
ORDER BY c.contract_id
