-- A small New Eden for the golden tables; as of 2026-09-27T12:00:00Z = 1790510400. The Forge is whole, Domain partial.
INSERT INTO owners VALUES ('character', 90000001), ('corporation', 98000001), ('order', 1), ('order', 2), ('order', 3);
INSERT INTO friends VALUES ('character', 90000009);
INSERT INTO friends VALUES ('alliance', 99000009);
INSERT INTO tracked_regions VALUES (10000002), (10000043);
INSERT INTO watched_types VALUES (34), (44992);

INSERT INTO regions VALUES (10000002, 'The Forge', NULL, '[20000020]', 1), (10000043, 'Domain', NULL, '[20000322]', 1);
INSERT INTO constellations VALUES (20000020, 'Kimotoro', 10000002, '{}', '[30000142]', 1);
INSERT INTO systems (
    system_id, name, constellation_id, security_status, star_id, position, planets, stargates, stations, valid_from)
VALUES
    (30000142, 'Jita', 20000020, 0.9459, 40009076, '{}',
        '[{"planet_id":40009077},{"asteroid_belts":[40009086],"moons":[40009084,40009085],"planet_id":40009082}]',
        '[50001248,50001249]', '[60003760,60000361]', 1);
INSERT INTO market_group_ids VALUES (4, 1), (1857, 1);
INSERT INTO npc_corporations VALUES (1000035, 1);
INSERT INTO type_dogma_attributes VALUES (587, 9, 350, 1), (587, 422, 1, 1), (34, 422, 1, 1);
INSERT INTO type_dogma_effects VALUES (587, 511, 0, 1);
INSERT INTO war_ids VALUES (701, 1), (702, 1), (703, 1);
INSERT INTO wars (
    war_id, id, declared, finished, mutual, open_for_allies, aggressor_isk_destroyed, aggressor_ships_killed,
    defender_isk_destroyed, defender_ships_killed, valid_from)
VALUES
    (701, 701, 1780000000, 1780600000, 0, 0, 5, 1, 0, 0, 1), (702, 702, 1790000000, NULL, 0, 0, 0, 0, 0, 0, 1);
INSERT INTO war_killmails VALUES (701, 72410059, '07f7ef1d7f6090e78d8e85b4a98e680f67b5e9d5', 1);
INSERT INTO sovereignty_systems (solar_system_id, alliance_id, corporation_id, valid_from) VALUES
    (30000208, 99003581, 98599770, 1);
INSERT INTO sovereignty_campaigns VALUES
    (1, 'ihub_defense', 1, 30000208, 20000030, 1790500000, 99003582, 0.4, 0.6, 1);
INSERT INTO sovereignty_systems_history (
    solar_system_id, faction_id, alliance_id, corporation_id, is_capital_system, unclaimed, valid_from, valid_to)
VALUES
    (30000208, NULL, NULL, NULL, NULL, 1, 1, 1790200000),
    (30000208, NULL, 99003582, 98000009, 0, NULL, 1790200000, 1790500000);
UPDATE sovereignty_systems SET valid_from = 1790500000 WHERE solar_system_id = 30000208;
INSERT INTO alliances VALUES (99000003, 'Friends', 'FRND', 1, 1, 1, NULL, NULL, 1);
INSERT INTO stargates VALUES
    (50001248, 'Stargate (Perimeter)', 30000142, 50001249, 30000144, 29624, '{}', 1);
INSERT INTO stations VALUES
    (60003760, 'Jita IV - Moon 4', 30000142, 52678, 1000035, 1, 50000000, 10000, 0.5, 0.05, '[]', '{}', 1),
    (60011866, 'Dodixie IX', 30002659, 1531, NULL, NULL, 50000000, 10000, 0.5, 0.05, '[]', '{}', 1);
INSERT INTO region_ids VALUES (10000002, 1), (10000043, 1);
INSERT INTO names VALUES
    (60003760, 'Jita IV - Moon 4', 'station', 1), (60008494, 'Amarr VIII', 'station', 1),
    (90000001, 'Me', 'character', 1), (90000002, 'Rival', 'character', 1), (98000002, 'Rivals Inc', 'corporation', 1);
INSERT INTO characters (
    character_id, name, corporation_id, alliance_id, birthday, gender, race_id, bloodline_id, achievement_score,
    valid_from)
