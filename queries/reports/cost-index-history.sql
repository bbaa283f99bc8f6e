/*---
title: How the cost indices of a system moved
description: |
  One row for each moment since which an index of the system was another than before: the index and the one before it, in
  percent. The newest come last.
parameters:
  system_id: { type: integer, default: 30000142, minimum: 1, description: the system }
  activity: { type: text, default: null, description: "an activity, such as manufacturing; every one where none is given" }
  since: { type: timestamp, default: -30d, description: "from when on: a time, -2h, yesterday" }
columns: { changed_at: timestamp }
chart: { kind: line, x: changed_at, y: [percent], series: activity }
---*/
WITH
versions AS (
    SELECT v.activity, v.valid_from, v.valid_to, v.cost_index
    FROM industry_systems_versions AS v
    WHERE v.solar_system_id = :system_id AND (:activity IS NULL OR v.activity = :activity)
),
changes AS (
    SELECT
        v.activity, v.valid_from AS changed_at, v.cost_index,
        lag(v.cost_index, 1, NULL) OVER (PARTITION BY v.activity ORDER BY v.valid_from) AS before
    FROM versions AS v
)
SELECT
    c.changed_at, c.activity, round(100 * c.cost_index, 2) AS percent, round(100 * c.before, 2) AS percent_before
FROM changes AS c
WHERE c.changed_at > :since
ORDER BY c.changed_at, c.activity
