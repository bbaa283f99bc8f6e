-- The builds of CCP's static data export that were read. A dataset's snapshot of one is observed at its release.
CREATE TABLE builds (
    build       INTEGER PRIMARY KEY,
    released_at INTEGER NOT NULL UNIQUE,
    ingested_at INTEGER NOT NULL,
    source      TEXT NOT NULL           -- the file or folder, as it was named
) STRICT;