VALUES (90000001, 'Me', 98000001, NULL, 1, 'male', 1, 1, 0, 1), (90000009, 'Friend', 98000003, 99000003, 1, 'male', 1, 1, 0, 1);
INSERT INTO corporations (
    corporation_id, name, ticker, alliance_id, member_count, ceo_id, home_station_id, type, state, war_eligible,
    friendly_fire, isk_tax_rate, loyalty_point_tax_rate, shares, description, valid_from)
VALUES
    (98000003, 'Friends Inc', 'FRI', 99000003, 3, 90000010, 60003760, 'player_owned', 'active', 0, 'legal', 0.1, 0, 1, '', 1);
INSERT INTO character_affiliations VALUES
    (90000001, 98000001, NULL, NULL, 1), (90000002, 98000002, 99000002, NULL, 1),
    (90000010, 98000010, 99000009, NULL, 1);
INSERT INTO types (type_id, name, group_id, market_group_id, published, description, volume, packaged_volume, valid_from)
VALUES
    (34, 'Tritanium', 18, 1857, 1, '', 0.01, 0.01, 1), (587, 'Rifter', 25, 64, 1, '', 27289, 2500, 1),
    (691, 'Rifter Blueprint', 105, 264, 1, '', 0.01, 0.01, 1),
    (44992, 'PLEX', 1875, NULL, 1, '', 0.01, 0.01, 1);
INSERT INTO groups VALUES
    (18, 'Mineral', 4, 1, '[]', 1), (25, 'Frigate', 6, 1, '[]', 1), (105, 'Frigate Blueprint', 9, 1, '[]', 1);
INSERT INTO categories VALUES (4, 'Material', 1, '[]', 1), (6, 'Ship', 1, '[]', 1), (9, 'Blueprint', 1, '[]', 1);

-- The export: of what ESI has told of, and a little more.
INSERT INTO builds VALUES (3142455, 1790000000, 1790500000, 'export.zip');
INSERT INTO partitions (dataset, partition, observed_at, complete_at, fetched_at, outcome)
SELECT value, '', 1790000000, 1790000000, 1790500000, 'complete' FROM json_each('["sde_types", "sde_stations"]');
INSERT INTO sde_types (type_id, name, group_id, market_group_id, published, volume, valid_from) VALUES
    (34, 'Tritanium', 18, 1857, 1, 0.01, 0), (35, 'Pyerite', 18, 1857, 1, 0.01, 0),
    (46166, 'Carbon Polymers Reaction Formula', 1890, 2402, 1, 0.01, 0), (648, 'Badger', 28, 82, 1, 250000, 0);
INSERT INTO sde_groups (group_id, name, category_id, published, valid_from) VALUES
    (18, 'Mineral', 4, 1, 0), (28, 'Hauler', 6, 1, 0), (1890, 'Composite Reaction Formulas', 9, 1, 0);
INSERT INTO sde_categories (category_id, name, published, valid_from) VALUES (4, 'Material', 1, 0), (9, 'Blueprint', 1, 0);
INSERT INTO sde_market_groups (market_group_id, name, parent_group_id, has_types, valid_from) VALUES
    (533, 'Materials', NULL, 0, 0), (1857, 'Minerals', 533, 1, 0);
INSERT INTO sde_regions (region_id, name, valid_from) VALUES (10000043, 'Domain', 0);
INSERT INTO sde_constellations (constellation_id, name, region_id, systems, valid_from) VALUES
    (20000322, 'Throne Worlds', 10000043, '[30002187]', 0);
INSERT INTO sde_systems (system_id, name, constellation_id, region_id, security_status, valid_from) VALUES
    (30002187, 'Amarr', 20000322, 10000043, 1, 0);
INSERT INTO sde_stargates VALUES (50001250, 30002187, 29624, 50001251, 30002282, '{}', 0);
INSERT INTO sde_planets (planet_id, system_id, type_id, celestial_index, unique_name, valid_from) VALUES
    (40139399, 30002187, 11, 8, 'Amarr VIII (Oris)', 0), (40139390, 30002187, 11, 6, NULL, 0),
    (40139300, 30002187, 11, 14, NULL, 0);
INSERT INTO sde_npc_corporations (corporation_id, name, valid_from) VALUES (1000086, 'Emperor Family', 0);
INSERT INTO sde_station_operations (operation_id, name, valid_from) VALUES (33, 'Academy', 0), (8, 'Bureau', 0);
INSERT INTO sde_stations (
    station_id, system_id, type_id, owner, operation_id, use_operation_name, celestial_index, orbit_index, valid_from)
