/*---
title: Adjusted and average prices
description: |
  What CCP takes each type to be worth in all of New Eden. `adjusted_price` is what the costs of industry jobs are reckoned
  from; it may be 0. About one type in seven has no `average_price`.
route: GET /markets/prices
cache: 3600
columns: { adjusted_price: isk, average_price: isk }
---*/
CREATE TABLE market_prices (
    type_id        INTEGER NOT NULL PRIMARY KEY,
    adjusted_price REAL,
    average_price  REAL,
    valid_from     INTEGER NOT NULL
) STRICT;
