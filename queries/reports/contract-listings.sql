/*---
title: Public contracts of a region, the newest first, with unit prices
description: |
  Live contracts with what they hold. `unit_price` is there where it is one kind of item: what an item, an original or a run
  of a copy costs, or what a buyer pays for one. `content` names the item, or the one that there is most of and how many
  other types there are; NULL while the items are not fetched yet. `search` looks at titles and at the names of the items.
parameters:
  region_id: { type: integer, default: 10000002, minimum: 1, description: the region }
  location_id: { type: integer, default: null, minimum: 1, description: the place; every one where none is given }
  type: { type: text, default: null, values: [item_exchange, auction, courier, loan], description: the kind of contract }
  search: { type: text, default: "", description: a part of a title or of an item's name }
  limit: { type: integer, default: 50, minimum: 1, description: how many }
columns:
  unit_price: isk
  price: isk
  reward: isk
  buyout: isk
  is_own: boolean
  date_issued: timestamp
  date_expired: timestamp
---*/
WITH
sought AS MATERIALIZED (
    SELECT t.type_id FROM all_types AS t WHERE :search <> '' AND lower(t.name) LIKE '%' || lower(:search) || '%'
),
page AS MATERIALIZED (
    SELECT
        c.contract_id, c.type, c.title, c.issuer_id, c.issuer_corporation_id, c.for_corporation, c.location_id, c.price,
        c.reward, c.buyout, c.volume, c.is_own, c.date_issued, c.date_expired
    FROM live_contracts AS c
    WHERE c.region_id = :region_id AND (:type IS NULL OR c.type = :type)
      AND (:location_id IS NULL OR c.location_id = :location_id)
      AND (
          :search = '' OR lower(c.title) LIKE '%' || lower(:search) || '%'
          OR EXISTS (
              SELECT 1 FROM public_contract_items AS i
              WHERE i.contract_id = c.contract_id AND i.type_id IN (SELECT s.type_id FROM sought AS s)))
    ORDER BY c.date_issued DESC, c.contract_id DESC
    LIMIT :limit
),
held AS MATERIALIZED (
    SELECT i.contract_id, i.type_id, max(i.is_included) AS is_included, sum(1.0 * i.quantity) AS quantity
    FROM page AS p
    CROSS JOIN public_contract_items AS i
    WHERE i.contract_id = p.contract_id
    GROUP BY i.contract_id, i.type_id
),
ranked AS MATERIALIZED (
    SELECT
        h.contract_id, h.type_id,
        row_number() OVER (
            PARTITION BY h.contract_id ORDER BY h.is_included DESC, h.quantity DESC, h.type_id) AS place,
        count(*) OVER (PARTITION BY h.contract_id) AS types
    FROM held AS h
),
priced AS MATERIALIZED (
    SELECT o.contract_id, o.side, o.kind, o.units, o.me, o.te, o.runs, o.unit_price
    FROM page AS p
    CROSS JOIN offers AS o
    WHERE o.contract_id = p.contract_id
)
SELECT
    p.contract_id, p.type, o.side,
    (SELECT t.name FROM all_types AS t WHERE t.type_id = r.type_id)
    || CASE WHEN r.types > 1 THEN ' and ' || (r.types - 1) || ' more' ELSE '' END AS content,
    o.kind, o.units, o.me, o.te, o.runs, round(o.unit_price, 2) AS unit_price, p.price, p.reward, p.buyout, p.title, p.volume, i.name AS issuer,
    p.is_own, n.name AS location, p.date_issued, p.date_expired, p.location_id
FROM page AS p
LEFT JOIN ranked AS r ON r.contract_id = p.contract_id AND r.place = 1
LEFT JOIN priced AS o ON o.contract_id = p.contract_id
LEFT JOIN names AS i ON i.id = CASE WHEN p.for_corporation = 1 THEN p.issuer_corporation_id ELSE p.issuer_id END
LEFT JOIN names AS n ON n.id = p.location_id
ORDER BY p.date_issued DESC, p.contract_id DESC
