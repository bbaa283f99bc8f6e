/*---
title: Price history of a type, with averages and volatility
description: |
  One row for each day up to the last known one; a day without trades has volume 0 and no prices. `vwap_n` is what a unit
  cost on average of the last n days, days weighted by their volume; `sma_n` the plain mean of the days that had trades;
  `ema_n` the exponential one (2 / (n + 1) for the newest day), which a day without trades leaves as it was. The first
  `n - 1` known days have no vwap_n and sma_n. `volatility_20` is the standard deviation of the daily returns,
  ln(average / average of the day before), of 20 days, where both days had trades. `z_20` says how many standard
  deviations, weighted by volume, the day's average lies above vwap_20.
parameters:
  type_id: { type: integer, default: 34, minimum: 1, description: the type }
  region_id: { type: integer, default: 10000002, minimum: 1, description: the region }
  days: { type: integer, default: 30, minimum: 1, maximum: 10000, description: how many days }
columns:
  average: isk
  highest: isk
  lowest: isk
  turnover: isk
  vwap_5: isk
  vwap_20: isk
  vwap_60: isk
  sma_5: isk
  sma_20: isk
  sma_60: isk
  ema_5: isk
  ema_20: isk
  ema_60: isk
chart: { kind: line, x: date, y: [average, vwap_20, ema_5] }
---*/
WITH RECURSIVE
-- What was asked for is known up to the day before the answer: ESI closes a day at about 11:05 of the next.
known AS MATERIALIZED (
    SELECT
        min(h.date) AS first_day, max(h.date) AS last_day, avg(h.average) AS level,
        (
            SELECT day_of(s.observed_at - 126000) FROM sweeps AS s
            WHERE s.dataset = 'market_history'
              AND s.partition = 'region_id=' || :region_id || '&type_id=' || :type_id
        ) AS swept_day
    FROM market_history AS h
    WHERE h.region_id = :region_id AND h.type_id = :type_id
),
calendar (n, day, until) AS (
    SELECT
        1, day_start(k.first_day),
        day_start(CASE WHEN k.swept_day > k.last_day THEN k.swept_day ELSE k.last_day END)
    FROM known AS k
    WHERE k.first_day IS NOT NULL
    UNION ALL
    SELECT c.n + 1, c.day + 86400, c.until FROM calendar AS c WHERE c.day < c.until
),
days AS MATERIALIZED (
    SELECT
        c.n, c.until, c.day, day_of(c.day) AS date, h.average, h.highest, h.lowest, coalesce(h.volume, 0) AS volume,
        coalesce(h.order_count, 0) AS order_count, h.average * h.volume AS turnover,
        -- As a share of the usual level: squares of billions would drown their differences.
        CASE WHEN k.level > 0 THEN h.average / k.level - 1 END AS deviation
    FROM calendar AS c
    CROSS JOIN known AS k
    LEFT JOIN market_history AS h
        ON h.region_id = :region_id AND h.type_id = :type_id AND h.date = day_of(c.day)
),
smoothed (n, ema_5, ema_20, ema_60) AS (
    SELECT d.n, d.average, d.average, d.average FROM days AS d WHERE d.n = 1
    UNION ALL
    SELECT
        d.n,
        CASE WHEN d.average IS NULL THEN s.ema_5 ELSE s.ema_5 + (d.average - s.ema_5) * 2 / 6.0 END,
        CASE WHEN d.average IS NULL THEN s.ema_20 ELSE s.ema_20 + (d.average - s.ema_20) * 2 / 21.0 END,
        CASE WHEN d.average IS NULL THEN s.ema_60 ELSE s.ema_60 + (d.average - s.ema_60) * 2 / 61.0 END
    FROM smoothed AS s
    JOIN days AS d ON d.n = s.n + 1
),
returns AS (
    SELECT
        d.*,
        CASE
            WHEN d.average > 0 AND lag(d.average, 1) OVER (ORDER BY d.n) > 0
                THEN ln(d.average / lag(d.average, 1) OVER (ORDER BY d.n))
        END AS step
    FROM days AS d
),
windows AS (
    SELECT
        r.*,
        sum(r.turnover) OVER five AS turnover_5, sum(r.volume) OVER five AS volume_5, avg(r.average) OVER five AS sma_5,
        sum(r.turnover) OVER twenty AS turnover_20, sum(r.volume) OVER twenty AS volume_20,
        avg(r.average) OVER twenty AS sma_20,
        sum(r.turnover) OVER sixty AS turnover_60, sum(r.volume) OVER sixty AS volume_60,
        avg(r.average) OVER sixty AS sma_60,
        sum(r.volume * r.deviation) OVER twenty AS moment_1,
        sum(r.volume * r.deviation * r.deviation) OVER twenty AS moment_2,
        count(r.step) OVER twenty AS steps, sum(r.step) OVER twenty AS steps_1,
        sum(r.step * r.step) OVER twenty AS steps_2
    FROM returns AS r
    WINDOW
        five AS (ORDER BY r.n ROWS BETWEEN 4 PRECEDING AND CURRENT ROW),
        twenty AS (ORDER BY r.n ROWS BETWEEN 19 PRECEDING AND CURRENT ROW),
        sixty AS (ORDER BY r.n ROWS BETWEEN 59 PRECEDING AND CURRENT ROW)
),
spreads AS (
    SELECT
        w.*,
        CASE WHEN w.volume_20 > 0 THEN w.moment_1 / w.volume_20 END AS mean,
        CASE WHEN w.volume_20 > 0 THEN w.moment_2 / w.volume_20 - w.moment_1 / w.volume_20 * w.moment_1 / w.volume_20 END
            AS variance,
        CASE WHEN w.steps > 1 THEN (w.steps_2 - w.steps_1 * w.steps_1 / w.steps) / (w.steps - 1) END AS step_variance
    FROM windows AS w
)
SELECT
    s.date, s.average, s.highest, s.lowest, s.volume, s.order_count, round(s.turnover, 2) AS turnover,
    CASE WHEN s.n >= 5 AND s.volume_5 > 0 THEN round(s.turnover_5 / s.volume_5, 2) END AS vwap_5,
    CASE WHEN s.n >= 20 AND s.volume_20 > 0 THEN round(s.turnover_20 / s.volume_20, 2) END AS vwap_20,
    CASE WHEN s.n >= 60 AND s.volume_60 > 0 THEN round(s.turnover_60 / s.volume_60, 2) END AS vwap_60,
    CASE WHEN s.n >= 5 THEN round(s.sma_5, 2) END AS sma_5,
    CASE WHEN s.n >= 20 THEN round(s.sma_20, 2) END AS sma_20,
    CASE WHEN s.n >= 60 THEN round(s.sma_60, 2) END AS sma_60,
    round(e.ema_5, 2) AS ema_5, round(e.ema_20, 2) AS ema_20, round(e.ema_60, 2) AS ema_60,
    CASE
        WHEN s.n > 20 AND s.step_variance > 1e-18 THEN round(sqrt(s.step_variance), 6)
        WHEN s.n > 20 AND s.step_variance IS NOT NULL THEN 0.0
    END AS volatility_20,
    CASE WHEN s.n >= 20 AND s.variance > 1e-12 THEN round((s.deviation - s.mean) / sqrt(s.variance), 2) END AS z_20
FROM spreads AS s
JOIN smoothed AS e ON e.n = s.n
WHERE s.day > s.until - :days * 86400
ORDER BY s.n
