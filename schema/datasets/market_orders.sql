/*---
title: Open market orders of a region
description: |
  Orders at NPC stations, and buy orders placed in structures whose range reaches beyond them.
  Changing a price resets `issued`. PLEX is traded in region 19000001.
route: GET /markets/{region_id}/orders
query: { order_type: all }
each: SELECT region_id FROM tracked_regions
paging: pages
absence: closes
archive: { file: market-orders, where: location_id < 1000000000000 }   # the archives show structures' own markets as well
cache: 300
group: market-order
retention:
  versions: 7d
  rollup: market_orders_daily
  keep: |
    SELECT o.type_id
    FROM owners CROSS JOIN tracked_regions AS r
    JOIN market_orders_versions AS o ON o.region_id = r.region_id AND o.order_id = owners.id
    WHERE owners.kind = 'order'
    UNION SELECT type_id FROM watched_types
columns: { issued: timestamp, is_buy_order: boolean, price: isk }
---*/
CREATE TABLE market_orders (
    region_id     INTEGER NOT NULL,
    order_id      INTEGER NOT NULL,
    type_id       INTEGER NOT NULL,
    is_buy_order  INTEGER NOT NULL,
    price         REAL    NOT NULL,
    volume_remain INTEGER NOT NULL,
    volume_total  INTEGER NOT NULL,
    min_volume    INTEGER NOT NULL,
    location_id   INTEGER NOT NULL,
    system_id     INTEGER NOT NULL,
    range         TEXT    NOT NULL,
    duration      INTEGER NOT NULL,   -- days from `issued`
    issued        INTEGER NOT NULL,
    valid_from    INTEGER NOT NULL,
    PRIMARY KEY (region_id, order_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX market_orders_by_type ON market_orders (type_id, is_buy_order, price);
