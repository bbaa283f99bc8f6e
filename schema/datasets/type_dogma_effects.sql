/*---
title: Effects of item types
description: Of the types in `types`, read from the same answers.
route: GET /universe/types/{type_id}
each: SELECT type_id FROM types
rows: /dogma_effects
refresh: 30d
columns: { is_default: boolean }
---*/
CREATE TABLE type_dogma_effects (
    type_id    INTEGER NOT NULL,
    effect_id  INTEGER NOT NULL,
    is_default INTEGER NOT NULL,
    valid_from INTEGER NOT NULL,
    PRIMARY KEY (type_id, effect_id)
) STRICT, WITHOUT ROWID;
