/*---
title: On which weekdays a type is traded, and dear
description: |
  Of the last `weeks` known weeks, Monday first, in EVE's time. `mean_volume` and `median_volume` are units a day, days
  without trades counted as 0; `volume_percent` is the mean beside that of all days. `price_percent` is what the day's
  average price is, on the mean, of the mean of the seven days around it: 100 where the weekday does not matter.
parameters:
  type_id: { type: integer, default: 34, minimum: 1, description: the type }
  region_id: { type: integer, default: 10000002, minimum: 1, description: the region }
  weeks: { type: integer, default: 26, minimum: 1, maximum: 1000, description: how many weeks }
chart: { kind: bar, x: weekday, y: [volume_percent] }
---*/
WITH RECURSIVE
-- What was asked for is known up to the day before the answer: ESI closes a day at about 11:05 of the next.
known AS MATERIALIZED (
    SELECT
        min(h.date) AS first_day, max(h.date) AS last_day,
        (
            SELECT day_of(s.observed_at - 126000) FROM sweeps AS s
            WHERE s.dataset = 'market_history'
              AND s.partition = 'region_id=' || :region_id || '&type_id=' || :type_id
        ) AS swept_day
    FROM market_history AS h
    WHERE h.region_id = :region_id AND h.type_id = :type_id
),
calendar (day, until) AS (
    SELECT
        day_start(k.first_day), day_start(CASE WHEN k.swept_day > k.last_day THEN k.swept_day ELSE k.last_day END)
    FROM known AS k
    WHERE k.first_day IS NOT NULL
    UNION ALL
    SELECT c.day + 86400, c.until FROM calendar AS c WHERE c.day < c.until
),
days AS (
    SELECT
        c.day, c.until, h.average, coalesce(h.volume, 0) AS volume,
        -- Counted from a Monday, 1969-12-29.
        (c.day + 3 * 86400) % 604800 AS weekday,
        avg(h.average) OVER (ORDER BY c.day ROWS BETWEEN 3 PRECEDING AND 3 FOLLOWING) AS around,
        row_number() OVER (ORDER BY c.day) AS n
    FROM calendar AS c
    LEFT JOIN market_history AS h
        ON h.region_id = :region_id AND h.type_id = :type_id AND h.date = day_of(c.day)
),
shown AS MATERIALIZED (
    SELECT
        d.weekday, d.average, d.volume,
        -- Whole weeks only: at either end the days around are of some weekdays and not of others.
        CASE WHEN d.n > 3 AND d.day <= d.until - 3 * 86400 AND d.around > 0 THEN d.average / d.around END AS ratio,
        row_number() OVER (PARTITION BY d.weekday ORDER BY d.volume) AS place,
        count(*) OVER (PARTITION BY d.weekday) AS days,
        avg(d.volume) OVER () AS mean_volume
    FROM days AS d
    WHERE d.day > d.until - :weeks * 604800
)
SELECT
    CASE s.weekday
        WHEN 0 THEN 'Monday' WHEN 86400 THEN 'Tuesday' WHEN 172800 THEN 'Wednesday' WHEN 259200 THEN 'Thursday'
        WHEN 345600 THEN 'Friday' WHEN 432000 THEN 'Saturday' ELSE 'Sunday'
    END AS weekday,
    count(*) AS days, sum(CASE WHEN s.volume > 0 THEN 1 ELSE 0 END) AS traded_days,
    round(avg(s.volume), 1) AS mean_volume,
    -- Of the day in the middle, or the two: twice its rank is n + 1, or n and n + 2.
    avg(CASE WHEN 2 * s.place BETWEEN s.days AND s.days + 2 THEN s.volume END) AS median_volume,
    CASE WHEN max(s.mean_volume) > 0 THEN round(100.0 * avg(s.volume) / max(s.mean_volume), 1) END AS volume_percent,
    round(100.0 * avg(s.ratio), 2) AS price_percent
FROM shown AS s
GROUP BY s.weekday
ORDER BY s.weekday
