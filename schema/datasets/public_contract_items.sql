/*---
title: Items of a public contract
description: |
  What a contract offers (`is_included`) and asks for. They never change, so each contract is asked once.
  Originals lack `runs` and `is_blueprint_copy`; `item_id` is there for offered items only.
route: GET /contracts/public/items/{contract_id}
each: |
  SELECT contract_id FROM public_contracts
  WHERE type IN ('item_exchange', 'auction') AND date_expired > as_of()
paging: pages
fetch: once
archive: contract_items.csv
cache: 3600
columns: { is_included: boolean, is_blueprint_copy: boolean }
---*/
CREATE TABLE public_contract_items (
    contract_id         INTEGER NOT NULL,
    record_id           INTEGER NOT NULL,
    type_id             INTEGER NOT NULL,
    quantity            INTEGER NOT NULL,
    is_included         INTEGER NOT NULL,
    is_blueprint_copy   INTEGER NOT NULL DEFAULT 0,   -- ESI leaves out false
    material_efficiency INTEGER,
    time_efficiency     INTEGER,
    runs                INTEGER,
    item_id             INTEGER,
    valid_from          INTEGER NOT NULL,
    PRIMARY KEY (contract_id, record_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX public_contract_items_by_type ON public_contract_items (type_id);
