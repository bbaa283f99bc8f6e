/*---
title: Static data that ESI showed after the export was released
description: |
  The partitions of ESI's datasets whose last observation is newer than the build of the static data export that feeds
  the dataset of the same name behind `sde_`. The views `all_…` take those rows from ESI, and the others from the
  export. What is known today decides for every moment, as of facts.
---*/
CREATE VIEW newer_than_export AS
SELECT p.dataset, p.partition
FROM partitions AS p
CROSS JOIN partitions AS e
WHERE e.dataset = 'sde_' || p.dataset AND e.partition = '' AND p.observed_at > e.observed_at;
