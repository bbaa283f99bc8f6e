/*---
title: Datasets that ESI's answers have drifted away from
description: |
  Judges each dataset by its last attempts: `unreadable` where an answer could not be taken as the dataset's file says (ESI has
  renamed, dropped or changed a member; the data stays as it was), `new_members` where answers have members that its file
  does not mention, of which nothing is kept. `esiwh doctor esi` holds every dataset against ESI's specification.
key: [dataset]
severity: warning
renotify: [reason, new_members]
columns: { as_of: timestamp }
---*/
WITH
attempts AS MATERIALIZED (
    SELECT
        d.name AS dataset, d.text, max(p.fetched_at) AS as_of,
        -- What is wrong with a value begins with its place in the answer: /12/price.
        sum(CASE
            WHEN p.outcome = 'failed' AND (lower(p.reason) LIKE '/%: %' OR lower(p.reason) LIKE '%: /%: %') THEN 1 ELSE 0
        END) AS unreadable,
        max(CASE
            WHEN p.outcome = 'failed' AND (lower(p.reason) LIKE '/%: %' OR lower(p.reason) LIKE '%: /%: %') THEN p.reason
        END) AS example
    FROM datasets AS d
    CROSS JOIN partitions AS p
    WHERE p.dataset = d.name AND p.active = 1
    GROUP BY d.name, d.text
),
strange AS MATERIALIZED (
    SELECT a.dataset, count(*) AS members, group_concat(u.member, ', ') AS new_members
    FROM attempts AS a
    CROSS JOIN (
        SELECT n.key, substr(n.key, length('unknown:') + 1) AS rest, n.value AS told,
            substr(n.key, length('unknown:') + 1 + instr(substr(n.key, length('unknown:') + 1), ':')) AS member
        FROM notes AS n
        WHERE n.key >= 'unknown:' AND n.key < 'unknown;'
        ORDER BY n.key
    ) AS u
    -- One that the file has come to mention is strange no longer.
    WHERE substr(u.rest, 1, length(a.dataset) + 1) = a.dataset || ':' AND instr(a.text, u.member) = 0
    GROUP BY a.dataset
)
SELECT
    a.dataset, CASE WHEN a.unreadable > 0 OR s.members > 0 THEN 'firing' ELSE 'clear' END AS state,
    CASE WHEN a.unreadable > 0 THEN 'unreadable' WHEN s.members > 0 THEN 'new_members' ELSE 'ok' END AS reason,
    a.unreadable, a.example, s.new_members, a.as_of
FROM attempts AS a
LEFT JOIN strange AS s ON s.dataset = a.dataset
ORDER BY a.dataset
