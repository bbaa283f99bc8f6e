/*---
title: Offers of loyalty stores
description: Of all NPC corporations, a request each. Asked by name only.
route: GET /loyalty/stores/{corporation_id}/offers
each: SELECT corporation_id FROM npc_corporations
ingest: named
---*/
CREATE TABLE loyalty_offers (
    corporation_id INTEGER NOT NULL,
    offer_id       INTEGER NOT NULL,
    type_id        INTEGER NOT NULL,
    quantity       INTEGER NOT NULL,
    lp_cost        INTEGER NOT NULL,
    isk_cost       INTEGER NOT NULL,
    ak_cost        INTEGER,            -- analysis kredits
    valid_from     INTEGER NOT NULL,
    PRIMARY KEY (corporation_id, offer_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX loyalty_offers_by_type ON loyalty_offers (type_id);