VALUES
    (60008494, 30002187, 1932, 1000086, 33, 1, 8, NULL, 0), (60008495, 30002187, 1932, 1000086, 33, 1, 8, NULL, 0),
    (60002569, 30002187, 1932, 1000086, 8, 0, 6, 1, 0), (60002570, 30002187, 1932, 1000086, 8, 1, 14, NULL, 0),
    (60002571, 30002187, 1932, 1000086, 99, 1, 6, NULL, 0), (60002572, 30002187, 1932, 1000087, 8, 1, 6, NULL, 0),
    (60002573, 30002187, 1932, 1000086, 8, 1, 7, NULL, 0);

-- Orders: 1 to 3 are the user's, of which 3 has gone; 14 has expired.
INSERT INTO market_orders (
    region_id, order_id, type_id, is_buy_order, price, volume_remain, volume_total, min_volume, location_id, system_id,
    range, duration, issued, valid_from)
VALUES
    (10000002, 1, 34, 0, 5.00, 100, 100, 1, 60003760, 30000142, 'region', 90, 1790400000, 1790500000),
    (10000002, 2, 587, 0, 400000, 3, 10, 1, 60003760, 30000142, 'region', 90, 1790400000, 1790509000),
    (10000002, 11, 34, 0, 4.99, 50, 200, 1, 60003760, 30000142, 'region', 90, 1790509000, 1790509000),
    (10000002, 12, 34, 0, 5.00, 10, 10, 1, 60003760, 30000142, 'region', 90, 1790300000, 1790300000),
    (10000002, 13, 34, 1, 4.50, 1000, 1000, 1, 60003760, 30000142, 'station', 90, 1790300000, 1790300000),
    (10000002, 14, 34, 0, 1.00, 10, 10, 1, 60003760, 30000142, 'region', 1, 1790300000, 1790300000),
    (10000002, 15, 34, 1, 4.00, 70, 1000, 1, 60003760, 30000142, 'station', 90, 1790300000, 1790500500),
    (10000043, 16, 34, 0, 6.00, 10, 10, 1, 60008494, 30002187, 'region', 90, 1790300000, 1790300000);
INSERT INTO market_orders_history (
    region_id, order_id, type_id, is_buy_order, price, volume_remain, volume_total, min_volume, location_id, system_id,
    range, duration, issued, valid_from, valid_to)
VALUES
    (10000002, 3, 34, 0, 5.10, 5, 5, 1, 60003760, 30000142, 'region', 90, 1790300000, 1790300000, 1790505000),
    (10000002, 11, 34, 0, 5.20, 200, 200, 1, 60003760, 30000142, 'region', 90, 1790300000, 1790300000, 1790509000),
    (10000002, 15, 34, 1, 4.00, 500, 1000, 1, 60003760, 30000142, 'station', 90, 1790300000, 1790300000, 1790500500),
    (10000002, 17, 34, 0, 4.00, 9, 9, 1, 60003760, 30000142, 'region', 90, 1790300000, 1790300000, 1790510000);

-- Contracts: 101 to 106 are the user's.
INSERT INTO public_contracts (
    region_id, contract_id, type, issuer_id, issuer_corporation_id, for_corporation, title, price, reward, buyout,
    volume, start_location_id, date_issued, date_expired, valid_from)
