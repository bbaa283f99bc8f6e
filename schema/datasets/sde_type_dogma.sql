/*---
title: Dogma attributes of types
sde: typeDogma.jsonl
rows: /dogmaAttributes
fields:
  type_id: ../_key
  attribute_id: /attributeID
  value: /value
---*/
CREATE TABLE sde_type_dogma (
    type_id      INTEGER NOT NULL,
    attribute_id INTEGER NOT NULL,
    value        REAL    NOT NULL,
    valid_from   INTEGER NOT NULL,
    PRIMARY KEY (type_id, attribute_id)
) STRICT, WITHOUT ROWID;
