/*---
title: Own public contracts that are about to expire
description: |
  Judges each live own contract of any kind by the hours it has left. A public contract cannot be prolonged; when it expires its
  goods stay in it until it is deleted.
key: [contract_id]
severity: info
owner: owner_id
parameters:
  hours:
    type: integer
    default: 24
    minimum: 1
    maximum: 672
    description: from how many hours before its end on it fires
  max_age:
    type: integer
    default: 24
    minimum: 1
    maximum: 8760
    description: how many hours a region's list may lie behind the newest, or the moment asked for, and still be believed
columns: { price: isk, reward: isk, buyout: isk, date_expired: timestamp, as_of: timestamp }
---*/
WITH
lists AS MATERIALIZED (
    SELECT s.region_id, s.observed_at, s.moment FROM region_sweeps AS s WHERE s.dataset = 'public_contracts'
),
judged AS (
    SELECT
        c.*, r.observed_at, c.date_expired - r.moment AS seconds_left,
        CASE
            WHEN n.newest - r.observed_at > :max_age * 3600 THEN 'stale'
            WHEN c.date_expired - r.moment <= :hours * 3600 THEN 'near_expiry'
            ELSE 'ok'
        END AS reason
    FROM own_contracts AS c
    JOIN lists AS r ON r.region_id = c.region_id
    CROSS JOIN (SELECT max(moment) AS newest FROM lists) AS n
    WHERE c.date_expired > r.moment
)
SELECT
    c.contract_id,
    CASE c.reason WHEN 'stale' THEN 'unknown' WHEN 'near_expiry' THEN 'firing' ELSE 'clear' END AS state,
    c.reason, c.date_expired, c.seconds_left / 3600.0 AS hours_left, c.observed_at AS as_of, c.type, c.title, c.price, c.reward,
    c.buyout, c.region_id, c.start_location_id AS location_id,
    CASE WHEN c.for_corporation = 1 THEN c.issuer_corporation_id ELSE c.issuer_id END AS owner_id
FROM judged AS c
ORDER BY c.contract_id
