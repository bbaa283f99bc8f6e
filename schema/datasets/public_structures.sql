/*---
title: Structures that are open to everybody
description: |
  Their ids; names and places are told only to who may dock. The list flickers: that a structure left it does not prove that it
  is gone.
route: GET /universe/structures
cache: 3600
---*/
CREATE TABLE public_structures (
    structure_id INTEGER NOT NULL PRIMARY KEY,
    valid_from   INTEGER NOT NULL
) STRICT;
