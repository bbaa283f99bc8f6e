/*---
title: What dogma effects do
description: Those that the known types have. Asked by name only.
route: GET /dogma/effects/{effect_id}
each: SELECT DISTINCT effect_id FROM type_dogma_effects
refresh: 30d
ingest: named
columns:
  disallow_auto_repeat: boolean
  electronic_chance: boolean
  is_assistance: boolean
  is_offensive: boolean
  is_warp_safe: boolean
  published: boolean
  range_chance: boolean
  modifiers: json
---*/
CREATE TABLE dogma_effects (
    effect_id                   INTEGER NOT NULL PRIMARY KEY,
    name                        TEXT,
    display_name                TEXT,
    description                 TEXT,
    effect_category             INTEGER,
    duration_attribute_id       INTEGER,
    discharge_attribute_id      INTEGER,
    range_attribute_id          INTEGER,
    falloff_attribute_id        INTEGER,
    tracking_speed_attribute_id INTEGER,
    is_offensive                INTEGER,
    is_assistance               INTEGER,
    is_warp_safe                INTEGER,
    disallow_auto_repeat        INTEGER,
    electronic_chance           INTEGER,
    range_chance                INTEGER,
    published                   INTEGER,
    pre_expression              INTEGER,
    post_expression             INTEGER,
    modifiers                   TEXT,
    icon_id                     INTEGER,
    valid_from                  INTEGER NOT NULL
) STRICT;
