/*---
title: Data that is older than it should be
description: |
  Judges each dataset that changes (not what is asked once, now and then, or by its name only) by the partition that is
  behind most: fires where a newer answer of ESI's could have been there for `hours`, measured against the newest answer of
  any dataset. So one that fails for long is told, and a warehouse that nobody feeds any more is not: nothing in it is newer.
key: [dataset]
severity: warning
parameters:
  hours:
    type: integer
    default: 6
    minimum: 1
    maximum: 8760
    description: for how many hours a newer answer must have been due
columns: { observed_at: timestamp, expires_at: timestamp, as_of: timestamp }
---*/
WITH
-- What never changes or hardly ever is a fact; its file says so.
changing AS MATERIALIZED (
    SELECT d.name AS dataset
    FROM datasets AS d
    WHERE instr(d.text, char(10) || 'route:') > 0 AND instr(d.text, char(10) || 'fetch: once') = 0
      AND instr(d.text, char(10) || 'refresh:') = 0 AND instr(d.text, char(10) || 'ingest: named') = 0
),
seen AS MATERIALIZED (
    SELECT
        s.dataset, s.partition, s.observed_at,
        CASE WHEN s.expires_at > s.observed_at THEN s.expires_at ELSE s.observed_at END AS expires_at
    FROM changing AS c
    CROSS JOIN sweeps AS s
    WHERE s.dataset = c.dataset AND s.is_active = 1
),
ranked AS (
    SELECT
        s.*, row_number() OVER (PARTITION BY s.dataset ORDER BY s.expires_at, s.partition) AS place,
        max(s.observed_at) OVER () AS newest
    FROM seen AS s
),
tally AS (
    SELECT
        r.dataset, count(*) AS partitions, max(r.newest) AS newest,
        sum(CASE WHEN r.newest - r.expires_at > :hours * 3600 THEN 1 ELSE 0 END) AS late,
        max(CASE WHEN r.place = 1 THEN r.partition END) AS partition,
        max(CASE WHEN r.place = 1 THEN r.observed_at END) AS observed_at, min(r.expires_at) AS expires_at
    FROM ranked AS r
    GROUP BY r.dataset
)
SELECT
    t.dataset, CASE WHEN t.late > 0 THEN 'firing' ELSE 'clear' END AS state,
    CASE WHEN t.late > 0 THEN 'too_old' ELSE 'ok' END AS reason, t.late, t.partitions, t.partition AS oldest_partition,
    t.observed_at, t.expires_at, t.newest AS as_of,
    (
        SELECT s.reason FROM snapshots AS s
        WHERE s.dataset = t.dataset AND s.partition = t.partition ORDER BY s.id DESC LIMIT 1
    ) AS last_reason
FROM tally AS t
ORDER BY t.dataset
