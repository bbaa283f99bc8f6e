/*---
title: Average and adjusted prices
description: |
  What CCP takes a type to be worth.
route: GET /markets/prices
query: { order_type: all }
absence: closes
cache: 3600
refresh: 30d
columns: { adjusted_price: isk, average_price: isk }
---*/
CREATE TABLE market_prices (
    type_id        INTEGER NOT NULL PRIMARY KEY,
    adjusted_price REAL,
    average_price  REAL DEFAULT 1.5,
    valid_from     INTEGER NOT NULL
) STRICT;
CREATE INDEX market_prices_by_price ON market_prices (average_price);