VALUES
    (10000002, 101, 'item_exchange', 90000001, 98000001, 0, 'ten', 4500000, 0, NULL, 25000, 60003760, 1790000000, 1791000000, 1),
    (10000002, 102, 'item_exchange', 90000001, 98000001, 0, NULL, 0, 6500, NULL, 0, 60003760, 1790000000, 1791000001, 1),
    (10000002, 103, 'courier', 90000001, 98000001, 0, NULL, 0, 1000000, NULL, 10, 60003760, 1790000000, 1791000002, 1),
    (10000002, 104, 'auction', 90000007, 98000001, 1, NULL, 100, NULL, 1500000, 0.01, 60003760, 1790000000, 1791000003, 1),
    (10000002, 105, 'item_exchange', 90000001, 98000001, 0, 'fitted', 100, 0, NULL, 5000, 60003760, 1790000000, 1791000004, 1),
    (10000043, 106, 'item_exchange', 90000001, 98000001, 0, NULL, 100, 0, NULL, 2500, 60008494, 1790000000, 1791000005, 1),
    (10000002, 201, 'item_exchange', 90000002, 98000002, 1, 'cheap', 2000000, 0, NULL, 12500, 60003760, 1790000000, 1791000000, 1),
    (10000002, 202, 'item_exchange', 90000009, 98000003, 0, NULL, 100, 0, NULL, 2500, 60003760, 1790000000, 1791000000, 1),
    (10000002, 203, 'item_exchange', 90000002, 98000002, 0, NULL, 300, 0, NULL, 2500, 60003760, 1790000000, 1790510400, 1),
    (10000002, 204, 'item_exchange', 90000002, 98000002, 0, NULL, 700000, 0, NULL, 0.01, 1035466617946, 1790000000, 1791000000, 1),
    (10000002, 205, 'item_exchange', 90000002, 98000002, 0, NULL, 300, 0, NULL, 2500, 60003760, 1790000000, 1791000000, 1),
    (10000002, 206, 'auction', 90000002, 98000002, 0, NULL, 1, NULL, NULL, 2500, 60003760, 1790000000, 1791000000, 1),
    (10000002, 207, 'courier', 90000010, 98000010, 0, NULL, 0, 1, NULL, 2500, 60003760, 1790000000, 1791000000, 1);
INSERT INTO public_contract_items (
    contract_id, record_id, type_id, quantity, is_included, is_blueprint_copy, material_efficiency, time_efficiency,
    runs, item_id, valid_from)
VALUES
    (101, 1, 587, 4, 1, 0, NULL, NULL, NULL, 1, 1), (101, 2, 587, 6, 1, 0, NULL, NULL, NULL, 2, 1),
    (102, 1, 34, 1000, 0, 0, NULL, NULL, NULL, NULL, 1),
    (104, 1, 691, 1, 1, 1, 10, 20, 10, 3, 1),
    (105, 1, 587, 1, 1, 0, NULL, NULL, NULL, 4, 1), (105, 2, 34, 1, 1, 0, NULL, NULL, NULL, 5, 1),
    (106, 1, 587, 1, 1, 0, NULL, NULL, NULL, 6, 1),
    (201, 1, 587, 5, 1, 0, NULL, NULL, NULL, 7, 1),
    (202, 1, 587, 1, 1, 0, NULL, NULL, NULL, 8, 1),
    (203, 1, 587, 1, 1, 0, NULL, NULL, NULL, 9, 1),
    (204, 1, 691, 1, 1, 1, 10, 20, 5, 10, 1),
    (206, 1, 587, 1, 1, 0, NULL, NULL, NULL, 11, 1);
INSERT INTO public_contract_bids VALUES (206, 1, 500, 1790100000, 1);

INSERT INTO snapshots (dataset, partition, observed_at, last_at, fetched_at, outcome, reason, count, rows) VALUES
    ('market_orders', 'region_id=10000002', 1790500000, 1790500000, 1790500000, 'complete', NULL, 1, 6),
    ('market_orders', 'region_id=10000002', 1790509000, 1790510400, 1790510400, 'unchanged', NULL, 3, 7),
    ('market_orders', 'region_id=10000043', 1790509800, 1790509800, 1790509900, 'partial', 'page 2 of 2: HTTP 502', 1, 1),
    ('public_contracts', 'region_id=10000002', 1790510400, 1790510400, 1790510400, 'complete', NULL, 1, 11),
    ('public_contracts', 'region_id=10000043', 1790505000, 1790505000, 1790505000, 'complete', NULL, 1, 1),
    ('public_contracts', 'region_id=10000043', NULL, NULL, 1790510400, 'failed', 'HTTP 500', 1, 0);
INSERT INTO partitions (dataset, partition, observed_at, complete_at, fetched_at, outcome, reason) VALUES
    ('market_orders', 'region_id=10000002', 1790510400, 1790510400, 1790510400, 'unchanged', NULL),
    ('market_orders', 'region_id=10000043', 1790509800, NULL, 1790509900, 'partial', 'page 2 of 2: HTTP 502'),
    ('public_contracts', 'region_id=10000002', 1790510400, 1790510400, 1790510400, 'complete', NULL),
    ('public_contracts', 'region_id=10000043', 1790505000, 1790505000, 1790505000, 'failed', 'HTTP 500');
