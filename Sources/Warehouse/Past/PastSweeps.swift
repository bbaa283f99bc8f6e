import SQLite

// Sweeps of the archives: what a file shows of one partition at one moment, as a snapshot.
//
// One that is newer than all that is known of its partition is applied as any snapshot is. One that is older than all that is known
// extends the past: it is applied in order to tables of its own, T_past and T_past_history, and when the run ends these go into
// T_history in one transaction, their last state ending where the partition was first observed. Until then nobody
// sees them, and T_history stays append-only: a version's end is not written before it is known. One that lies between is known
// already, and changes nothing.

extension Warehouse {
    /// Applies what a file holds of a dataset whose rows are judged by partition.
    func applySweeps(
        _ table: ArchivedTable, _ result: inout ArchiveResult, run: Int64?, at now: Int64
    ) throws {
        let sweeps = ArchivedSweep.all(of: table)
        result.rows = table.rows.rowCount
        let horizon = try horizon(of: table.dataset.name) ?? Int64.min
        for sweep in sweeps {
            // What lies behind the horizon is not shown, and would be dropped by the next prune.
            guard sweep.observedAt >= horizon else {
                result.pruned += sweep.rows.count
                continue
            }
            let snapshot = sweep.snapshot(of: table, at: now)
            let name = "\(sweep.partition)"
            let state = try partitionState(table.dataset.name, name)
            guard let last = state?.observedAt else {
                result.count(try apply(snapshot, run), at: sweep.observedAt)
                // Whether it is asked is for the dataset's `each` to say, and until then nobody waits for it.
                try connection.run(
                    "UPDATE main.partitions SET active = 0 WHERE dataset = ? AND partition = ?",
                    [.text(table.dataset.name), .text(name)])
                continue
            }
            let isCompletion = sweep.observedAt == last && state?.completeAt != last
            if sweep.observedAt > last || isCompletion {
                result.count(try apply(snapshot, run), at: sweep.observedAt)
            } else if try isBeforeAll(sweep.observedAt, table.dataset, name) {
                result.count(try applyPast(snapshot), at: sweep.observedAt)
                result.isPending = true
            } else {
                result.known += sweep.rows.count
            }
        }
        if let moment = result.newsFrom { try rollAnew(table.dataset, since: moment) }
    }

    private func isBeforeAll(_ moment: Int64, _ dataset: Dataset, _ partition: String) throws(SQLiteError) -> Bool {
        let waiting = try connection.value(
            "SELECT max(observed_at) FROM main.archive_sweeps WHERE dataset = ? AND partition = ?",
            [.text(dataset.name), .text(partition)])?.integer
        if let waiting, moment <= waiting { return false }
        guard let first = try firstObservation(dataset, partition) else { return false }
        return moment < first
    }

    /// When a partition was first observed, by what is kept: its snapshots or its versions.
    private func firstObservation(_ dataset: Dataset, _ partition: String) throws(SQLiteError) -> Int64? {
        try connection.value(
            """
            SELECT min(observed_at) FROM main.snapshots
            WHERE dataset = ? AND partition = ? AND outcome IN ('complete', 'unchanged', 'partial')
            """, [.text(dataset.name), .text(partition)])?.integer
    }

    // MARK: Tables of the past

