/*---
title: Groups of item types
description: Those of the known types, unless the static data export has them.
route: GET /universe/groups/{group_id}
each: SELECT group_id FROM types UNION SELECT group_id FROM sde_types EXCEPT SELECT group_id FROM sde_groups
refresh: 30d
columns: { published: boolean, types: json }
---*/
CREATE TABLE groups (
    group_id    INTEGER NOT NULL PRIMARY KEY,
    name        TEXT    NOT NULL,
    category_id INTEGER NOT NULL,
    published   INTEGER NOT NULL,
    types       TEXT    NOT NULL,
    valid_from  INTEGER NOT NULL
) STRICT;
