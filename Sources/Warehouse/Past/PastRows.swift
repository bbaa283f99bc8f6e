import SQLite

/// Puts rows of the archives into a dataset's table and history, each judged by what is known of its key.
///
/// What is known of a key is an interval: from its first version's beginning to the last moment at which it was observed. A row of
/// the archives about a moment before it becomes a version that ends where the interval begins; one about a moment behind it
/// is news as any other; one about a moment inside changes nothing (invariant 6). No version that is there is
/// altered, but for the current one ending when news comes.
struct PastRows {
    let dataset: Dataset
    let connection: Connection
    private let cells: ArchiveCells
    private let live: LiveObservations
    private let sql: TableSQL
    private let statements: Statements
    /// Versions that ended by then are gone, and rows about moments before it are not kept.
    private let horizon: Int64?
    /// Whether a key without a current row may have had one.
    private let mayHaveEnded: Bool
    /// What became of each page's rows.
    private(set) var results: [ArchiveResult] = []
    /// The versions written into the history: first and last `version_id`.
    private(set) var versions: ClosedRange<Int64>?

    private struct Statements {
        let insert: Statement
        let current: Statement
        let earliest: Statement
        let extend: Statement
        let close: Statement
    }

    init(_ dataset: Dataset, _ sql: TableSQL, horizon: Int64?, _ connection: Connection) throws(SQLiteError) {
        self.horizon = horizon
        self.dataset = dataset
        self.connection = connection
        self.sql = sql
        cells = ArchiveCells(dataset)
        live = LiveObservations(dataset, connection)
        let (table, history) = ("main.\(quoted(dataset.name))", "main.\(quoted(dataset.historyName))")
        func list(_ names: [String]) -> String { names.map(quoted).joined(separator: ", ") }
        let names = dataset.columns.map(\.name) + ["valid_from"]
        let marks = names.map { _ in "?" }.joined(separator: ", ")
        let ofKey = " WHERE " + dataset.key.map { quoted($0) + " = ?" }.joined(separator: " AND ")
        statements = Statements(
            insert: try connection.cached(
                "INSERT INTO \(table) (\(list(names))) VALUES (\(marks)) ON CONFLICT (\(list(dataset.key))) DO NOTHING"),
            current: try connection.cached(
                "SELECT \(list(sql.fields.map(\.name) + ["valid_from"])) FROM \(table)\(ofKey)"),
            earliest: try connection.cached("SELECT min(valid_from), max(valid_to) FROM \(history)\(ofKey)"),
            extend: try connection.cached(
                "INSERT OR FAIL INTO \(history) (\(list(names)), valid_to) VALUES (\(marks), ?)"),
            close: try connection.cached(
                "INSERT OR FAIL INTO \(history) (\(list(names)), valid_to) SELECT \(list(names)), ? FROM \(table)\(ofKey)"
            ))
        let ended = try connection.value("SELECT 1 FROM \(history) LIMIT 1")
        mayHaveEnded = dataset.absence == .closes && ended != nil
    }

    mutating func write(_ tables: [DecodedRows], files: [String]) throws {
        results = files.map { ArchiveResult(dataset: dataset.name, file: $0) }
        for (index, table) in tables.enumerated() { results[index].rows = table.rowCount }
        let order = KeyOrder(tables, cells)
        var start = 0
        while start < order.entries.count {
            let end = order.endOfKey(from: start)
            try write(order.entries[start..<end], order.pages)
            start = end
        }
    }

    // MARK: One key

    private typealias Entries = ArraySlice<KeyOrder.Entry>

