/*---
title: Attributes of item types
description: Of the types in `types`, read from the same answers. What an attribute is, `dogma_attributes` says.
route: GET /universe/types/{type_id}
each: SELECT type_id FROM types
rows: /dogma_attributes
refresh: 30d
---*/
CREATE TABLE type_dogma_attributes (
    type_id      INTEGER NOT NULL,
    attribute_id INTEGER NOT NULL,
    value        REAL    NOT NULL,
    valid_from   INTEGER NOT NULL,
    PRIMARY KEY (type_id, attribute_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX type_dogma_attributes_by_attribute ON type_dogma_attributes (attribute_id, value);
