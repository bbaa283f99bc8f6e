public import SQLite

// Back-filling: the past is extended, never rewritten (docs/decisions/0008-extending-the-past.md).

extension Warehouse {
    /// Whether a file was read for a dataset, and whole.
    public func isRead(_ file: ArchivedFile.Identity, for dataset: Dataset) throws(SQLiteError) -> Bool {
        try connection.value(
            """
            SELECT 1 FROM main.archive_files
            WHERE dataset = ? AND name = ? AND size = ? AND modified_at = ? AND outcome = 'complete'
            """, [.text(dataset.name), .text(file.name), .integer(file.size), .integer(file.modifiedAt)]) != nil
    }

    /// Names of the files of which something waits for the end of a run.
    public func pendingFiles(of dataset: Dataset) throws(SQLiteError) -> [String] {
        try connection.query(
            "SELECT name FROM main.archive_files WHERE dataset = ? AND is_pending", [.text(dataset.name)]
        ).compactMap { $0[0].text }
    }

    /// Puts files of the archives into the warehouse, in one transaction together with the record that they were read.
    /// - Parameter files: oldest first.
    /// - Returns: what became of each file, for each dataset that it has something for.
    public func keep(_ files: [ArchivedFile], run: Int64?, at now: Int64) throws -> [ArchiveResult] {
        try connection.transaction {
            var results: [ArchiveResult] = []
            for dataset in catalogue.datasets {
                var tables: [(file: ArchivedFile.Identity, table: ArchivedTable)] = []
                for file in files {
                    tables += file.tables.filter { $0.dataset.name == dataset.name }.map { (file.identity, $0) }
                }
                guard let first = tables.first else { continue }
                let kept = try first.table.isJudgedByRow ? keepRows(tables, run, now) : keepSweeps(tables, run, now)
                for (result, entry) in zip(kept, tables) { try record(result, entry.file, run, now) }
                results += kept
            }
            return results
        }
    }

    private typealias Tables = [(file: ArchivedFile.Identity, table: ArchivedTable)]

    private func keepRows(_ tables: Tables, _ run: Int64?, _ now: Int64) throws -> [ArchiveResult] {
        let dataset = tables[0].table.dataset
        var writer = try PastRows(dataset, tableSQL(dataset), horizon: horizon(of: dataset.name), connection)
        try writer.write(tables.map(\.table.rows), files: tables.map(\.file.name))
        var results = writer.results
        let cells = ArchiveCells(dataset)
        for (index, entry) in tables.enumerated() {
            results[index].fault = entry.table.fault
            let rows = entry.table.rows
            let moments = (0..<rows.rowCount).lazy.map { cells.moment(rows.cells, $0) }
            var attempt = Attempt(entry.table.fault == nil ? .complete : .partial, reason: entry.table.fault)
            attempt.rows = rows.rowCount
            attempt.added = results[index].added
            attempt.changed = results[index].changed
            // One row a file: a partition each would be a hundred thousand.
            let facts = AttemptFacts(
                dataset: dataset.name, partition: "archive=\(entry.file.name)", observedAt: moments.max(),
                fetchedAt: now, pages: 1, bytes: Int(entry.file.size))
            try insert(attempt, facts, run, index == tables.count - 1 ? writer.versions : nil)
            if attempt.added + attempt.changed > 0, let first = moments.min() { try rollAnew(dataset, since: first) }
        }
        return results
    }

    private func keepSweeps(_ tables: Tables, _ run: Int64?, _ now: Int64) throws -> [ArchiveResult] {
        try tables.map { file, table in
            var result = ArchiveResult(dataset: table.dataset.name, file: file.name)
            result.fault = table.fault
            do {
                try applySweeps(table, &result, run: run, at: now)
            } catch let error as DecodeError {
                result.fault = "\(error)"
            }
            return result
        }
    }

    private func record(
        _ result: ArchiveResult, _ file: ArchivedFile.Identity, _ run: Int64?, _ now: Int64
    ) throws(SQLiteError) {
        let outcome = result.fault == nil ? "complete" : result.rows > 0 ? "partial" : "failed"
        try connection.run(
            """
            INSERT OR REPLACE INTO main.archive_files (
                dataset, name, size, modified_at, read_at, run, outcome, reason, rows, is_pending)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .text(result.dataset), .text(file.name), .integer(file.size), .integer(file.modifiedAt),
                .integer(now), run.sqlValue, .text(outcome), result.fault.sqlValue, .integer(Int64(result.rows)),
                .integer(result.isPending ? 1 : 0),
            ])
    }
}
