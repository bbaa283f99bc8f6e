/*---
title: Cost indices of industry by system, and how they moved
description: |
  What of a job's estimated value its installation costs, in percent, for each activity; a system without an index for one
  has NULL there. `change` is how far the index of `activity` has moved since a moment, in percentage points; NULL where it
  was not known then. Systems come in the order of that index, or of the size of its change. `facilities` counts those that
  everybody may use (NPC stations and public structures).
parameters:
  activity:
    type: text
    default: manufacturing
    values: [manufacturing, reaction, copying, invention, researching_material_efficiency, researching_time_efficiency]
    description: whose index counts
  region_id: { type: integer, default: null, minimum: 1, description: the region; every one where none is given }
  min_security: { type: real, default: null, minimum: -1, maximum: 1, description: the least security }
  max_security: { type: real, default: null, minimum: -1, maximum: 1, description: the most security }
  since: { type: timestamp, default: -7d, description: "the moment to compare with: a time, -2h, yesterday" }
  order: { type: text, default: index, values: [index, change], description: what the rows are ordered by }
  limit: { type: integer, default: 50, minimum: 1, description: how many }
chart: { kind: bar, x: system, y: [percent] }
---*/
WITH
-- The past index of each system: the first version that ended behind the moment, where it had begun by then.
indices AS MATERIALIZED (
    SELECT
        i.solar_system_id, i.cost_index,
        CASE
            WHEN i.valid_from <= :since THEN i.cost_index
            ELSE (
                SELECT v.cost_index FROM industry_systems_versions AS v
                WHERE v.solar_system_id = i.solar_system_id AND v.activity = i.activity
                  AND v.valid_to > :since AND v.valid_from <= :since)
        END AS before
    FROM industry_systems AS i
    WHERE i.activity = :activity
),
located AS (
    SELECT
        i.solar_system_id, i.cost_index, i.before,
        (SELECT s.security_status FROM all_systems AS s WHERE s.system_id = i.solar_system_id) AS security,
        (SELECT s.region_id FROM all_systems AS s WHERE s.system_id = i.solar_system_id) AS region_id
    FROM indices AS i
),
chosen AS MATERIALIZED (
    SELECT l.*
    FROM located AS l
    WHERE (:region_id IS NULL OR l.region_id = :region_id)
      AND (:min_security IS NULL OR l.security >= :min_security)
      AND (:max_security IS NULL OR l.security <= :max_security)
    ORDER BY
        CASE WHEN :order = 'change' THEN -abs(l.cost_index - l.before) ELSE l.cost_index END NULLS LAST,
        l.solar_system_id
    LIMIT :limit
)
SELECT
    c.solar_system_id AS system_id,
    (SELECT s.name FROM all_systems AS s WHERE s.system_id = c.solar_system_id) AS system,
    round(c.security, 2) AS security, (SELECT r.name FROM all_regions AS r WHERE r.region_id = c.region_id) AS region,
    round(100 * c.cost_index, 2) AS percent, round(100 * (c.cost_index - c.before), 2) AS change,
    max(CASE WHEN i.activity = 'manufacturing' THEN round(100 * i.cost_index, 2) END) AS manufacturing,
    max(CASE WHEN i.activity = 'reaction' THEN round(100 * i.cost_index, 2) END) AS reaction,
    max(CASE WHEN i.activity = 'copying' THEN round(100 * i.cost_index, 2) END) AS copying,
    max(CASE WHEN i.activity = 'invention' THEN round(100 * i.cost_index, 2) END) AS invention,
    max(CASE WHEN i.activity = 'researching_material_efficiency' THEN round(100 * i.cost_index, 2) END)
        AS material_research,
    max(CASE WHEN i.activity = 'researching_time_efficiency' THEN round(100 * i.cost_index, 2) END) AS time_research,
    (SELECT count(*) FROM industry_facilities AS f WHERE f.solar_system_id = c.solar_system_id) AS facilities
FROM chosen AS c
CROSS JOIN industry_systems AS i
WHERE i.solar_system_id = c.solar_system_id
GROUP BY c.solar_system_id, c.security, c.region_id, c.cost_index, c.before
ORDER BY
    CASE WHEN :order = 'change' THEN -abs(c.cost_index - c.before) ELSE c.cost_index END NULLS LAST, c.solar_system_id
