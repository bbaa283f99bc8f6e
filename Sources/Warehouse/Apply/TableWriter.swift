import CSQLite
import SQLite

/// Writes the difference of one snapshot into its table and history.
struct TableWriter {
    let sql: TableSQL
    let connection: Connection
    let snapshot: Snapshot
    /// Whether the partition was never seen whole before.
    private let isFirst: Bool
    private let partition: [Value]
    private let pathValues: [Value]
    /// The versions closed: first and last `version_id`.
    private(set) var versions: ClosedRange<Int64>?
    /// The statement that closes a version, held for all rows.
    private var closing: Statement?

    init(_ sql: TableSQL, _ snapshot: Snapshot, _ connection: Connection, isFirst: Bool) {
        self.isFirst = isFirst
        self.sql = sql
        self.connection = connection
        self.snapshot = snapshot
        partition = sql.dataset.partitionColumns.map { snapshot.partition[$0] ?? .null }
        pathValues = sql.dataset.columns.filter(\.isPathParameter).map { snapshot.partition[$0.name] ?? .null }
    }

    func difference(_ rows: SortedRows) throws -> Difference {
        let stored = try connection.prepare(sql.scan)
        try stored.bind(partition)
        let (observedAt, dataset) = (snapshot.observedAt, sql.dataset)
        // A fact has no beginning: decoding it again corrects it, whenever it was first seen.
        let correctsInPlace = snapshot.isRedecoded && dataset.lifetime.isFact
        return try Difference(
            rows, stored: stored, sql: sql, closesAbsent: snapshot.isComplete && dataset.absence == .closes,
            closes: { validFrom in !correctsInPlace && validFrom < observedAt })
    }

    mutating func write(_ difference: Difference) throws {
        let indexes = try indexesWorthRebuilding(adding: difference.added.count)
        for index in indexes { try connection.execute("DROP INDEX main.\(quoted(index.name))") }
        try remove(difference.removed)
        try change(difference.changed)
        try add(difference.added)
        for index in indexes { try connection.execute(index.sql) }
    }

    /// Building an index behind the rows is several times faster than keeping it while they come.
    private func indexesWorthRebuilding(adding rows: Int) throws -> [DatasetIndex] {
        guard rows >= 10_000 else { return [] }
        let isEmpty = try connection.value("SELECT 1 FROM main.\(quoted(sql.dataset.name)) LIMIT 1") == nil
        return isEmpty ? sql.dataset.indexes : []
    }

    private mutating func remove(_ removals: [Difference.Removal]) throws {
        guard !removals.isEmpty else { return }
        let delete = try connection.cached(sql.delete)
        for removal in removals {
            if removal.closes { try close(removal.key) }
            try delete.bind(partition + removal.key)
            try delete.run()
        }
    }

    private mutating func change(_ changes: [Difference.Change]) throws {
        // Held for all rows: most changes are of the same few sets of fields.
        var updates: [[Int]: Statement] = [:]
        for change in changes {
            let page = snapshot.pages[Int(change.row.page)]
            let key = sql.rowKey.map { page.value(Int(change.row.row), $0) }
            if change.closes { try close(key) }
            let update = try updates[change.fields] ?? connection.cached(sql.update(change.fields))
            if updates.count < 16 { updates[change.fields] = update }
            var index: Int32 = 1
            for field in change.fields {
                try bind(page, Int(change.row.row), field, update, index)
                index += 1
            }
            let began = change.closes ? snapshot.observedAt : try beginning(key)
            try update.bind(.integer(began), at: index)
            for value in partition + key {
                index += 1
                try update.bind(value, at: index)
            }
            try update.run()
        }
    }

    /// What a row corrected in place keeps: its own beginning.
    private func beginning(_ key: [Value]) throws -> Int64 {
        let condition = (sql.dataset.partitionColumns + sql.dataset.rowKey).map { quoted($0) + " = ?" }
        let rest = condition.isEmpty ? "" : " WHERE " + condition.joined(separator: " AND ")
        let text = "SELECT valid_from FROM main.\(quoted(sql.dataset.name))\(rest)"
        return try connection.value(text, partition + key)?.integer ?? snapshot.observedAt
    }

    private mutating func close(_ key: [Value]) throws {
        let close = try closing ?? connection.cached(sql.close)
        closing = close
        try close.bind([.integer(snapshot.observedAt)] + partition + key)
        try close.run()
        let version = connection.lastInsertRowID
        versions = (versions?.lowerBound ?? version)...version
    }

    private func add(_ rows: [RowReference]) throws {
        guard !rows.isEmpty else { return }
        let insert = try connection.cached(sql.insert)
        for (index, value) in pathValues.enumerated() { try insert.bind(value, at: Int32(index + 1)) }
        let first = Int32(pathValues.count + 1)
        let last = first + Int32(sql.fields.count)
        for row in rows {
            let page = snapshot.pages[Int(row.page)]
            for cell in 0..<sql.fields.count { try bind(page, Int(row.row), cell, insert, first + Int32(cell)) }
            try insert.check(sqlite3_bind_int64(insert.handle, last, try validFrom(page, Int(row.row))))
            try insert.run()
        }
    }

    /// A fact that was never seen before holds since ever (DESIGN, "As of"); any other row since it was observed. The
    /// first build of an export holds since ever as a whole: what it lacks began with a later one.
    private func validFrom(_ page: DecodedRows, _ row: Int) throws -> Int64 {
        switch sql.dataset.lifetime {
        case .changing: return snapshot.observedAt
        case .build: return isFirst ? 0 : snapshot.observedAt
        case .once, .refresh:
            let key = sql.rowKey.map { page.value(row, $0) }
            return try connection.value(sql.hasHistory, partition + key) == nil ? 0 : snapshot.observedAt
        }
    }

    private func bind(_ page: DecodedRows, _ row: Int, _ cell: Int, _ statement: Statement, _ index: Int32) throws {
        let bits = page.bits(row, cell)
        let code =
            switch page.tag(row, cell) {
            case CellTag.integer: sqlite3_bind_int64(statement.handle, index, Int64(bitPattern: bits))
            case CellTag.real: sqlite3_bind_double(statement.handle, index, Double(bitPattern: bits))
            case CellTag.text:
                // The page outlives the step.
                page.text(bits).withMemoryRebound(to: CChar.self) {
                    esiwh_bind_static_text(statement.handle, index, $0.baseAddress, UInt64($0.count))
                }
            default: sqlite3_bind_null(statement.handle, index)
            }
        try statement.check(code)
    }
}
