/*---
title: Which factions are at war
route: GET /fw/wars
group: factional-warfare
---*/
CREATE TABLE fw_wars (
    faction_id INTEGER NOT NULL,
    against_id INTEGER NOT NULL,
    valid_from INTEGER NOT NULL,
    PRIMARY KEY (faction_id, against_id)
) STRICT, WITHOUT ROWID;
