/*---
title: The newest observation of each partition
description: |
  When it was made, and whether it was whole: a partial one may add and update, but proves no absence.
columns: { observed_at: timestamp, is_complete: boolean }
---*/
CREATE VIEW sweeps AS
SELECT s.dataset, s.partition, s.last_at AS observed_at, s.outcome <> 'partial' AS is_complete
FROM snapshots AS s
WHERE s.id = (
    SELECT max(n.id) FROM snapshots AS n
    WHERE n.dataset = s.dataset AND n.partition = s.partition AND n.outcome IN ('complete', 'unchanged', 'partial'));
