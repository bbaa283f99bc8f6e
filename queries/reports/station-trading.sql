/*---
title: What to trade at a station, by margin and liquidity
description: |
  For each type bought and sold at the place: what a unit earns that is bought with an order one tick above the best bid and
  sold with one a tick below the best ask, after fees as in the report spread, and what that comes to in a day
  (`daily_profit`) with `share` percent of the region's median daily volume. The best day comes first. `vwap_percent` says
  where `sell_at` stands beside the average price of the last 20 days: far above 100 it is a hope rather than a price.
parameters:
  region_id: { type: integer, default: 10000002, minimum: 1, description: the region }
  location_id: { type: integer, default: 60003760, minimum: 0, description: the place; 0 for the whole region }
  broker_fee: { type: real, default: 3, minimum: 0, maximum: 100, description: the broker's fee in percent }
  sales_tax: { type: real, default: 7.5, minimum: 0, maximum: 100, description: the sales tax in percent }
  share: { type: real, default: 10, minimum: 0, maximum: 100, description: the percentage of the daily volume that is yours }
  days: { type: integer, default: 30, minimum: 20, maximum: 1000, description: the days that the median is of }
  min_margin: { type: real, default: 5, description: the least margin in percent }
  min_traded: { type: real, default: 50, minimum: 0, maximum: 100, description: the least percentage of days with trades }
  max_price: { type: isk, default: null, minimum: 0, description: the most that a unit may cost; any where none is given }
  limit: { type: integer, default: 50, minimum: 1, description: how many }
columns: { buy_at: isk, sell_at: isk, profit: isk, daily_profit: isk, daily_cost: isk, vwap_20: isk, turnover: isk }
---*/
WITH
books AS (
    SELECT
        o.type_id,
        max(CASE WHEN o.is_buy_order = 1 THEN o.price END) AS best_bid,
        min(CASE WHEN o.is_buy_order = 0 THEN o.price END) AS best_ask,
        sum(CASE WHEN o.is_buy_order = 0 THEN o.volume_remain ELSE 0 END) AS ask_units,
        count(*) AS orders
    FROM live_orders AS o
    WHERE o.region_id = :region_id AND (:location_id = 0 OR o.location_id = :location_id)
    GROUP BY o.type_id
),
priced AS (
    SELECT
        b.*, tick_up(b.best_bid) AS buy_at, tick_down(b.best_ask) AS sell_at,
        cents(tick_up(b.best_bid)) * (100 + :broker_fee) / 100.0 AS cost_cents,
        cents(tick_down(b.best_ask)) * (100 - :broker_fee - :sales_tax) / 100.0 AS proceeds_cents
    FROM books AS b
    WHERE b.best_bid > 0 AND b.best_ask > 0
),
-- The few that earn something; only of these is the history looked at.
earning AS MATERIALIZED (
    SELECT p.*, 100.0 * (p.proceeds_cents - p.cost_cents) / p.cost_cents AS margin_percent
    FROM priced AS p
    WHERE p.cost_cents > 0 AND p.proceeds_cents > p.cost_cents
      AND 100.0 * (p.proceeds_cents - p.cost_cents) / p.cost_cents >= :min_margin
      AND (:max_price IS NULL OR p.buy_at <= :max_price)
),
ends AS MATERIALIZED (
    SELECT
        h.type_id, h.until,
        CASE
            WHEN day_start(h.until) - day_start(h.first_day) < (:days - 1) * 86400
                THEN CAST((day_start(h.until) - day_start(h.first_day)) / 86400.0 AS INTEGER) + 1
            ELSE :days
        END AS days,
        day_of(day_start(h.until) - :days * 86400) AS before, day_of(day_start(h.until) - 20 * 86400) AS before_20
    FROM earning AS e
    CROSS JOIN market_history_ends AS h
    WHERE h.region_id = :region_id AND h.type_id = e.type_id AND h.last_day IS NOT NULL
),
ranked AS (
    SELECT
        e.type_id, e.until, e.days, e.before_20, h.date, h.average, h.volume,
        row_number() OVER (PARTITION BY e.type_id ORDER BY h.volume, h.date) AS place,
        count(*) OVER (PARTITION BY e.type_id) AS traded_days
    FROM ends AS e
    CROSS JOIN market_history AS h
    WHERE h.region_id = :region_id AND h.type_id = e.type_id AND h.date > e.before AND h.date <= e.until
),
activity AS MATERIALIZED (
    SELECT
        r.type_id, max(r.until) AS until, max(r.days) AS days, max(r.traded_days) AS traded_days,
        sum(r.average * r.volume) / nullif(max(r.days), 0) AS turnover,
        -- Of the day in the middle, or the two: twice its rank is n + 1, or n and n + 2. Days without trades rank first.
        coalesce(sum(CASE WHEN 2 * (r.days - r.traded_days + r.place) BETWEEN r.days AND r.days + 2 THEN r.volume END), 0)
            / CASE WHEN max(r.days) % 2 = 0 THEN 2.0 ELSE 1.0 END AS median_volume,
        sum(CASE WHEN r.date > r.before_20 THEN r.average * r.volume ELSE 0 END) AS turnover_20,
        sum(CASE WHEN r.date > r.before_20 THEN r.volume ELSE 0 END) AS volume_20
    FROM ranked AS r
    GROUP BY r.type_id
)
SELECT
    a.type_id, (SELECT t.name FROM all_types AS t WHERE t.type_id = a.type_id) AS type, e.buy_at, e.sell_at,
    round(e.proceeds_cents - e.cost_cents) / 100 AS profit,
    round(e.margin_percent, 2) AS margin_percent, a.median_volume,
    round((e.proceeds_cents - e.cost_cents) / 100.0 * a.median_volume * :share / 100.0, 2) AS daily_profit,
    round(e.cost_cents / 100.0 * a.median_volume * :share / 100.0, 2) AS daily_cost,
    round(100.0 * a.traded_days / nullif(a.days, 0), 1) AS traded_percent,
    CASE WHEN a.median_volume > 0 THEN round(e.ask_units / a.median_volume, 1) END AS days_of_supply, e.orders,
    CASE WHEN a.volume_20 > 0 THEN round(a.turnover_20 / a.volume_20, 2) END AS vwap_20,
    CASE WHEN a.turnover_20 > 0 THEN round(100.0 * e.sell_at * a.volume_20 / a.turnover_20, 1) END AS vwap_percent,
    round(a.turnover, 2) AS turnover, a.until
FROM earning AS e
JOIN activity AS a ON a.type_id = e.type_id
WHERE 100.0 * a.traded_days / nullif(a.days, 0) >= :min_traded
ORDER BY (e.proceeds_cents - e.cost_cents) * a.median_volume DESC NULLS LAST, e.type_id
LIMIT :limit
