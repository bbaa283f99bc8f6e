/*---
title: Attackers of killmails
description: Of those in `killmails`, from the same answers. Asked by name only.
route: GET /killmails/{killmail_id}/{killmail_hash}
each: SELECT DISTINCT killmail_id, killmail_hash FROM war_killmails
rows: /attackers
fields: { attacker: "#" }
fetch: once
cache: 30d
group: killmail
ingest: named
columns: { final_blow: boolean }
---*/
CREATE TABLE killmail_attackers (
    killmail_id     INTEGER NOT NULL,
    killmail_hash   TEXT    NOT NULL,
    attacker        INTEGER NOT NULL,   -- from 0, in ESI's order
    character_id    INTEGER,
    corporation_id  INTEGER,
    alliance_id     INTEGER,
    faction_id      INTEGER,
    ship_type_id    INTEGER,
    weapon_type_id  INTEGER,
    damage_done     INTEGER NOT NULL,
    final_blow      INTEGER NOT NULL,
    security_status REAL    NOT NULL,
    valid_from      INTEGER NOT NULL,
    PRIMARY KEY (killmail_id, killmail_hash, attacker)
) STRICT, WITHOUT ROWID;
