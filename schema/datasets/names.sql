/*---
title: Names of characters, corporations, alliances and stations
description: |
  Of the ids that contracts, orders, owners, friends and those around them mention, and of the holders of sovereignty; a
  thousand to a request.
route: POST /universe/names
paging: ids
each: |
  SELECT issuer_id AS id FROM public_contracts
  UNION SELECT issuer_corporation_id FROM public_contracts
  UNION SELECT start_location_id FROM public_contracts WHERE start_location_id BETWEEN 60000000 AND 63999999
  UNION SELECT end_location_id FROM public_contracts WHERE end_location_id BETWEEN 60000000 AND 63999999
  UNION SELECT location_id FROM market_orders WHERE location_id BETWEEN 60000000 AND 63999999
  UNION SELECT id FROM owners WHERE kind IN ('character', 'corporation')
  UNION SELECT id FROM friends
  UNION SELECT corporation_id FROM character_affiliations
  UNION SELECT alliance_id FROM character_affiliations WHERE alliance_id IS NOT NULL
  UNION SELECT faction_id FROM character_affiliations WHERE faction_id IS NOT NULL
  UNION SELECT corporation_id FROM alliance_corporations
  UNION SELECT ceo_id FROM corporations WHERE ceo_id IS NOT NULL
  UNION SELECT executor_corporation_id FROM alliances WHERE executor_corporation_id IS NOT NULL
  UNION SELECT owner FROM stations WHERE owner IS NOT NULL
  UNION SELECT owner_id FROM industry_facilities
  UNION SELECT alliance_id FROM sovereignty_systems WHERE alliance_id IS NOT NULL
  UNION SELECT corporation_id FROM sovereignty_systems WHERE corporation_id IS NOT NULL
  UNION SELECT defender_id FROM sovereignty_campaigns WHERE defender_id IS NOT NULL
  UNION SELECT alliance_id FROM sovereignty_campaign_participants
refresh: 30d
---*/
CREATE TABLE names (
    id         INTEGER NOT NULL PRIMARY KEY,
    name       TEXT    NOT NULL,
    category   TEXT    NOT NULL,   -- character, corporation, station, …
    valid_from INTEGER NOT NULL
) STRICT;
