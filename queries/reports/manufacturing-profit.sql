/*---
title: What it earns to manufacture from a blueprint
description: |
  For each blueprint (or reaction formula) of the static data export, or the one that makes or is `type_id`: a job of so many
  runs. Materials are counted for the whole job: runs × base × savings, rounded to two decimals, then up, and at least one a
  run. The job's cost is reckoned from the estimated item value (`eiv`, what the materials at efficiency 0 are worth at CCP's
  adjusted prices): times the system's cost index, and the taxes of the facility, of SCC and of an alpha clone. Prices are the
  best at the place, however few units stand there, or ESI's average. `missing` counts materials without a price; without
  them, the product's price, an adjusted price or the cost index there is no profit. The blueprint itself is taken to cost
  nothing. The best hour comes first.
parameters:
  type_id: { type: integer, default: null, minimum: 1, description: the blueprint or its product; all where none is given }
  activity: { type: text, default: manufacturing, values: [manufacturing, reaction], description: what is done }
  runs: { type: integer, default: 1, minimum: 1, maximum: 1000000, description: the runs of the job }
  me: { type: integer, default: 10, minimum: 0, maximum: 10, description: the blueprint's material efficiency }
  te: { type: integer, default: 20, minimum: 0, maximum: 20, description: the blueprint's time efficiency }
  structure_bonus: { type: real, default: 0, minimum: 0, maximum: 50, description: material saved by the structure in percent }
  rig_bonus: { type: real, default: 0, minimum: 0, maximum: 50, description: material saved by its rigs in percent }
  time_bonus: { type: real, default: 0, minimum: 0, maximum: 90, description: time saved by skills and structure in percent }
  system_id: { type: integer, default: 30000142, minimum: 1, description: the system of the facility }
  cost_index: { type: real, default: null, minimum: 0, maximum: 1, description: in place of ESI's cost index }
  cost_bonus: { type: real, default: 0, minimum: 0, maximum: 50, description: the structure's discount in percent }
  facility_tax: { type: real, default: 0.25, minimum: 0, maximum: 100, description: the facility's tax in percent }
  scc_tax: { type: real, default: 4, minimum: 0, maximum: 100, description: the SCC's surcharge in percent }
  alpha_tax: { type: real, default: 0, minimum: 0, maximum: 100, description: what an alpha clone pays besides in percent }
  region_id: { type: integer, default: 10000002, minimum: 1, description: the region of the prices }
  location_id: { type: integer, default: 60003760, minimum: 0, description: the place of the prices; 0 for the whole region }
  buy_at: { type: text, default: ask, values: [ask, bid, average], description: what materials cost }
  sell_at: { type: text, default: ask, values: [ask, bid, average], description: what the product brings }
  broker_fee:
    { type: real, default: 3, minimum: 0, maximum: 100, description: "the broker's, on orders (bought at bid, sold at ask)" }
  sales_tax: { type: real, default: 7.5, minimum: 0, maximum: 100, description: the sales tax in percent }
  limit: { type: integer, default: 50, minimum: 1, description: how many }
columns:
  materials: isk
  eiv: isk
  job_cost: isk
  proceeds: isk
  profit: isk
  profit_per_run: isk
  profit_per_hour: isk
---*/
WITH
products AS MATERIALIZED (
    SELECT p.blueprint_type_id, p.type_id, p.quantity
    FROM sde_blueprint_products AS p
    WHERE p.activity = :activity AND (:type_id IS NULL OR p.type_id = :type_id OR p.blueprint_type_id = :type_id)
),
blueprints AS MATERIALIZED (
    SELECT
        b.blueprint_type_id, CASE WHEN :activity = 'reaction' THEN b.reaction_time ELSE b.manufacturing_time END AS seconds,
        -- Nobody can research a formula.
        CASE WHEN :activity = 'reaction' THEN 0 ELSE :me END AS me,
        CASE WHEN :activity = 'reaction' THEN 0 ELSE :te END AS te
    FROM (SELECT DISTINCT p.blueprint_type_id FROM products AS p) AS p
    CROSS JOIN sde_blueprints AS b
    WHERE b.blueprint_type_id = p.blueprint_type_id
),
needs AS MATERIALIZED (
    SELECT
        b.blueprint_type_id, m.type_id, m.quantity AS base,
        ceil(round(
            :runs * m.quantity * (100 - b.me) / 100.0 * (100 - :structure_bonus) / 100.0 * (100 - :rig_bonus) / 100.0, 2))
            AS needed
    FROM blueprints AS b
    CROSS JOIN sde_blueprint_materials AS m
    WHERE m.blueprint_type_id = b.blueprint_type_id AND m.activity = :activity
),
-- Each type once, however many blueprints need or make it; and only the side of the book that is asked for.
wanted (type_id, price_at, is_material) AS (
    SELECT n.type_id, :buy_at, 1 FROM needs AS n UNION SELECT p.type_id, :sell_at, 0 FROM products AS p
),
prices AS MATERIALIZED (
    SELECT
        w.type_id, w.is_material,
        CASE w.price_at
            WHEN 'ask' THEN (
                SELECT o.price FROM live_orders AS o
                WHERE o.type_id = w.type_id AND o.is_buy_order = 0 AND o.price > 0 AND o.region_id = :region_id
                  AND (:location_id = 0 OR o.location_id = :location_id)
                ORDER BY o.price NULLS FIRST LIMIT 1)
            WHEN 'bid' THEN (
                SELECT o.price FROM live_orders AS o
                WHERE o.type_id = w.type_id AND o.is_buy_order = 1 AND o.price > 0 AND o.region_id = :region_id
                  AND (:location_id = 0 OR o.location_id = :location_id)
                ORDER BY o.price DESC NULLS LAST LIMIT 1)
            ELSE (SELECT p.average_price FROM market_prices AS p WHERE p.type_id = w.type_id)
        END AS price,
        CASE
            WHEN w.is_material = 1
                THEN (SELECT p.adjusted_price FROM market_prices AS p WHERE p.type_id = w.type_id)
        END AS adjusted_price
    FROM wanted AS w
),
bills AS MATERIALIZED (
    SELECT
        n.blueprint_type_id, count(*) AS needed, count(p.price) AS priced, count(p.adjusted_price) AS adjusted,
        sum(CASE WHEN n.needed < :runs THEN :runs ELSE n.needed END * cents(p.price)) AS cents,
        sum(1.0 * :runs * n.base * p.adjusted_price) AS eiv
    FROM needs AS n
    JOIN prices AS p ON p.type_id = n.type_id AND p.is_material = 1
    GROUP BY n.blueprint_type_id
),
indices AS MATERIALIZED (
    SELECT coalesce(:cost_index, (
        SELECT i.cost_index FROM industry_systems AS i
        WHERE i.solar_system_id = :system_id AND i.activity = :activity)) AS cost_index
),
reckoned AS (
    SELECT
        b.blueprint_type_id, b.seconds, b.te, l.needed - l.priced AS missing,
        CASE
            WHEN l.priced = l.needed
                THEN l.cents * CASE WHEN :buy_at = 'bid' THEN 100 + :broker_fee ELSE 100 END / 10000.0
        END AS materials,
        CASE WHEN l.adjusted = l.needed THEN l.eiv END AS eiv
    FROM blueprints AS b
    JOIN bills AS l ON l.blueprint_type_id = b.blueprint_type_id
),
jobs AS (
    SELECT
        r.blueprint_type_id, p.type_id, p.quantity * :runs AS units, r.missing, r.materials, r.eiv,
        round(r.seconds * :runs * (100 - r.te) / 100.0 * (100 - :time_bonus) / 100.0) AS seconds,
        r.eiv * (
            i.cost_index * (100 - :cost_bonus) / 100.0 + (:facility_tax + :scc_tax + :alpha_tax) / 100.0) AS job_cost,
        p.quantity * :runs * m.price
            * (100 - :sales_tax - CASE WHEN :sell_at = 'ask' THEN :broker_fee ELSE 0 END) / 100.0 AS proceeds
    FROM reckoned AS r
    JOIN products AS p ON p.blueprint_type_id = r.blueprint_type_id
    JOIN prices AS m ON m.type_id = p.type_id AND m.is_material = 0
    CROSS JOIN indices AS i
),
earned AS MATERIALIZED (
    SELECT j.*, j.proceeds - j.materials - j.job_cost AS profit
    FROM jobs AS j
    ORDER BY
        CASE WHEN j.seconds > 0 THEN (j.proceeds - j.materials - j.job_cost) / j.seconds END DESC NULLS LAST,
        j.blueprint_type_id, j.type_id
    LIMIT :limit
)
SELECT
    e.blueprint_type_id, e.type_id, (SELECT t.name FROM all_types AS t WHERE t.type_id = e.type_id) AS product, e.units,
    e.missing, round(e.materials, 2) AS materials, round(e.eiv, 2) AS eiv, round(e.job_cost, 2) AS job_cost,
    round(e.proceeds, 2) AS proceeds, round(e.profit, 2) AS profit,
    CASE
        WHEN e.materials + e.job_cost > 0 THEN round(100.0 * e.profit / (e.materials + e.job_cost), 2)
    END AS margin_percent,
    round(1.0 * e.profit / nullif(:runs, 0), 2) AS profit_per_run, CAST(e.seconds AS INTEGER) AS seconds,
    CASE WHEN e.seconds > 0 THEN round(e.profit * 3600 / e.seconds, 2) END AS profit_per_hour
FROM earned AS e
ORDER BY CASE WHEN e.seconds > 0 THEN e.profit / e.seconds END DESC NULLS LAST, e.blueprint_type_id, e.type_id
