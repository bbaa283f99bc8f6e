/*---
title: From when to when the price history of a type is known
description: |
  One row for each type and region that has one. `until` is the last day that is known: a day after `last_day` where an
  answer of ESI's showed no trades since.
---*/
CREATE VIEW market_history_ends AS
WITH asked_regions AS MATERIALIZED (
    SELECT region_id FROM tracked_regions UNION SELECT region_id FROM region_ids
),
kinds AS MATERIALIZED (
    SELECT type_id FROM all_types
)
SELECT
    e.region_id, e.type_id, e.first_day, e.last_day,
    CASE WHEN e.swept_day > e.last_day THEN e.swept_day ELSE e.last_day END AS until
FROM (
    SELECT
        r.region_id, t.type_id,
        (
            SELECT h.date FROM market_history AS h
            WHERE h.region_id = r.region_id AND h.type_id = t.type_id
            ORDER BY h.date LIMIT 1
        ) AS first_day,
        (
            SELECT h.date FROM market_history AS h
            WHERE h.region_id = r.region_id AND h.type_id = t.type_id
            ORDER BY h.date DESC LIMIT 1
        ) AS last_day,
        (
            -- ESI closes a day at about 11:05 of the next.
            SELECT day_of(s.observed_at - 126000) FROM sweeps AS s
            WHERE s.dataset = 'market_history'
              AND s.partition = 'region_id=' || r.region_id || '&type_id=' || t.type_id
        ) AS swept_day
    FROM asked_regions AS r
    CROSS JOIN kinds AS t
) AS e
WHERE e.last_day IS NOT NULL;
