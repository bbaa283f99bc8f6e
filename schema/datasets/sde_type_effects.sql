/*---
title: Dogma effects of types
sde: typeDogma.jsonl
rows: /dogmaEffects
fields:
  type_id: ../_key
  effect_id: /effectID
  is_default: /isDefault
columns: { is_default: boolean }
---*/
CREATE TABLE sde_type_effects (
    type_id    INTEGER NOT NULL,
    effect_id  INTEGER NOT NULL,
    is_default INTEGER NOT NULL DEFAULT 0,
    valid_from INTEGER NOT NULL,
    PRIMARY KEY (type_id, effect_id)
) STRICT, WITHOUT ROWID;
