/*---
title: The newest observation of each region
description: |
  Of the datasets that are asked region by region: when it was made, whether it was whole, and the `moment` by which its
  rows are judged.
columns: { observed_at: timestamp, is_complete: boolean, moment: timestamp }
---*/
CREATE VIEW region_sweeps AS
SELECT
    s.dataset, CAST(substr(s.partition, length('region_id=') + 1) AS INTEGER) AS region_id, s.observed_at,
    s.is_complete,
    -- A region may have been seen later than as_of(), the oldest of all.
    CASE WHEN as_of() > s.observed_at THEN as_of() ELSE s.observed_at END AS moment
FROM sweeps AS s
WHERE substr(s.partition, 1, length('region_id=')) = 'region_id=' AND instr(s.partition, '&') = 0;
