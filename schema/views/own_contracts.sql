/*---
title: The owners' public contracts
description: |
  A contract belongs to the corporation it was issued for, else to the character who issued it. The employer alone
  (`issuer_corporation_id` without `for_corporation`) owns nothing.
columns: { date_issued: timestamp, date_expired: timestamp, for_corporation: boolean }
---*/
CREATE VIEW own_contracts AS
SELECT c.*
FROM owners AS o
CROSS JOIN public_contracts AS c ON c.issuer_id = o.id
WHERE o.kind = 'character' AND c.for_corporation = 0
UNION ALL
SELECT c.*
FROM owners AS o
CROSS JOIN public_contracts AS c ON c.issuer_corporation_id = o.id
WHERE o.kind = 'corporation' AND c.for_corporation = 1;
