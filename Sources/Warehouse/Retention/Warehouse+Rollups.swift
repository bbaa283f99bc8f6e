import SQLite

// Roll-ups: a day's rows are written once the day is over for all that is observed, and before its versions may go.

extension Warehouse {
    /// Makes a roll-up's table as its file says. A file whose SELECT changed fills the days anew that still have versions.
    /// - Throws: `FileError` where its columns changed: the days whose versions are gone could not follow.
    func evolve(_ rollup: Rollup, now: Int64) throws {
        let recorded = try connection.value("SELECT text FROM main.rollups WHERE name = ?", [.text(rollup.name)])?.text
        guard recorded != rollup.file.text else { return }
        try connection.transaction {
            if try exists("table", rollup.name) {
                try checkColumns(rollup)
                let horizon = try horizon(of: rollup.dataset) ?? Int64.min
                for table in [quoted(rollup.name), "rollup_days"] {
                    let ofRollup = table == "rollup_days" ? " AND rollup = ?2" : " AND ?2 IS NOT NULL"
                    try connection.run(
                        "DELETE FROM main.\(table) WHERE day >= ?1\(ofRollup)", [.integer(horizon), .text(rollup.name)])
                }
            } else {
                try connection.execute(rollup.tableSQL)
            }
            try follow(rollup.indexes, on: rollup.name)
            try connection.run(
                "INSERT INTO main.rollups VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET dataset = excluded.dataset, "
                    + "text = excluded.text, loaded_at = excluded.loaded_at",
                [.text(rollup.name), .text(rollup.dataset), .text(rollup.file.text), .integer(now)])
        }
    }

    private func checkColumns(_ rollup: Rollup) throws {
        let sql = "SELECT sql FROM main.sqlite_schema WHERE type = 'table' AND name = ?"
        guard try connection.value(sql, [.text(rollup.name)])?.text != rollup.tableSQL else { return }
        throw rollup.file.error(
            atOffset: 0, "the table \(rollup.name) is another one in the warehouse",
            mend: "restore it, or give the roll-up another name: the old one keeps its days under the old name")
    }

    /// Writes the days of a roll-up that are over and not written yet, each in a transaction of its own.
    /// - Returns: how many days, and the midnight up to which nothing is missing.
    func roll(
        _ rollup: Rollup, of dataset: Dataset, now: Int64, isDryRun: Bool, isStopped: () -> Bool
    ) throws -> (days: Int, until: Int64) {
        let end = try endOfWholeDays(dataset, now: now)
        let missing = try missingDays(rollup, before: end)
        guard !isDryRun else { return (missing.count, end) }
        for day in missing {
            if isStopped() { throw CancellationError() }
            try write(day, of: rollup, dataset)
        }
        return (missing.count, end)
    }

    /// A day is over when every partition that is still followed was observed behind it. One that keeps failing holds the
    /// others up for a day, no longer: nothing observed so long ago comes any more (invariant 6).
    private func endOfWholeDays(_ dataset: Dataset, now: Int64) throws(SQLiteError) -> Int64 {
        let oldest = try connection.value(
            "SELECT min(coalesce(observed_at, 0)) FROM main.partitions WHERE dataset = ? AND active",
            [.text(dataset.name)])?.integer
        let moment = max(min(oldest ?? 0, now), now - Retention.day)
        return Retention.midnight(moment)
    }

    /// Days with versions in full in which something was observed: of a day that nobody looked at there is nothing to say.
    private func missingDays(_ rollup: Rollup, before end: Int64) throws(SQLiteError) -> [Int64] {
        try connection.query(
            """
            WITH RECURSIVE
            seen AS (
                SELECT observed_at, coalesce(last_at, observed_at) AS last_at FROM main.snapshots
                WHERE dataset = ?1 AND observed_at IS NOT NULL AND outcome IN ('complete', 'unchanged', 'partial')
            ),
            days(day) AS (
                SELECT max((SELECT min(observed_at) FROM seen) / 86400 * 86400, coalesce(?4, 0))
                UNION ALL SELECT day + 86400 FROM days WHERE day + 86400 < ?3
            )
            SELECT day FROM days
            WHERE day + 86400 <= ?3 AND day NOT IN (SELECT day FROM main.rollup_days WHERE rollup = ?2)
              AND EXISTS (SELECT 1 FROM seen WHERE observed_at < day + 86400 AND last_at >= day)
            """,
            [
                .text(rollup.dataset), .text(rollup.name), .integer(end), try horizon(of: rollup.dataset).sqlValue,
            ]
        ).compactMap { $0[0].integer }
    }

