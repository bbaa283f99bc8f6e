/*---
title: What dogma attributes are
description: Those that the known types have, unless the static data export has them. Asked by name only.
route: GET /dogma/attributes/{attribute_id}
each: |
  SELECT attribute_id FROM type_dogma_attributes
  EXCEPT SELECT attribute_id FROM sde_dogma_attributes
refresh: 30d
ingest: named
columns: { published: boolean, high_is_good: boolean, stackable: boolean }
---*/
CREATE TABLE dogma_attributes (
    attribute_id  INTEGER NOT NULL PRIMARY KEY,
    name          TEXT,
    display_name  TEXT,
    description   TEXT,
    default_value REAL,
    unit_id       INTEGER,
    high_is_good  INTEGER,
    stackable     INTEGER,
    published     INTEGER,
    icon_id       INTEGER,
    valid_from    INTEGER NOT NULL
) STRICT;
