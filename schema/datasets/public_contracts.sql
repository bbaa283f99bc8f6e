/*---
title: Public contracts of a region
description: |
  Rows may linger past `date_expired`. The region asked is kept with each row, so that a contract in a structure
  that nobody may look up still has one. Auctions lack `collateral`, the others `buyout`.
route: GET /contracts/public/{region_id}
each: SELECT region_id FROM tracked_regions
paging: pages
archive: contracts.csv
absence: closes
cache: 1800
columns:
  date_issued: timestamp
  date_expired: timestamp
  for_corporation: boolean
  price: isk
  reward: isk
  collateral: isk
  buyout: isk
---*/
CREATE TABLE public_contracts (
    region_id             INTEGER NOT NULL,
    contract_id           INTEGER NOT NULL,
    type                  TEXT    NOT NULL,   -- unknown, item_exchange, auction, courier, loan
    issuer_id             INTEGER NOT NULL,
    issuer_corporation_id INTEGER NOT NULL,   -- the issuer's employer, whether or not it issued
    for_corporation       INTEGER NOT NULL DEFAULT 0,   -- ESI leaves out false
    title                 TEXT,
    price                 REAL,
    reward                REAL,
    collateral            REAL,
    buyout                REAL,
    volume                REAL,               -- m3, not a count
    days_to_complete      INTEGER,
    start_location_id     INTEGER,
    end_location_id       INTEGER,
    date_issued           INTEGER NOT NULL,
    date_expired          INTEGER NOT NULL,
    valid_from            INTEGER NOT NULL,
    PRIMARY KEY (region_id, contract_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX public_contracts_by_contract ON public_contracts (contract_id);
CREATE INDEX public_contracts_by_issuer ON public_contracts (issuer_id);
CREATE INDEX public_contracts_by_corporation ON public_contracts (issuer_corporation_id);