    private mutating func write(_ entries: Entries, _ pages: [RowCells]) throws {
        var entries = entries
        if dataset.lifetime.isFact { return try writeFact(entries, pages) }
        if let horizon {
            for entry in entries where entry.moment < horizon { results[Int(entry.page)].pruned += 1 }
            entries = ArraySlice(entries.filter { $0.moment >= horizon })
            guard !entries.isEmpty else { return }
        }
        if !mayHaveEnded, dataset.absence == .keeps, let first = entries.first {
            // Most rows of an archive are about a day that nobody saw: then the key is not there.
            if try insert(first, pages, validFrom: first.moment) {
                results[Int(first.page)].added += 1
                entries.removeFirst()
                for entry in entries { try follow(entry, pages) }
                return
            }
        }
        let known = try known(entries[entries.startIndex], pages)
        // The newest first: each ends where the next one begins.
        var bound = known.first
        for entry in entries.reversed() {
            guard let end = bound, entry.moment < end else { continue }
            try extend(entry, pages, to: end)
            bound = entry.moment
        }
        for entry in entries where known.first == nil || entry.moment >= known.first! {
            if entry.moment > known.gone {
                if try insert(entry, pages, validFrom: entry.moment) {
                    results[Int(entry.page)].added += 1
                } else {
                    try follow(entry, pages)
                }
            } else {
                results[Int(entry.page)].known += 1
            }
        }
    }

    /// A fact that was never seen before holds since ever; one that is there never changes.
    private mutating func writeFact(_ entries: Entries, _ pages: [RowCells]) throws {
        for entry in entries {
            let isNew = try known(entry, pages).first == nil
            let isInserted = try isNew && insert(entry, pages, validFrom: 0)
            if isInserted { results[Int(entry.page)].added += 1 } else { results[Int(entry.page)].known += 1 }
        }
    }

    private struct Known {
        /// Where what is known of the key begins; nil where nothing is.
        var first: Int64?
        /// Until when it is known that there is no row now.
        var gone = Int64.min
    }

    private func known(_ entry: KeyOrder.Entry, _ pages: [RowCells]) throws -> Known {
        let (page, row) = (pages[Int(entry.page)], Int(entry.row))
        try bindKey(page, row, statements.earliest, from: 1)
        defer { statements.earliest.reset() }
        _ = try statements.earliest.step()
        var known = Known()
        if !statements.earliest.isNull(0) { known.first = statements.earliest.int64(0) }
        let ended = statements.earliest.isNull(1) ? nil : statements.earliest.int64(1)
        let current = try current(page, row)
        known.first = known.first ?? current
        if current == nil, let ended { known.gone = ended }
        // Since ingest has looked, a row that it did not have was not there.
        if dataset.absence == .closes, let bounds = try live.bounds(cells.partition(page, row, of: dataset)) {
            known.first = min(known.first ?? bounds.lowerBound, bounds.lowerBound)
            if current == nil { known.gone = max(known.gone, bounds.upperBound) }
        }
        return known
    }

    /// The beginning of the current row; nil where there is none.
    private func current(_ page: RowCells, _ row: Int) throws(SQLiteError) -> Int64? {
        try bindKey(page, row, statements.current, from: 1)
        defer { statements.current.reset() }
        return try statements.current.step() ? statements.current.int64(sql.fields.count) : nil
    }

    // MARK: Writing

    private func insert(
        _ entry: KeyOrder.Entry, _ pages: [RowCells], validFrom: Int64
    ) throws(SQLiteError) -> Bool {
        try bindRow(entry, pages, statements.insert, validFrom)
        let changes = connection.totalChanges
        try statements.insert.run()
        return connection.totalChanges > changes
    }

    private mutating func extend(_ entry: KeyOrder.Entry, _ pages: [RowCells], to end: Int64) throws {
        try bindRow(entry, pages, statements.extend, entry.moment)
        try statements.extend.bind(integer: end, at: Int32(cells.columns.count + 2))
        try statements.extend.run()
        note(connection.lastInsertRowID)
        results[Int(entry.page)].added += 1
    }

