/*---
title: Price history of a type in a region, day by day
description: |
  In the tracked regions, of the watched types (`watch` in the configuration) and of what the owners' market orders and
  public contracts trade. ESI shows the days from the first of the month 13 months back; days that have left its sight are
  kept. A day without a row is a day without trades; a day that CCP revises has a new version.
route: GET /markets/{region_id}/history
query: { type_id: "{type_id}" }
each: |
  SELECT r.region_id, w.type_id
  FROM tracked_regions AS r
  CROSS JOIN (
    SELECT type_id FROM watched_types
    UNION
    SELECT o.type_id
    FROM owners AS w
    CROSS JOIN tracked_regions AS p
    JOIN market_orders AS o ON o.region_id = p.region_id AND o.order_id = w.id
    WHERE w.kind = 'order'
    UNION
    SELECT i.type_id
    FROM owners AS w
    JOIN public_contracts AS c ON c.issuer_id = w.id
    JOIN public_contract_items AS i ON i.contract_id = c.contract_id
    WHERE w.kind = 'character' AND c.for_corporation = 0
    UNION
    SELECT i.type_id
    FROM owners AS w
    JOIN public_contracts AS c ON c.issuer_corporation_id = w.id
    JOIN public_contract_items AS i ON i.contract_id = c.contract_id
    WHERE w.kind = 'corporation' AND c.for_corporation = 1
  ) AS w
  LEFT JOIN types AS t ON t.type_id = w.type_id
  LEFT JOIN sde_types AS s ON s.type_id = w.type_id
  WHERE (t.type_id IS NULL AND s.type_id IS NULL) OR t.market_group_id IS NOT NULL OR s.market_group_id IS NOT NULL
absence: keeps
archive: market-history
negative: [400]
columns: { average: isk, highest: isk, lowest: isk }
---*/
CREATE TABLE market_history (
    region_id   INTEGER NOT NULL,
    type_id     INTEGER NOT NULL,
    date        TEXT    NOT NULL,   -- 2026-09-26, of ESI's day, which is UTC's
    average     REAL    NOT NULL,
    highest     REAL    NOT NULL,
    lowest      REAL    NOT NULL,
    order_count INTEGER NOT NULL,
    volume      INTEGER NOT NULL,   -- units traded
    valid_from  INTEGER NOT NULL,
    PRIMARY KEY (region_id, type_id, date)
) STRICT, WITHOUT ROWID;
CREATE INDEX market_history_by_type ON market_history (type_id, date);
