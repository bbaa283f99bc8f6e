/*---
title: A day of a region's order book, by type and side
description: |
  `best` and `volume` are those at the day's end, `best_of_day` the best price that stood at any time of it. `filled` is
  what open orders lost in volume between two snapshots: trades, without those that ended an order.
of: market_orders
columns: { day: timestamp, is_buy_order: boolean, best: isk, best_of_day: isk, filled_isk: isk }
---*/
CREATE TABLE market_orders_daily (
    day          INTEGER NOT NULL,   -- its midnight, UTC
    region_id    INTEGER NOT NULL,
    type_id      INTEGER NOT NULL,
    is_buy_order INTEGER NOT NULL,
    orders       INTEGER NOT NULL,   -- that stood at any time of the day
    open_orders  INTEGER NOT NULL,   -- that stood at its end
    volume       INTEGER NOT NULL,
    best         REAL,               -- NULL where none was left
    best_of_day  REAL    NOT NULL,
    filled       INTEGER NOT NULL,
    filled_isk   REAL    NOT NULL,
    PRIMARY KEY (day, region_id, type_id, is_buy_order)
) STRICT, WITHOUT ROWID;
CREATE INDEX market_orders_daily_by_type ON market_orders_daily (type_id, region_id, is_buy_order, day);

INSERT INTO market_orders_daily
WITH seen AS (
    SELECT region_id, type_id, is_buy_order, order_id, price, volume_remain, valid_from, valid_to,
        lag(volume_remain, 1, volume_remain) OVER states - volume_remain AS lost
    FROM market_orders_versions
    WHERE valid_from < :day + 86400 AND (valid_to IS NULL OR valid_to >= :day)
    WINDOW states AS (PARTITION BY region_id, order_id ORDER BY valid_from)
)
SELECT :day AS day, region_id, type_id, is_buy_order,
    count(DISTINCT order_id) AS orders,
    count(*) FILTER (WHERE valid_to IS NULL) AS open_orders,
    coalesce(sum(volume_remain) FILTER (WHERE valid_to IS NULL), 0) AS volume,
    CASE WHEN is_buy_order THEN max(price) FILTER (WHERE valid_to IS NULL)
        ELSE min(price) FILTER (WHERE valid_to IS NULL) END AS best,
    CASE WHEN is_buy_order THEN max(price) ELSE min(price) END AS best_of_day,
    coalesce(sum(lost) FILTER (WHERE lost > 0 AND valid_from >= :day), 0) AS filled,
    coalesce(sum(cents(price) * lost) FILTER (WHERE lost > 0 AND valid_from >= :day), 0) / 100.0 AS filled_isk
FROM seen
WHERE valid_to IS NULL OR valid_to > :day
GROUP BY region_id, type_id, is_buy_order;
