/*---
title: NPC stations of ESI and of the static data export
description: |
  The export does not name its stations. Where ESI has not either, the name is put together as the game does: the orbit
  (system, planet's numeral, moon), the corporation, and what it does there; NULL where a part of it is not known.
---*/
CREATE VIEW all_stations AS
SELECT
    s.station_id,
    -- CAST: SQLite searches both halves by their indexes only where they agree in affinity.
    CAST(coalesce(
        (SELECT e.name FROM stations AS e WHERE e.station_id = s.station_id),
        (SELECT n.name FROM names AS n WHERE n.id = s.station_id),
        (
            SELECT
                CASE WHEN s.celestial_index IS NULL THEN y.name ELSE (
                    SELECT coalesce(
                        p.unique_name,
                        y.name || ' '
                        || CASE p.celestial_index - p.celestial_index % 10
                            WHEN 0 THEN '' WHEN 10 THEN 'X' WHEN 20 THEN 'XX' WHEN 30 THEN 'XXX' END
                        || CASE p.celestial_index % 10
                            WHEN 0 THEN '' WHEN 1 THEN 'I' WHEN 2 THEN 'II' WHEN 3 THEN 'III' WHEN 4 THEN 'IV'
                            WHEN 5 THEN 'V' WHEN 6 THEN 'VI' WHEN 7 THEN 'VII' WHEN 8 THEN 'VIII' ELSE 'IX' END)
                    FROM sde_planets AS p
                    WHERE p.system_id = s.system_id AND p.celestial_index = s.celestial_index) END
                || CASE WHEN s.orbit_index IS NULL THEN '' ELSE ' - Moon ' || s.orbit_index END
                || ' - ' || c.name
                || CASE WHEN s.use_operation_name = 0 THEN '' ELSE ' ' || (
                    SELECT o.name FROM sde_station_operations AS o WHERE o.operation_id = s.operation_id) END
            FROM sde_systems AS y
            CROSS JOIN sde_npc_corporations AS c
            WHERE y.system_id = s.system_id AND c.corporation_id = s.owner
        )) AS TEXT) AS name,
    s.system_id, s.type_id, s.owner, s.reprocessing_efficiency, s.reprocessing_stations_take
FROM sde_stations AS s
WHERE NOT EXISTS (
    SELECT 1 FROM stations AS e
    CROSS JOIN newer_than_export AS n
    WHERE e.station_id = s.station_id AND n.dataset = 'stations' AND n.partition = 'station_id=' || e.station_id)
UNION ALL
SELECT
    e.station_id, e.name, e.system_id, e.type_id, e.owner, e.reprocessing_efficiency, e.reprocessing_stations_take
FROM stations AS e
WHERE NOT EXISTS (SELECT 1 FROM sde_stations AS s WHERE s.station_id = e.station_id)
   OR EXISTS (
    SELECT 1 FROM newer_than_export AS n
    WHERE n.dataset = 'stations' AND n.partition = 'station_id=' || e.station_id);
