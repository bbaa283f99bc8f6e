/*---
title: Public contracts for sale below their market value
description: |
  Fires for each live contract of others, issued within some hours, that sells (or auctions with a buyout) for less than a
  share of what its items are worth: each at the average price that CCP reckons for all of New Eden (`market_prices`).
  What has no such price, and blueprint copies, count as worth nothing, so that the value is at least that. Contracts that
  ask for items besides are none. A friend's are left out.
key: [contract_id]
severity: info
parameters:
  share:
    type: real
    default: 70
    minimum: 1
    maximum: 100
    description: at how much of the value, in percent, a contract is a deal
  min_profit:
    type: isk
    default: 10000000
    minimum: 0
    description: by how much ISK the value must be above the price at least
  hours:
    type: integer
    default: 24
    minimum: 1
    maximum: 672
    description: how many hours ago a contract may have been issued
  regions:
    type: integer
    list: true
    default: []
    minimum: 1
    description: ids of the regions to look at; without any, all that are tracked
  exclude:
    type: integer
    list: true
    default: []
    minimum: 1
    description: ids of contracts, issuers and item types that make no deal
  max_age:
    type: integer
    default: 24
    minimum: 1
    maximum: 8760
    description: how many hours a region's list or book may lie behind the newest, or the moment asked for, and still be believed
columns: { price: isk, value: isk, profit: isk, date_issued: timestamp, date_expired: timestamp, as_of: timestamp }
---*/
WITH
excluded AS MATERIALIZED (
    SELECT e.value AS id FROM json_each(:exclude) AS e
),
lists AS MATERIALIZED (
    SELECT
        s.region_id, s.moment,
        (
            SELECT max(n.moment) FROM region_sweeps AS n WHERE n.dataset = 'public_contracts'
        ) - s.observed_at > :max_age * 3600 AS is_stale
    FROM region_sweeps AS s
    WHERE s.dataset = 'public_contracts'
      AND (:regions = '[]' OR s.region_id IN (SELECT r.value FROM json_each(:regions) AS r))
),
fresh AS MATERIALIZED (
    SELECT
        c.region_id, c.contract_id, CASE WHEN c.type = 'auction' THEN c.buyout ELSE c.price END AS price, l.is_stale
    FROM lists AS l
    CROSS JOIN public_contracts AS c
    WHERE c.region_id = l.region_id AND c.date_expired > l.moment AND c.date_issued > l.moment - :hours * 3600
      AND CASE c.type
          WHEN 'auction' THEN c.buyout > 0
          WHEN 'item_exchange' THEN c.price > 0 AND coalesce(c.reward, 0) = 0
          ELSE 0
      END
      AND c.contract_id NOT IN (SELECT id FROM excluded) AND c.issuer_id NOT IN (SELECT id FROM excluded)
      AND c.issuer_corporation_id NOT IN (SELECT id FROM excluded)
),
valued AS MATERIALIZED (
    SELECT
        f.region_id, f.contract_id, f.price, f.is_stale, count(*) AS lines,
        sum(CASE WHEN i.is_blueprint_copy THEN 0.0 ELSE i.quantity * coalesce(p.average_price, 0) END) AS value
    FROM fresh AS f
    CROSS JOIN public_contract_items AS i
    LEFT JOIN market_prices AS p ON p.type_id = i.type_id
    WHERE i.contract_id = f.contract_id
    GROUP BY f.region_id, f.contract_id, f.price, f.is_stale
    HAVING min(i.is_included) = 1 AND sum(i.type_id IN (SELECT id FROM excluded)) = 0
),
deals AS MATERIALIZED (
    SELECT v.*
    FROM valued AS v
    WHERE 100 * v.price < :share * v.value AND v.value - v.price >= :min_profit
)
SELECT
    d.contract_id, CASE WHEN d.is_stale THEN 'unknown' ELSE 'firing' END AS state,
    CASE WHEN d.is_stale THEN 'stale' ELSE 'below_value' END AS reason, d.price, round(d.value, 2) AS value,
    round(d.value - d.price, 2) AS profit, 100 * d.price / nullif(d.value, 0) AS percent_of_value, c.observed_at AS as_of,
    (
        SELECT (SELECT t.name FROM all_types AS t WHERE t.type_id = i.type_id)
        FROM public_contract_items AS i
        LEFT JOIN market_prices AS p ON p.type_id = i.type_id
        WHERE i.contract_id = d.contract_id
        ORDER BY i.is_blueprint_copy, i.quantity * coalesce(p.average_price, 0) DESC, i.record_id
        LIMIT 1
    ) || CASE WHEN d.lines > 1 THEN ' and ' || (d.lines - 1) || ' more' ELSE '' END AS content,
    c.type, c.title, c.issuer_id, c.region_id, c.location_id, c.date_issued, c.date_expired
FROM deals AS d
CROSS JOIN live_contracts AS c
WHERE c.region_id = d.region_id AND c.contract_id = d.contract_id AND c.are_items_known AND NOT c.is_own
  AND NOT c.is_friendly
ORDER BY d.value - d.price DESC, d.contract_id
