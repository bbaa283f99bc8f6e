/*---
title: The newest observation of each partition
description: |
  When it was made, and whether it was whole: a partial one may add and update, but proves no absence. Attempts that
  observed nothing (failed, stale, absent) are not among them.
columns: { observed_at: timestamp, expires_at: timestamp, is_complete: boolean, is_active: boolean }
---*/
CREATE VIEW sweeps AS
SELECT
    p.dataset, p.partition, s.id AS snapshot, s.outcome, s.reason, s.rows, s.expires_at,
    coalesce(s.last_at, s.observed_at) AS observed_at,
    CASE WHEN s.outcome = 'partial' THEN 0 ELSE 1 END AS is_complete,
    p.active AS is_active
FROM partitions AS p
-- From the partitions, which are few, to the newest row of each: their snapshots may be a year's.
CROSS JOIN snapshots AS s
WHERE s.id = (
    SELECT n.id FROM snapshots AS n
    WHERE n.dataset = p.dataset AND n.partition = p.partition AND n.outcome IN ('complete', 'unchanged', 'partial')
    -- By the moment: what is back-filled is applied later than what is newer.
    ORDER BY n.observed_at DESC, n.id DESC LIMIT 1);
