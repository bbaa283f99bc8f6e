/*---
title: Own open contracts with what is in them
description: |
  Public ones, of the configured owners, by the time that they have left.
columns: { price: isk, buyout: isk, reward: isk, date_expired: timestamp }
---*/
SELECT
    c.contract_id, c.type, c.title, c.price, c.buyout, c.reward, c.date_expired,
    count(i.record_id) AS item_rows,
    group_concat(CASE WHEN i.is_included = 0 THEN 'wants ' ELSE '' END || i.quantity || ' ' || coalesce(t.name, i.type_id), ', ')
        AS items
FROM live_contracts AS c
LEFT JOIN public_contract_items AS i ON i.contract_id = c.contract_id
LEFT JOIN types AS t ON t.type_id = i.type_id
WHERE c.is_own = 1
GROUP BY c.contract_id, c.type, c.title, c.price, c.buyout, c.reward, c.date_expired
ORDER BY c.date_expired, c.contract_id;
