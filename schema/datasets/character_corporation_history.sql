/*---
title: Corporations that characters have been in
description: Of the owners and friends. A record ends when the next one begins; `is_deleted` says that the corporation closed.
route: GET /characters/{character_id}/corporationhistory
each: SELECT character_id FROM characters
cache: 86400
columns: { is_deleted: boolean, start_date: timestamp }
---*/
CREATE TABLE character_corporation_history (
    character_id   INTEGER NOT NULL,
    record_id      INTEGER NOT NULL,
    corporation_id INTEGER NOT NULL,
    start_date     INTEGER NOT NULL,
    is_deleted     INTEGER NOT NULL DEFAULT 0,   -- ESI leaves out false
    valid_from     INTEGER NOT NULL,
    PRIMARY KEY (character_id, record_id)
) STRICT, WITHOUT ROWID;
