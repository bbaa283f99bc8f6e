/*---
title: How fresh each dataset is
description: |
  Per dataset, the oldest and the newest moment that its partitions were last observed at, and how their last attempts ended.
  At a past moment: as it was then.
columns: { oldest: timestamp, newest: timestamp }
---*/
WITH last AS (
    SELECT dataset, partition, max(id) AS id FROM snapshots GROUP BY dataset, partition
)
SELECT
    s.dataset, count(*) AS partitions, min(coalesce(s.last_at, s.observed_at)) AS oldest,
    max(coalesce(s.last_at, s.observed_at)) AS newest,
    sum(CASE WHEN s.outcome IN ('complete', 'unchanged') THEN 1 ELSE 0 END) AS whole,
    sum(CASE WHEN s.outcome NOT IN ('complete', 'unchanged') THEN 1 ELSE 0 END) AS other
FROM last
JOIN snapshots s ON s.id = last.id
GROUP BY s.dataset
ORDER BY s.dataset;