    private func applyPast(_ snapshot: Snapshot) throws -> Attempt {
        let dataset = snapshot.dataset
        try makePast(dataset)
        let sql = try tableSQL(dataset, past: true)
        let rows = try SortedRows(snapshot, key: sql.rowKey)
        var writer = TableWriter(sql, snapshot, connection, batchSize: batchSize, isFirst: false)
        try writer.write(rows)
        var attempt = Attempt(snapshot.isComplete ? .complete : .partial, reason: snapshot.reason)
        attempt.rows = rows.count
        attempt.added = writer.added
        attempt.changed = writer.changed
        attempt.removed = writer.removed
        try connection.run(
            """
            INSERT INTO main.archive_sweeps (
                dataset, partition, observed_at, fetched_at, is_complete, reason, rows, added, changed, removed)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .text(dataset.name), .text("\(snapshot.partition)"), .integer(snapshot.observedAt),
                .integer(snapshot.fetchedAt), .integer(snapshot.isComplete ? 1 : 0), snapshot.reason.sqlValue,
                .integer(Int64(attempt.rows)), .integer(Int64(attempt.added)), .integer(Int64(attempt.changed)),
                .integer(Int64(attempt.removed)),
            ])
        return attempt
    }

    private func makePast(_ dataset: Dataset) throws(SQLiteError) {
        let columns = dataset.columns.map { "\(quoted($0.name)) \($0.storage)" }.joined(separator: ", ")
        let key = dataset.key.map(quoted).joined(separator: ", ")
        try connection.execute(
            """
            CREATE TABLE IF NOT EXISTS main.\(quoted(dataset.pastName)) (
                \(columns), valid_from INTEGER NOT NULL, PRIMARY KEY (\(key))
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE IF NOT EXISTS main.\(quoted(dataset.pastHistoryName)) (
                version_id INTEGER PRIMARY KEY, \(columns), valid_from INTEGER NOT NULL, valid_to INTEGER NOT NULL
            ) STRICT
            """)
    }

    /// Forgets what waits for the end of a run: the files that it came from count as never read.
    public func discardPast(of dataset: Dataset) throws {
        try connection.transaction { try forgetPast(of: dataset) }
    }

    func forgetPast(of dataset: Dataset) throws(SQLiteError) {
        try dropPast(dataset)
        try connection.run("DELETE FROM main.archive_files WHERE dataset = ? AND is_pending", [.text(dataset.name)])
    }

    private func dropPast(_ dataset: Dataset) throws(SQLiteError) {
        for name in [dataset.pastName, dataset.pastHistoryName] {
            try connection.execute("DROP TABLE IF EXISTS main.\(quoted(name))")
        }
        try connection.run("DELETE FROM main.archive_sweeps WHERE dataset = ?", [.text(dataset.name)])
    }

    /// Puts what has waited into the history, in one transaction.
    public func settlePast(of dataset: Dataset, run: Int64?) throws {
        let waiting = "SELECT 1 FROM main.archive_files WHERE dataset = ? AND is_pending LIMIT 1"
        guard try connection.value(waiting, [.text(dataset.name)]) != nil else { return }
        try connection.transaction {
            let partitions = try connection.query(
                "SELECT DISTINCT partition FROM main.archive_sweeps WHERE dataset = ? ORDER BY partition",
                [.text(dataset.name)])
            for name in partitions.compactMap({ $0[0].text }) { try settle(name, dataset, run) }
            let first = try connection.value(
                "SELECT min(observed_at) FROM main.archive_sweeps WHERE dataset = ?", [.text(dataset.name)])
            if let first = first?.integer { try rollAnew(dataset, since: first) }
            try dropPast(dataset)
            try connection.run(
                "UPDATE main.archive_files SET is_pending = 0 WHERE dataset = ?", [.text(dataset.name)])
        }
    }

    private func settle(_ name: String, _ dataset: Dataset, _ run: Int64?) throws {
        guard let partition = Partition(name, of: dataset), let first = try firstObservation(dataset, name) else {
            return
        }
        let values = dataset.partitionColumns.map { partition[$0] ?? .null }
        let condition =
            values.isEmpty
            ? "" : " WHERE " + dataset.partitionColumns.map { quoted($0) + " = ?" }.joined(separator: " AND ")
        let columns = (dataset.columns.map(\.name) + ["valid_from"]).map(quoted).joined(separator: ", ")
        let history = "main.\(quoted(dataset.historyName))"
        let before = try lastVersion(history)
        let past = "main.\(quoted(dataset.pastName))"
        let old = "main.\(quoted(dataset.pastHistoryName))"
        try connection.run(
            "INSERT INTO \(history) (\(columns), valid_to) SELECT \(columns), valid_to FROM \(old)\(condition) ORDER BY version_id",
            values)
        try connection.run(
            "INSERT INTO \(history) (\(columns), valid_to) SELECT \(columns), ? FROM \(past)\(condition)",
            [.integer(first)] + values)
        let after = try lastVersion(history)
        try connection.run(
            """
            INSERT INTO main.snapshots (
                run, dataset, partition, observed_at, fetched_at, outcome, reason, last_at, rows, added, changed, removed)
            SELECT ?3, dataset, partition, observed_at, fetched_at, iif(is_complete, 'complete', 'partial'), reason,
                observed_at, rows, added, changed, removed
            FROM main.archive_sweeps WHERE dataset = ?1 AND partition = ?2 ORDER BY observed_at
            """, [.text(dataset.name), .text(name), run.sqlValue])
        guard after > before else { return }
        // The last of them stands for all the versions that the partition's sweeps brought.
        try connection.run(
            "UPDATE main.snapshots SET first_version_id = ?, last_version_id = ? WHERE id = last_insert_rowid()",
            [.integer(before + 1), .integer(after)])
    }

    private func lastVersion(_ history: String) throws(SQLiteError) -> Int64 {
        try connection.value("SELECT max(version_id) FROM \(history)")?.integer ?? 0
    }
}

/// What a file shows of one partition at one moment.
private struct ArchivedSweep {
    var partition: Partition
    var observedAt: Int64
    var rows: [RowReference]
    /// nil where all that the file shows of the partition is of this moment.
    var reason: String?

    /// The sweeps in a file: by partition, and by moment within it. Rows of several moments are pages that were fetched anew
    /// while the list changed: none of them shows the partition whole.
    static func all(of table: ArchivedTable) -> [ArchivedSweep] {
        let cells = ArchiveCells(table.dataset)
        let rows = table.rows.cells
        var groups: [Partition: [Int64: [RowReference]]] = [:]
        var start = 0
        while start < table.rows.rowCount {
            let end = endOfRun(from: start, of: table.rows.rowCount, rows, cells)
            let references = (start..<end).map { RowReference(page: 0, row: $0) }
            let partition = cells.partition(rows, start, of: table.dataset)
            groups[partition, default: [:]][cells.moment(rows, start), default: []] += references
            start = end
        }
        return groups.sorted { "\($0.key)" < "\($1.key)" }.flatMap { partition, moments in
            moments.sorted { $0.key < $1.key }.map { moment, rows in
                let reason = moments.count > 1 ? "pages of \(moments.count) moments in one file" : table.fault
                return ArchivedSweep(partition: partition, observedAt: moment, rows: rows, reason: reason)
            }
        }
    }

    /// Neighbouring rows are mostly of one page.
    private static func endOfRun(from start: Int, of count: Int, _ rows: RowCells, _ cells: ArchiveCells) -> Int {
        var end = start + 1
        let same = cells.partition + [cells.moment]
        while end < count, same.allSatisfy({ rows.compare(start, with: rows, end, cell: $0) == 0 }) { end += 1 }
        return end
    }

    func snapshot(of table: ArchivedTable, at now: Int64) -> Snapshot {
        Snapshot(
            dataset: table.dataset, partition: partition, observedAt: observedAt, fetchedAt: now,
            isComplete: reason == nil, reason: reason, pages: [table.rows], selection: rows)
    }
}

extension ArchiveResult {
    fileprivate mutating func count(_ attempt: Attempt, at moment: Int64) {
        newsFrom = min(newsFrom ?? moment, moment)
        added += attempt.added
        changed += attempt.changed
        removed += attempt.removed
    }
}
