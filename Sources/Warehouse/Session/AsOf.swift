import SQLite

/// Makes the tables of a reading connection show the past: TEMP names win, so every statement runs unchanged.
enum AsOf {
    static func install(_ moment: Int64, datasets: [Dataset], on connection: Connection) throws -> Past {
        let past = try installAsOf(moment, tables: datasets.map(\.name), on: connection)
        try connection.execute(
            """
            CREATE TEMP VIEW snapshots AS
            SELECT id, run, dataset, partition, observed_at, expires_at, fetched_at, outcome, reason, count,
                min(last_at, as_of()) AS last_at, pages, rows, added, changed, removed, replaced, bytes, milliseconds,
                first_version_id, last_version_id
            FROM main.snapshots WHERE coalesce(observed_at, fetched_at) <= as_of();
            CREATE TEMP VIEW builds AS
            SELECT build, released_at, ingested_at, source FROM main.builds WHERE released_at <= as_of()
            """)
        return past
    }
}