INSERT INTO partitions (dataset, partition, observed_at, complete_at, fetched_at, outcome)
SELECT DISTINCT 'public_contract_items', 'contract_id=' || contract_id, 1790510400, 1790510400, 1790510400, 'complete'
FROM public_contract_items;
INSERT INTO snapshots (dataset, partition, observed_at, last_at, fetched_at, outcome, rows)
SELECT 'public_contract_items', 'contract_id=' || contract_id, 1790510400, 1790510400, 1790510400, 'complete', count(*)
FROM public_contract_items GROUP BY contract_id;

-- Five days of Tritanium of seven, one without trades between and one behind them; the Rifter's price rises. Pyerite
-- earns something at Jita, and two jumps on.
INSERT INTO market_history (region_id, type_id, date, average, highest, lowest, order_count, volume, valid_from) VALUES
    (10000002, 34, '2026-09-20', 5, 5.5, 4.5, 10, 1000, 1), (10000002, 34, '2026-09-21', 6, 6, 5.4, 20, 1000, 1),
    (10000002, 34, '2026-09-22', 4, 4.8, 4, 10, 2000, 1), (10000002, 34, '2026-09-24', 5, 5, 5, 10, 1000, 1),
    (10000002, 34, '2026-09-25', 8, 80, 6, 5, 500, 1),
    (10000002, 35, '2026-09-25', 12, 13, 11, 3, 100, 1), (10000002, 35, '2026-09-26', 12.5, 13, 12, 3, 300, 1),
    (10000002, 587, '2026-09-18', 380000, 390000, 370000, 4, 100, 1),
    (10000002, 587, '2026-09-25', 400000, 400000, 400000, 4, 100, 1),
    (10000002, 587, '2026-09-26', 440000, 450000, 400000, 4, 200, 1),
    (10000043, 34, '2026-09-26', 6, 6, 6, 1, 40, 1);
INSERT INTO snapshots (dataset, partition, observed_at, last_at, fetched_at, outcome, rows) VALUES
    ('market_history', 'region_id=10000002&type_id=34', 1790506980, 1790506980, 1790507000, 'complete', 5);
INSERT INTO partitions (dataset, partition, observed_at, complete_at, fetched_at, outcome) VALUES
    ('market_history', 'region_id=10000002&type_id=34', 1790506980, 1790506980, 1790507000, 'complete');
INSERT INTO market_orders (
    region_id, order_id, type_id, is_buy_order, price, volume_remain, volume_total, min_volume, location_id, system_id,
    range, duration, issued, valid_from)
VALUES
    (10000002, 21, 35, 1, 10, 500, 500, 1, 60003760, 30000142, 'station', 90, 1790300000, 1790300000),
    (10000002, 22, 35, 0, 14, 100, 500, 1, 60003760, 30000142, 'region', 90, 1790300000, 1790300000),
    (10000002, 23, 35, 0, 15, 1000000, 1000000, 1, 60003760, 30000142, 'region', 90, 1790300000, 1790300000),
    (10000043, 24, 35, 1, 25, 150000, 200000, 1, 60008494, 30002187, 'station', 90, 1790300000, 1790300000),
    (10000043, 25, 35, 1, 30, 5000, 5000, 900000, 60008494, 30002187, 'station', 90, 1790300000, 1790300000),
    (10000043, 26, 35, 1, 16, 1000000, 1000000, 1, 60008494, 30002187, 'station', 90, 1790300000, 1790300000);
INSERT INTO stargates VALUES
    (50001249, 'Stargate (Jita)', 30000144, 50001248, 30000142, 29624, '{}', 1),
    (50009001, 'Stargate (Amarr)', 30000144, 50009002, 30002187, 29624, '{}', 1),
    (50009002, 'Stargate (Perimeter)', 30002187, 50009001, 30000144, 29624, '{}', 1);
-- A contract that was outbid twice, for two hours and, by somebody else, still; another for half an hour.
INSERT INTO alerts (id, rule, title, key, state, severity, since, fired_at, resolved_at, as_of, verdict) VALUES
    (1, 'contract-outbid', 'x', '{"contract_id":101}', 'resolved', 'warning', 1790407200, 1790400000, 1790407200, 1790407200, '{}'),
    (2, 'contract-outbid', 'x', '{"contract_id":101}', 'firing', 'warning', 1790500000, 1790500000, NULL, 1790510400, '{}'),
    (3, 'contract-outbid', 'x', '{"contract_id":104}', 'resolved', 'warning', 1790401800, 1790400000, 1790401800, 1790401800, '{}'),
    (4, 'contract-outbid', 'x', '{"contract_id":104}', 'inactive', 'warning', 1790401800, NULL, 1790401800, 1790401800, '{}'),
    (5, 'order-undercut', 'x', '{"order_id":1}', 'firing', 'warning', 1790400000, 1790400000, NULL, 1790510400, '{}'),
    (6, 'contract-outbid', 'x', '{"contract_id":104}', 'resolved', 'warning', 1700003600, 1700000000, 1700003600, 1700003600, '{}');
