/*---
title: Tranquility's status
description: One row, of the server's present run. How many played when is in `server_status_versions`.
route: GET /status
cache: 30
group: status
columns: { start_time: timestamp, vip: boolean }
---*/
CREATE TABLE server_status (
    start_time     INTEGER NOT NULL PRIMARY KEY,
    server_version TEXT    NOT NULL,
    players        INTEGER NOT NULL,
    vip            INTEGER NOT NULL DEFAULT 0,   -- staff only; ESI leaves out false
    valid_from     INTEGER NOT NULL
) STRICT;
