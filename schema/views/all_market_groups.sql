/*---
title: The market's tree of groups
description: Of the static data export; without one there are none.
columns: { has_types: boolean }
---*/
CREATE VIEW all_market_groups AS
SELECT market_group_id, name, description, parent_group_id, has_types FROM sde_market_groups;
