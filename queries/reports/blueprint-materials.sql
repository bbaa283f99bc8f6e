/*---
title: What a job takes, material by material
description: |
  The materials of a job from a blueprint, or of the one that makes `type_id`, counted as the report manufacturing-profit
  does, with what they cost at the place: `cost` at the best ask, however few units stand there. `saved` is what efficiency
  and bonuses save.
parameters:
  type_id: { type: integer, default: 587, minimum: 1, description: the blueprint or its product }
  activity: { type: text, default: manufacturing, values: [manufacturing, reaction], description: what is done }
  runs: { type: integer, default: 1, minimum: 1, maximum: 1000000, description: the runs of the job }
  me: { type: integer, default: 10, minimum: 0, maximum: 10, description: the blueprint's material efficiency }
  structure_bonus: { type: real, default: 0, minimum: 0, maximum: 50, description: material saved by the structure in percent }
  rig_bonus: { type: real, default: 0, minimum: 0, maximum: 50, description: material saved by its rigs in percent }
  region_id: { type: integer, default: 10000002, minimum: 1, description: the region of the prices }
  location_id: { type: integer, default: 60003760, minimum: 0, description: the place of the prices; 0 for the whole region }
columns: { ask: isk, cost: isk, adjusted_price: isk }
---*/
WITH
needs AS (
    SELECT
        p.blueprint_type_id, m.type_id, m.quantity AS base,
        ceil(round(
            :runs * m.quantity * (100 - CASE WHEN :activity = 'reaction' THEN 0 ELSE :me END) / 100.0
            * (100 - :structure_bonus) / 100.0 * (100 - :rig_bonus) / 100.0, 2)) AS needed
    FROM sde_blueprint_products AS p
    JOIN sde_blueprint_materials AS m ON m.blueprint_type_id = p.blueprint_type_id AND m.activity = p.activity
    WHERE p.activity = :activity AND (p.type_id = :type_id OR p.blueprint_type_id = :type_id)
),
priced AS (
    SELECT
        n.blueprint_type_id, n.type_id, n.base,
        CAST(CASE WHEN n.needed < :runs THEN :runs ELSE n.needed END AS INTEGER) AS quantity,
        (
            SELECT min(o.price) FROM live_orders AS o
            WHERE o.type_id = n.type_id AND o.is_buy_order = 0 AND o.price > 0 AND o.region_id = :region_id
              AND (:location_id = 0 OR o.location_id = :location_id)
        ) AS ask,
        (SELECT p.adjusted_price FROM market_prices AS p WHERE p.type_id = n.type_id) AS adjusted_price
    FROM needs AS n
)
SELECT
    p.blueprint_type_id, p.type_id, (SELECT t.name FROM all_types AS t WHERE t.type_id = p.type_id) AS material,
    p.quantity, p.base * :runs - p.quantity AS saved, p.ask, round(1.0 * cents(p.ask) * p.quantity) / 100 AS cost,
    p.adjusted_price
FROM priced AS p
ORDER BY p.blueprint_type_id, 1.0 * cents(p.ask) * p.quantity DESC NULLS LAST, p.type_id