    /// A row about a key that has a current one.
    private mutating func follow(_ entry: KeyOrder.Entry, _ pages: [RowCells]) throws {
        let (page, row) = (pages[Int(entry.page)], Int(entry.row))
        try bindKey(page, row, statements.current, from: 1)
        var (fields, began): ([Int], Int64) = ([], .max)
        if try statements.current.step() {
            fields = sql.fields.indices.filter { page.value(row, $0) != statements.current.value($0) }
            began = statements.current.int64(sql.fields.count)
        }
        statements.current.reset()
        guard !fields.isEmpty, entry.moment > began,
            try !live.hasSeen(cells.partition(page, row, of: dataset), rowBegun: began, at: entry.moment)
        else {
            results[Int(entry.page)].known += 1
            return
        }
        try bindKey(page, row, statements.close, from: 2)
        try statements.close.bind(integer: entry.moment, at: 1)
        try statements.close.run()
        note(connection.lastInsertRowID)
        let update = try connection.cached(sql.update(fields))
        // The update's condition is the partition's columns, then the rest of the key.
        var index: Int32 = 1
        for name in dataset.partitionColumns + dataset.rowKey {
            let cell = cells.columns[dataset.columns.firstIndex { $0.name == name } ?? 0]
            try page.bind(row, cell, to: update, at: index)
            index += 1
        }
        for field in fields {
            try page.bind(row, field, to: update, at: index)
            index += 1
        }
        try update.bind(integer: entry.moment, at: index)
        try update.run()
        results[Int(entry.page)].changed += 1
    }

    private mutating func note(_ version: Int64) {
        versions = min(versions?.lowerBound ?? version, version)...version
    }

    private func bindRow(
        _ entry: KeyOrder.Entry, _ pages: [RowCells], _ statement: Statement, _ validFrom: Int64
    ) throws(SQLiteError) {
        let page = pages[Int(entry.page)]
        var index: Int32 = 1
        for cell in cells.columns {
            try page.bind(Int(entry.row), cell, to: statement, at: index)
            index += 1
        }
        try statement.bind(integer: validFrom, at: index)
    }

    private func bindKey(
        _ page: RowCells, _ row: Int, _ statement: Statement, from first: Int32
    ) throws(SQLiteError) {
        for (offset, cell) in cells.key.enumerated() {
            try page.bind(row, cell, to: statement, at: first + Int32(offset))
        }
    }
}

/// What ingest has observed of a dataset's partitions.
final class LiveObservations {
    private let dataset: Dataset
    private let connection: Connection
    private var known: [Partition: ClosedRange<Int64>?] = [:]

    init(_ dataset: Dataset, _ connection: Connection) {
        self.dataset = dataset
        self.connection = connection
    }

    /// The first and the last observation of a partition; nil where it was never observed.
    func bounds(_ partition: Partition) throws(SQLiteError) -> ClosedRange<Int64>? {
        if let bounds = known[partition] { return bounds }
        let row = try connection.query(
            """
            SELECT min(s.observed_at), max(coalesce(p.observed_at, s.observed_at))
            FROM main.snapshots AS s
            LEFT JOIN main.partitions AS p ON p.dataset = s.dataset AND p.partition = s.partition
            WHERE s.dataset = ?1 AND s.partition = ?2 AND s.outcome IN ('complete', 'unchanged', 'partial')
            """, [.text(dataset.name), .text("\(partition)")]
        ).first
        var bounds: ClosedRange<Int64>?
        if let first = row?[0].integer, let last = row?[1].integer { bounds = first...max(first, last) }
        known[partition] = .some(bounds)
        return bounds
    }

    /// Whether the row that began at a moment is ingest's, and ingest has looked again at `moment` or later: then it knows
    /// that nothing had changed.
    func hasSeen(_ partition: Partition, rowBegun began: Int64, at moment: Int64) throws(SQLiteError) -> Bool {
        guard let bounds = try bounds(partition), moment <= bounds.upperBound else { return false }
        return try connection.value(
            "SELECT 1 FROM main.snapshots WHERE dataset = ? AND partition = ? AND observed_at = ?",
            [.text(dataset.name), .text("\(partition)"), .integer(began)]) != nil
    }
}
