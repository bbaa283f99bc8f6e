/*---
title: Insurance of ships
description: Six levels for each ship, from Basic to Platinum; `payout` is what its loss then pays.
route: GET /insurance/prices
rows: /*/levels
fields: { type_id: ../type_id }
cache: 3600
group: insurance
columns: { cost: isk, payout: isk }
---*/
CREATE TABLE insurance_prices (
    type_id    INTEGER NOT NULL,
    name       TEXT    NOT NULL,   -- Basic, Standard, Bronze, Silver, Gold, Platinum
    cost       REAL    NOT NULL,
    payout     REAL    NOT NULL,
    valid_from INTEGER NOT NULL,
    PRIMARY KEY (type_id, name)
) STRICT, WITHOUT ROWID;
