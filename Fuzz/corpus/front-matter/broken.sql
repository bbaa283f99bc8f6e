/*---
title: "a
---*/
