/*---
title: Killmails of wars
description: Of the wars in `wars` in which somebody lost a ship. Asked by name only.
route: GET /wars/{war_id}/killmails
each: SELECT war_id FROM wars WHERE aggressor_ships_killed + defender_ships_killed > 0
paging: pages
absence: keeps
cache: 3600
group: killmail
ingest: named
---*/
CREATE TABLE war_killmails (
    war_id        INTEGER NOT NULL,
    killmail_id   INTEGER NOT NULL,
    killmail_hash TEXT    NOT NULL,
    valid_from    INTEGER NOT NULL,
    PRIMARY KEY (war_id, killmail_id)
) STRICT, WITHOUT ROWID;
