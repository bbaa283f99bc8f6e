-- The warehouse's own tables. Times are integer Unix seconds, UTC.

CREATE TABLE runs (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    command    TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at   INTEGER,                -- NULL while it runs, and for ever where it was killed
    outcome    TEXT,                   -- done, partial, failed, cancelled
    requests   INTEGER NOT NULL DEFAULT 0,
    bytes      INTEGER NOT NULL DEFAULT 0
) STRICT;

-- The text of each dataset's file as last applied: a change of it drops validators and `once` marks.
CREATE TABLE datasets (
    name      TEXT PRIMARY KEY,
    file      TEXT NOT NULL,
    text      TEXT NOT NULL,
    loaded_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- One row for each attempt at a partition, numbered in order of application; consecutive unchanged attempts share one.
CREATE TABLE snapshots (
    id               INTEGER PRIMARY KEY AUTOINCREMENT,
    run              INTEGER,
    dataset          TEXT NOT NULL,
    partition        TEXT NOT NULL,
    observed_at      INTEGER,          -- the data's moment; NULL where nothing was observed
    expires_at       INTEGER,
    fetched_at       INTEGER NOT NULL,
    outcome          TEXT NOT NULL
                     CHECK (outcome IN ('complete', 'unchanged', 'partial', 'stale', 'absent', 'failed')),
    reason           TEXT,
    count            INTEGER NOT NULL DEFAULT 1,
    last_at          INTEGER,          -- the newest observed_at of the attempts that share the row
    pages            INTEGER NOT NULL DEFAULT 0,
    rows             INTEGER NOT NULL DEFAULT 0,
    added            INTEGER NOT NULL DEFAULT 0,
    changed          INTEGER NOT NULL DEFAULT 0,
    removed          INTEGER NOT NULL DEFAULT 0,
    replaced         INTEGER NOT NULL DEFAULT 0,  -- lone surrogates that became U+FFFD
    bytes            INTEGER NOT NULL DEFAULT 0,
    milliseconds     INTEGER NOT NULL DEFAULT 0,
    first_version_id INTEGER,          -- the versions that it closed: T_history.version_id, both ends included
    last_version_id  INTEGER
) STRICT;
CREATE INDEX snapshots_by_partition ON snapshots (dataset, partition, id);

-- What is known of each partition now.
CREATE TABLE partitions (
    dataset      TEXT NOT NULL,
    partition    TEXT NOT NULL,
    observed_at  INTEGER,              -- of the last snapshot applied or found unchanged, partial ones included
    complete_at  INTEGER,              -- of the last complete one
    expires_at   INTEGER,              -- ask no earlier
    fetched_at   INTEGER,              -- the last answer that could be used
    outcome      TEXT,                 -- of the last attempt
    reason       TEXT,
    redecode     INTEGER NOT NULL DEFAULT 0,  -- the dataset's file changed since: decode what is kept, or ask again
    active       INTEGER NOT NULL DEFAULT 1,  -- yielded by the dataset's `each` when it was last run
    PRIMARY KEY (dataset, partition)
) STRICT, WITHOUT ROWID;

-- The configuration as of the last writing command; reading commands put today's in front of these.
CREATE TABLE owners (
    kind TEXT NOT NULL CHECK (kind IN ('character', 'corporation', 'order')),
    id   INTEGER NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE friends (
    kind TEXT NOT NULL CHECK (kind IN ('character', 'corporation', 'alliance')),
    id   INTEGER NOT NULL,
    PRIMARY KEY (kind, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE tracked_regions (
    region_id INTEGER PRIMARY KEY
) STRICT;

-- Facts that last between runs: the server clock's offset, the members of answers reported as unknown.
CREATE TABLE notes (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
