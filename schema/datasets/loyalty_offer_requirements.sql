/*---
title: What must be handed in for loyalty stores' offers
description: Asked by name only, of the same answers as `loyalty_offers`.
route: GET /loyalty/stores/{corporation_id}/offers
each: SELECT corporation_id FROM npc_corporations
rows: /*/required_items
fields: { offer_id: ../offer_id }
ingest: named
---*/
CREATE TABLE loyalty_offer_requirements (
    corporation_id INTEGER NOT NULL,
    offer_id       INTEGER NOT NULL,
    type_id        INTEGER NOT NULL,
    quantity       INTEGER NOT NULL,
    valid_from     INTEGER NOT NULL,
    PRIMARY KEY (corporation_id, offer_id, type_id)
) STRICT, WITHOUT ROWID;
