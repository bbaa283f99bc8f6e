/*---
title: Which system a jump through a stargate leads to
description: One row for each stargate of the known systems, so two neighbours have one in each direction.
---*/
CREATE VIEW jumps AS
SELECT system_id AS from_system_id, destination_system_id AS to_system_id, stargate_id FROM all_stargates;
