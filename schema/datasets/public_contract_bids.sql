/*---
title: Bids on a public auction
description: Without the bidders, whom only the contract's own parties are told. A late bid extends the auction.
route: GET /contracts/public/bids/{contract_id}
each: SELECT contract_id FROM public_contracts WHERE type = 'auction' AND date_expired > as_of()
paging: pages
absence: closes
archive: { file: contract_bids.csv, absence: keeps }   # a file of all auctions does not tell which were asked
cache: 300
columns: { amount: isk, date_bid: timestamp }
---*/
CREATE TABLE public_contract_bids (
    contract_id INTEGER NOT NULL,
    bid_id      INTEGER NOT NULL,
    amount      REAL    NOT NULL,
    date_bid    INTEGER NOT NULL,
    valid_from  INTEGER NOT NULL,
    PRIMARY KEY (contract_id, bid_id)
) STRICT, WITHOUT ROWID;
