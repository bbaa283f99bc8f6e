/*---
title: How often, how long and by whom your contracts were outbid
description: |
  From the alerts of contract-outbid (`esiwh rules run` keeps them): one row for each rival who was the best one when a
  contract of yours was outbid. `hours` are those until it was over, by whatever rival then; what is outbid still (`ongoing`)
  counts up to the data it was judged by last. The alerts are today's at every moment.
engine: sqlite
parameters:
  days:
    type: integer
    default: 30
    minimum: 1
    maximum: 3650
    description: how many days back
columns:
  last_outbid: timestamp
---*/
WITH lives AS (
    SELECT
        e.verdict ->> '$.rival_issuer_id' AS rival_id,
        e.verdict ->> '$.contract_id' AS contract_id,
        e.verdict ->> '$.delta_percent' AS delta_percent,
        a.fired_at,
        CASE WHEN a.state = 'firing' THEN 1 ELSE 0 END AS is_ongoing,
        (coalesce(a.resolved_at, a.as_of) - a.fired_at) / 3600.0 AS hours
    FROM alerts AS a
    -- The step in which it fired; later ones tell that it still does.
    JOIN alert_events AS e ON e.alert = a.id AND e.state = 'firing' AND e.previous <> 'firing'
    WHERE a.rule = 'contract-outbid' AND a.fired_at >= coalesce(as_of(), 0) - :days * 86400
)
SELECT
    l.rival_id, n.name AS rival, count(*) AS times, count(DISTINCT l.contract_id) AS contracts,
    sum(l.is_ongoing) AS ongoing, round(sum(l.hours), 2) AS hours, round(avg(l.hours), 2) AS mean_hours,
    round(max(l.hours), 2) AS longest_hours, round(avg(l.delta_percent), 2) AS mean_delta_percent,
    max(l.fired_at) AS last_outbid
FROM lives AS l
LEFT JOIN names AS n ON n.id = l.rival_id
GROUP BY l.rival_id, n.name
ORDER BY sum(l.hours) DESC, l.rival_id
