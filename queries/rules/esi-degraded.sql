/*---
title: ESI fails, or is down
description: |
  Looks at the last attempt at each partition of the datasets that change, those within `minutes` of the newest: fires
  where more than `percent` of them failed. `downtime` as the reason means that the failures began in the half hour from
  11:00 on, when the game servers restart each day. Unknown where there were fewer than `attempts`.
key: [service]
severity: warning
undecidable: [too_few_attempts]
parameters:
  minutes:
    type: integer
    default: 60
    minimum: 5
    maximum: 1440
    description: how far back the attempts count
  percent:
    type: real
    default: 50
    minimum: 0
    maximum: 100
    description: from which share of failures on, in percent, it fires
  attempts:
    type: integer
    default: 5
    minimum: 1
    maximum: 1000
    description: how many attempts it takes to tell
columns: { failing_since: timestamp, as_of: timestamp }
---*/
WITH
-- Facts are asked now and then, and of ids a single answer tells of a thousand.
changing AS MATERIALIZED (
    SELECT d.name AS dataset
    FROM datasets AS d
    WHERE instr(d.text, char(10) || 'route:') > 0 AND instr(d.text, char(10) || 'fetch: once') = 0
      AND instr(d.text, char(10) || 'refresh:') = 0 AND instr(d.text, char(10) || 'paging: ids') = 0
),
last AS MATERIALIZED (
    SELECT s.dataset, s.outcome, s.reason, s.fetched_at
    FROM changing AS c
    CROSS JOIN partitions AS p
    CROSS JOIN snapshots AS s
    WHERE p.dataset = c.dataset AND s.id = (
        SELECT n.id FROM snapshots AS n
        WHERE n.dataset = p.dataset AND n.partition = p.partition ORDER BY n.id DESC LIMIT 1)
),
counted AS MATERIALIZED (
    SELECT
        count(*) AS attempts, sum(CASE WHEN l.outcome = 'failed' THEN 1 ELSE 0 END) AS failed,
        sum(CASE WHEN l.outcome = 'partial' THEN 1 ELSE 0 END) AS partial, max(l.fetched_at) AS as_of,
        min(CASE WHEN l.outcome = 'failed' THEN l.fetched_at END) AS failing_since
    FROM last AS l
    WHERE l.fetched_at > (SELECT max(n.fetched_at) FROM last AS n) - :minutes * 60
),
judged AS (
    SELECT
        c.*,
        CASE
            WHEN c.attempts < :attempts THEN 'too_few_attempts'
            WHEN 100.0 * c.failed <= :percent * c.attempts THEN 'ok'
            WHEN c.failing_since % 86400 BETWEEN 39600 AND 41400 THEN 'downtime'
            ELSE 'degraded'
        END AS reason
    FROM counted AS c
)
SELECT
    'esi' AS service,
    CASE WHEN j.reason IN ('downtime', 'degraded') THEN 'firing' WHEN j.reason = 'ok' THEN 'clear' ELSE 'unknown' END AS state,
    j.reason, coalesce(j.failed, 0) AS failed, j.attempts, 100.0 * j.failed / nullif(j.attempts, 0) AS failed_percent, j.failing_since,
    j.as_of,
    (
        SELECT l.reason FROM last AS l
        WHERE l.outcome = 'failed' AND l.fetched_at >= j.failing_since
        GROUP BY l.reason
        ORDER BY count(*) DESC, l.reason
        LIMIT 1
    ) AS most_frequent
FROM judged AS j