    /// Has the days from a moment on written anew that still have their versions: more is known of them.
    func rollAnew(_ dataset: Dataset, since moment: Int64) throws(SQLiteError) {
        let first = max(Retention.midnight(moment), try horizon(of: dataset.name) ?? Int64.min)
        try connection.run(
            """
            DELETE FROM main.rollup_days
            WHERE day >= ?1 AND rollup IN (SELECT name FROM main.rollups WHERE dataset = ?2)
            """, [.integer(first), .text(dataset.name)])
    }

    private func write(_ day: Int64, of rollup: Rollup, _ dataset: Dataset) throws {
        let before = now
        defer { now = before }
        now = day + Retention.day
        try show(dataset, on: day)
        defer { try? hide(dataset) }  // the next day, or the connection's end, drops them
        try connection.transaction {
            let table = "main.\(quoted(rollup.name))"
            try connection.run("DELETE FROM \(table) WHERE day = ?", [.integer(day)])
            let insert: Statement
            do throws(SQLiteError) {
                insert = try connection.prepare("INSERT INTO \(table)\(rollup.select)")
                try insert.bind(.integer(day), named: "day")
            } catch {
                throw rollup.file.error("does not run: \(error.message)")
            }
            while try insert.step() {}
            try connection.run(
                "INSERT INTO main.rollup_days SELECT ?1, ?2, count(*) FROM \(table) WHERE day = ?2 "
                    + "ON CONFLICT DO UPDATE SET rows = excluded.rows",
                [.text(rollup.name), .integer(day)])
        }
    }

    /// Puts the dataset as known at the day's end in front of its tables: what ended later has not ended. So the day's rows
    /// are the same whenever they are written. Versions that ended before the day are left out, by their numbers, which
    /// follow time but for what archives have told.
    private func show(_ dataset: Dataset, on day: Int64) throws {
        try hide(dataset)
        let first =
            try connection.value(
                """
                SELECT coalesce(
                    min(first_version_id) FILTER (WHERE coalesce(last_at, observed_at) >= ?2), max(last_version_id) + 1, 0)
                FROM main.snapshots
                WHERE dataset = ?1 AND NOT EXISTS (SELECT 1 FROM main.archive_files WHERE dataset = ?1)
                """, [.text(dataset.name), .integer(day)])?.integer ?? 0
        let (end, columns) = (day + Retention.day, dataset.columns.map { quoted($0.name) }.joined(separator: ", "))
        try connection.execute(
            """
            CREATE TEMP VIEW \(quoted(dataset.versionsName)) AS
            SELECT \(columns), valid_from, CASE WHEN valid_to < \(end) THEN valid_to END AS valid_to
            FROM main.\(quoted(dataset.historyName)) WHERE version_id >= \(first) AND valid_from < \(end)
            UNION ALL SELECT \(columns), valid_from, NULL FROM main.\(quoted(dataset.name)) WHERE valid_from < \(end);
            CREATE TEMP VIEW \(quoted(dataset.name)) AS
            SELECT \(columns), valid_from FROM temp.\(quoted(dataset.versionsName)) WHERE valid_to IS NULL;
            """)
    }

    private func hide(_ dataset: Dataset) throws(SQLiteError) {
        for name in [dataset.name, dataset.versionsName] {
            try connection.execute("DROP VIEW IF EXISTS temp.\(quoted(name))")
        }
    }
}
