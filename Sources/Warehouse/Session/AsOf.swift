import SQLite

/// Makes the tables of a reading connection show the past: TEMP names win, so every statement runs unchanged.
enum AsOf {
    static func install(_ moment: Int64, datasets: [Dataset], on connection: Connection) throws {
        for dataset in datasets { try install(dataset, moment, connection) }
        try connection.execute(
            """
            CREATE TEMP VIEW snapshots AS
            SELECT id, run, dataset, partition, observed_at, expires_at, fetched_at, outcome, reason, count,
                min(last_at, \(moment)) AS last_at, pages, rows, added, changed, removed, replaced, bytes, milliseconds,
                first_version_id, last_version_id
            FROM main.snapshots WHERE coalesce(observed_at, fetched_at) <= \(moment)
            """)
    }

    private static func install(_ dataset: Dataset, _ moment: Int64, _ connection: Connection) throws(SQLiteError) {
        let columns = (dataset.columns.map(\.name) + ["valid_from"]).map(quoted).joined(separator: ", ")
        let (table, history) = (quoted(dataset.name), quoted(dataset.historyName))
        try connection.execute(
            """
            CREATE TEMP VIEW \(table) AS
            SELECT \(columns) FROM main.\(table) WHERE valid_from <= \(moment)
            UNION ALL
            SELECT \(columns) FROM main.\(history) WHERE valid_from <= \(moment) AND valid_to > \(moment);
            CREATE TEMP VIEW \(quoted(dataset.versionsName)) AS
            SELECT \(columns), CASE WHEN valid_to <= \(moment) THEN valid_to END AS valid_to
            FROM main.\(history) WHERE valid_from <= \(moment)
            UNION ALL SELECT \(columns), NULL FROM main.\(table) WHERE valid_from <= \(moment)
            """)
    }
}
