/*---
title: Corporation, alliance and faction of characters
description: |
  Of the owners, the friends and everybody who has issued a public contract; a thousand to a request, and only changes are
  written. Deleted characters are missing from ESI's answer, or in Doomheim, corporation 1000001.
route: POST /characters/affiliation
paging: ids
each: |
  SELECT issuer_id AS character_id FROM public_contracts
  UNION SELECT id FROM owners WHERE kind = 'character'
  UNION SELECT id FROM friends WHERE kind = 'character'
cache: 3600
---*/
CREATE TABLE character_affiliations (
    character_id   INTEGER NOT NULL PRIMARY KEY,
    corporation_id INTEGER NOT NULL,
    alliance_id    INTEGER,
    faction_id     INTEGER,
    valid_from     INTEGER NOT NULL
) STRICT;
CREATE INDEX character_affiliations_by_corporation ON character_affiliations (corporation_id);
CREATE INDEX character_affiliations_by_alliance ON character_affiliations (alliance_id);
