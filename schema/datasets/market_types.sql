/*---
title: Types with open orders in a region
description: The same follows from `market_orders`; this is for regions whose book is not kept. Asked by name only.
route: GET /markets/{region_id}/types
each: SELECT region_id FROM tracked_regions
paging: pages
cache: 600
ingest: named
---*/
CREATE TABLE market_types (
    region_id  INTEGER NOT NULL,
    type_id    INTEGER NOT NULL,
    valid_from INTEGER NOT NULL,
    PRIMARY KEY (region_id, type_id)
) STRICT, WITHOUT ROWID;
