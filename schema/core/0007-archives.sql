-- The files of the public archives that were read, for each dataset that they fill. A file of another size or date is
-- another file: days past are rewritten.
CREATE TABLE archive_files (
    dataset     TEXT NOT NULL,
    name        TEXT NOT NULL,             -- without its folder: a folder may move
    size        INTEGER NOT NULL,
    modified_at INTEGER NOT NULL,
    read_at     INTEGER NOT NULL,
    run         INTEGER,
    outcome     TEXT NOT NULL CHECK (outcome IN ('complete', 'partial', 'failed')),
    reason      TEXT,                      -- what of it was not kept
    rows        INTEGER NOT NULL DEFAULT 0,
    is_pending  INTEGER NOT NULL DEFAULT 0,  -- some of it waits in T_past for the end of the run
    PRIMARY KEY (dataset, name, size, modified_at)
) STRICT, WITHOUT ROWID;

-- Sweeps older than all that is known of their partition: they wait beside T_past, in order, and become rows of
-- `snapshots` in the transaction that puts T_past into the history.
CREATE TABLE archive_sweeps (
    id          INTEGER PRIMARY KEY,
    dataset     TEXT NOT NULL,
    partition   TEXT NOT NULL,
    observed_at INTEGER NOT NULL,
    fetched_at  INTEGER NOT NULL,
    is_complete INTEGER NOT NULL,
    reason      TEXT,
    rows        INTEGER NOT NULL,
    added       INTEGER NOT NULL,
    changed     INTEGER NOT NULL,
    removed     INTEGER NOT NULL
) STRICT;
CREATE INDEX archive_sweeps_by_partition ON archive_sweeps (dataset, partition, observed_at);

-- The newest observation of a partition is no longer the last one applied.
CREATE INDEX snapshots_by_moment ON snapshots (dataset, partition, observed_at);
