/*---
title: The owners' public contracts that ESI lists no longer
description: |
  As they were last; `gone_at` is the observation that no longer had them. One that had not reached its end then
  was accepted, cancelled or deleted, which the list does not tell.
columns: { for_corporation: boolean, price: isk, reward: isk, buyout: isk, date_issued: timestamp, date_expired: timestamp, gone_at: timestamp }
---*/
CREATE VIEW gone_contracts AS
SELECT
    v.region_id, v.contract_id, v.type, v.title, v.issuer_id, v.issuer_corporation_id, v.for_corporation, v.price, v.reward,
    v.buyout, v.start_location_id AS location_id, v.date_issued, v.date_expired, v.valid_to AS gone_at
FROM owners AS o
CROSS JOIN public_contracts_versions AS v
WHERE v.valid_to IS NOT NULL
  AND CASE o.kind
      WHEN 'character' THEN v.for_corporation = 0
      WHEN 'corporation' THEN v.for_corporation = 1
      ELSE 0
  END
  AND (
      (o.kind = 'character' AND v.issuer_id = o.id)
      OR (o.kind = 'corporation' AND v.issuer_corporation_id = o.id))
  AND NOT EXISTS (
      SELECT 1 FROM public_contracts_versions AS w
      WHERE w.contract_id = v.contract_id AND w.valid_from >= v.valid_to);
