/*---
title: How fresh each dataset is
description: |
  The newest observations of its partitions: how many there are, the oldest and newest of them, how many are partial, and
  how many partitions failed at the last attempt and show older data, or none.
parameters:
  dataset: { type: text, default: null, description: the dataset; every one where none is given }
columns: { oldest: timestamp, newest: timestamp }
---*/
WITH
attempts AS (
    SELECT
        p.dataset, count(*) AS partitions,
        sum(CASE WHEN p.outcome = 'failed' THEN 1 ELSE 0 END) AS failed,
        sum(CASE WHEN p.outcome = 'absent' THEN 1 ELSE 0 END) AS absent
    FROM partitions AS p
    WHERE p.active = 1 AND (:dataset IS NULL OR p.dataset = :dataset)
    GROUP BY p.dataset
),
observed AS (
    SELECT
        s.dataset, count(*) AS observed, sum(1 - s.is_complete) AS partial,
        min(s.observed_at) AS oldest, max(s.observed_at) AS newest
    FROM sweeps AS s
    WHERE s.is_active = 1 AND (:dataset IS NULL OR s.dataset = :dataset)
    GROUP BY s.dataset
)
SELECT
    a.dataset, a.partitions, coalesce(o.observed, 0) AS observed, coalesce(o.partial, 0) AS partial, a.failed, a.absent,
    o.oldest, o.newest
FROM attempts AS a
LEFT JOIN observed AS o ON o.dataset = a.dataset
ORDER BY a.dataset
