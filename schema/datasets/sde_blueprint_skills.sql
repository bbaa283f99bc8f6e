/*---
title: Skills that a blueprint's activity needs
sde: blueprints.jsonl
rows: /activities/*/skills
fields:
  blueprint_type_id: ../../_key
  activity: "@"
  position: "#"
  type_id: /typeID
  level: /level
---*/
CREATE TABLE sde_blueprint_skills (
    blueprint_type_id INTEGER NOT NULL,
    activity          TEXT    NOT NULL,
    position          INTEGER NOT NULL,                    -- in the list, which may name a skill twice
    type_id           INTEGER NOT NULL,
    level             INTEGER NOT NULL,
    valid_from        INTEGER NOT NULL,
    PRIMARY KEY (blueprint_type_id, activity, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX sde_blueprint_skills_by_type ON sde_blueprint_skills (type_id);
