-- How far back the versions of a dataset go, and what they leave behind.

-- Versions that ended by `horizon` are gone, but for the rows that the dataset's `keep` names: as of a moment before it the
-- dataset cannot be shown.
CREATE TABLE horizons (
    dataset     TEXT PRIMARY KEY,
    horizon     INTEGER NOT NULL,
    is_finished INTEGER NOT NULL DEFAULT 0   -- 0: the horizon holds, but not all that lies behind it is dropped yet
) STRICT, WITHOUT ROWID;

-- Who still names the past: an alert, a ledger, a copy elsewhere. No horizon passes `since`.
CREATE TABLE protections (
    name    TEXT NOT NULL,
    dataset TEXT NOT NULL,                   -- '' for all
    since   INTEGER NOT NULL,                -- versions that ended behind this moment are needed
    PRIMARY KEY (name, dataset)
) STRICT, WITHOUT ROWID;

-- The text of each roll-up's file as last applied, and the days that its table holds.
CREATE TABLE rollups (
    name      TEXT PRIMARY KEY,
    dataset   TEXT NOT NULL,
    text      TEXT NOT NULL,
    loaded_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE rollup_days (
    rollup TEXT NOT NULL,
    day    INTEGER NOT NULL,                 -- its midnight, UTC
    rows   INTEGER NOT NULL,
    PRIMARY KEY (rollup, day)
) STRICT, WITHOUT ROWID;
