/*---
title: Factional warfare, by faction
route: GET /fw/stats
fields:
  kills_yesterday: /kills/yesterday
  kills_last_week: /kills/last_week
  kills_total: /kills/total
  victory_points_yesterday: /victory_points/yesterday
  victory_points_last_week: /victory_points/last_week
  victory_points_total: /victory_points/total
group: factional-warfare
---*/
CREATE TABLE fw_stats (
    faction_id               INTEGER NOT NULL PRIMARY KEY,
    pilots                   INTEGER NOT NULL,
    systems_controlled       INTEGER NOT NULL,
    kills_yesterday          INTEGER NOT NULL,
    kills_last_week          INTEGER NOT NULL,
    kills_total              INTEGER NOT NULL,
    victory_points_yesterday INTEGER NOT NULL,
    victory_points_last_week INTEGER NOT NULL,
    victory_points_total     INTEGER NOT NULL,
    valid_from               INTEGER NOT NULL
) STRICT;
