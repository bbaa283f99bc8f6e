/*---
title: Alliances that corporations have been in
description: |
  Of the owners and friends. A record ends when the next one begins; one without an alliance says that the corporation left.
route: GET /corporations/{corporation_id}/alliancehistory
each: SELECT corporation_id FROM corporations
cache: 3600
columns: { is_deleted: boolean, start_date: timestamp }
---*/
CREATE TABLE corporation_alliance_history (
    corporation_id INTEGER NOT NULL,
    record_id      INTEGER NOT NULL,
    alliance_id    INTEGER,
    start_date     INTEGER NOT NULL,
    is_deleted     INTEGER NOT NULL DEFAULT 0,   -- ESI leaves out false
    valid_from     INTEGER NOT NULL,
    PRIMARY KEY (corporation_id, record_id)
) STRICT, WITHOUT ROWID;
