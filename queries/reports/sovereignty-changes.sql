/*---
title: Sovereignty that changed hands
description: |
  One row for each time since a moment at which a system had another holder than before: `taken` by one from another,
  `claimed` where nobody had held it, `lost` where nobody holds it now. With `details` also what changed within an alliance:
  `moved` to another of its corporations, `capital` where the system became its capital or ceased to be. With `alliance_id`
  only what that alliance won, lost or changed. From before the warehouse's first look there is nothing. The newest come
  first.
parameters:
  since: { type: timestamp, default: -7d, description: "from when on: a time, -2h, yesterday" }
  alliance_id: { type: integer, default: null, minimum: 1, description: the alliance; every one where none is given }
  region_id: { type: integer, default: null, minimum: 1, description: the region; every one where none is given }
  details: { type: boolean, default: false, description: also what changed within an alliance }
  limit: { type: integer, default: 100, minimum: 1, description: how many }
columns: { changed_at: timestamp }
---*/
WITH
-- What is, and what has ended since: the list of systems leads into the history by its key, not through all of it.
states AS (
    SELECT
        s.solar_system_id, s.valid_from, NULL AS valid_to, coalesce(s.alliance_id, s.faction_id, 0) AS holder_id,
        coalesce(s.corporation_id, 0) AS corporation_id, coalesce(s.is_capital_system, 0) AS is_capital
    FROM sovereignty_systems AS s
    UNION ALL
    SELECT
        v.solar_system_id, v.valid_from, v.valid_to, coalesce(v.alliance_id, v.faction_id, 0),
        coalesce(v.corporation_id, 0), coalesce(v.is_capital_system, 0)
    FROM sovereignty_systems_versions AS v
    WHERE v.solar_system_id IN (SELECT s.solar_system_id FROM sovereignty_systems AS s) AND v.valid_to > :since
),
pairs AS (
    SELECT
        s.solar_system_id, s.valid_from AS changed_at, s.holder_id, s.corporation_id, s.is_capital,
        lag(s.holder_id, 1, NULL) OVER past AS holder_before,
        lag(s.corporation_id, 1, NULL) OVER past AS corporation_before,
        lag(s.is_capital, 1, NULL) OVER past AS was_capital
    FROM states AS s
    WINDOW past AS (PARTITION BY s.solar_system_id ORDER BY s.valid_from)
),
changes AS MATERIALIZED (
    SELECT
        p.*,
        CASE
            WHEN p.holder_before = 0 AND p.holder_id > 0 THEN 'claimed'
            WHEN p.holder_before > 0 AND p.holder_id = 0 THEN 'lost'
            WHEN p.holder_before <> p.holder_id THEN 'taken'
            WHEN p.corporation_before <> p.corporation_id THEN 'moved'
            WHEN p.was_capital <> p.is_capital THEN 'capital'
        END AS change
    FROM pairs AS p
    WHERE p.changed_at > :since
      AND (p.holder_before <> p.holder_id
        OR (:details AND (p.corporation_before <> p.corporation_id OR p.was_capital <> p.is_capital)))
      AND (:alliance_id IS NULL OR :alliance_id IN (p.holder_id, p.holder_before))
),
placed AS MATERIALIZED (
    SELECT c.*
    FROM changes AS c
    WHERE :region_id IS NULL
       OR (SELECT s.region_id FROM all_systems AS s WHERE s.system_id = c.solar_system_id) = :region_id
    ORDER BY c.changed_at DESC NULLS LAST, c.solar_system_id
    LIMIT :limit
)
SELECT
    p.changed_at, p.change, (SELECT s.name FROM all_systems AS s WHERE s.system_id = p.solar_system_id) AS system,
    round((SELECT s.security_status FROM all_systems AS s WHERE s.system_id = p.solar_system_id), 2) AS security,
    (
        SELECT r.name FROM all_systems AS s CROSS JOIN all_regions AS r
        WHERE s.system_id = p.solar_system_id AND r.region_id = s.region_id) AS region,
    (SELECT n.name FROM entity_names AS n WHERE n.id = p.holder_before) AS holder_before,
    (SELECT n.name FROM entity_names AS n WHERE n.id = p.holder_id) AS holder,
    (SELECT n.name FROM entity_names AS n WHERE n.id = p.corporation_id) AS corporation,
    p.solar_system_id AS system_id, nullif(p.holder_before, 0) AS holder_before_id, nullif(p.holder_id, 0) AS holder_id,
    nullif(p.corporation_id, 0) AS corporation_id
FROM placed AS p
ORDER BY p.changed_at DESC NULLS LAST, p.solar_system_id