INSERT INTO alert_events (alert, previous, state, cause, is_told, severity, labels, as_of, since, at, verdict, units) VALUES
    (1, 'inactive', 'firing', 'transition', 1, 'warning', '{}', 1790400000, 1790400000, 1790400001,
        '{"contract_id":101,"rival_issuer_id":90000002,"delta_percent":10.0}', '{}'),
    (1, 'firing', 'firing', 'repeat', 1, 'warning', '{}', 1790403600, 1790400000, 1790403601,
        '{"contract_id":101,"rival_issuer_id":90000002,"delta_percent":99.0}', '{}'),
    (1, 'firing', 'resolved', 'transition', 1, 'warning', '{}', 1790407200, 1790407200, 1790407201, '{"contract_id":101}', '{}'),
    (2, 'inactive', 'firing', 'transition', 1, 'warning', '{}', 1790500000, 1790500000, 1790500001,
        '{"contract_id":101,"rival_issuer_id":90000077,"delta_percent":2.0}', '{}'),
    (3, 'pending', 'firing', 'transition', 1, 'warning', '{}', 1790400000, 1790400000, 1790400001,
        '{"contract_id":104,"rival_issuer_id":90000002,"delta_percent":20.0}', '{}'),
    (5, 'inactive', 'firing', 'transition', 1, 'warning', '{}', 1790400000, 1790400000, 1790400001, '{"order_id":1}', '{}'),
    (6, 'inactive', 'firing', 'transition', 1, 'warning', '{}', 1700000000, 1700000000, 1700000001,
        '{"contract_id":104,"rival_issuer_id":90000002,"delta_percent":20.0}', '{}');

-- Industry: the Rifter's bill, and a formula of which nobody sells a material.
INSERT INTO market_prices VALUES (34, 4.2, 4.6, 1), (35, 12.4, 13, 1), (587, 250000, 380000, 1);
INSERT INTO sde_blueprints (blueprint_type_id, manufacturing_time, reaction_time, valid_from) VALUES
    (691, 6000, NULL, 0), (46166, NULL, 10800, 0);
INSERT INTO sde_blueprint_products VALUES
    (691, 'manufacturing', 587, 1, NULL, 0), (46166, 'reaction', 34, 200, NULL, 0);
INSERT INTO sde_blueprint_materials VALUES
    (691, 'manufacturing', 34, 22222, 0), (691, 'manufacturing', 35, 5555, 0), (691, 'copying', 38, 1, 0),
    (46166, 'reaction', 16670, 100, 0);
INSERT INTO industry_systems VALUES
    (30000142, 'manufacturing', 0.0352, 1790400000), (30000142, 'reaction', 0.0014, 1),
    (30002187, 'manufacturing', 0.0211, 1790500000), (30005000, 'manufacturing', 0.0014, 1);
INSERT INTO industry_systems_history (solar_system_id, activity, cost_index, valid_from, valid_to) VALUES
    (30000142, 'manufacturing', 0.0301, 1, 1790000000), (30000142, 'manufacturing', 0.0333, 1790000000, 1790400000);
INSERT INTO industry_facilities VALUES
    (60003760, 1000035, 52678, 30000142, 10000002, NULL, 1), (60000361, 1000002, 1531, 30000142, 10000002, NULL, 1);

-- One of the user's contracts that is gone, and one that had expired.
INSERT INTO public_contracts_history (
    region_id, contract_id, type, issuer_id, issuer_corporation_id, for_corporation, title, price, start_location_id,
    date_issued, date_expired, valid_from, valid_to)
VALUES
    (10000002, 107, 'item_exchange', 90000001, 98000001, 0, 'sold', 900, 60003760, 1790000000, 1791000000, 1790000000, 1790500000),
    (10000002, 108, 'item_exchange', 90000001, 98000001, 0, NULL, 800, 60003760, 1789000000, 1790400000, 1789000000, 1790400600);
