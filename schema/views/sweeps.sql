/*---
title: Placeholder
---*/
CREATE VIEW sweeps AS SELECT 1;
