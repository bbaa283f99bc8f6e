import CSQLite
import SQLite

/// Finds what a snapshot changes, and writes it into the dataset's table and history.
struct TableWriter {
    private let sql: TableSQL
    private let connection: Connection
    private let snapshot: Snapshot
    private let batchSize: Int
    /// Whether the partition was never seen whole before.
    private let isFirst: Bool
    private let partition: [Value]
    private let pathValues: [Value]
    /// The statements that change a row, by their fields.
    private var updates: [[Int]: Statement] = [:]

    private(set) var added = 0
    private(set) var changed = 0
    private(set) var removed = 0
    /// The versions closed: first and last `version_id`.
    private(set) var versions: ClosedRange<Int64>?

    var hasWritten: Bool { added + changed + removed > 0 }

    init(_ sql: TableSQL, _ snapshot: Snapshot, _ connection: Connection, batchSize: Int, isFirst: Bool) {
        self.sql = sql
        self.connection = connection
        self.snapshot = snapshot
        self.batchSize = batchSize
        self.isFirst = isFirst
        partition = sql.dataset.partitionColumns.map { snapshot.partition[$0] ?? .null }
        pathValues = sql.dataset.columns.filter(\.isPathParameter).map { snapshot.partition[$0.name] ?? .null }
    }

    mutating func write(_ rows: SortedRows) throws {
        let indexes = try indexesWorthRebuilding(adding: rows.count)
        for index in indexes { try connection.execute("DROP INDEX main.\(quoted(index.name))") }
        var merge = Merge(rows, snapshot, sql, limit: batchSize)
        try withUnsafeMutablePointer(to: &merge) { try run($0) }
        updates.removeAll()
        try build(indexes)
    }

    /// Scans and writes in turn: what a batch changes lies in pages that the scan has just read.
    private mutating func run(_ merge: UnsafeMutablePointer<Merge>) throws {
        var isMore = true
        var text = sql.scan
        while isMore {
            let scan = try connection.cached(text)
            try Merge.bind(merge, to: scan, at: 1)
            var index: Int32 = 2
            for value in partition + merge.pointee.last {
                try scan.bind(value, at: index)
                index += 1
            }
            isMore = try scan.step()
            // A sorter would have shown the merge the rows as they lie; it would take what it passed for gone.
            guard scan.count(of: .sorts) == 0 else {
                throw SQLiteError(code: SQLITE_INTERNAL, message: "rows are not in the order of their key", sql: text)
            }
            scan.reset()
            if !isMore { merge.pointee.finish() }
            try write(merge.pointee.batch, merge.pointee)
            merge.pointee.batch.removeAll()
            text = sql.resume
        }
    }

    private mutating func write(_ batch: Merge.Batch, _ merge: Merge) throws {
        try batch.kept.withCells { old throws in
            try close(batch.closing, old)
            try remove(batch.removed, old)
            for change in batch.changed { try write(change, merge, old) }
        }
        try add(batch.added, merge.rows)
        added += batch.added.count
        changed += batch.changed.count
        removed += batch.removed.count
    }

    private mutating func close(_ rows: [RowReference], _ old: RowCells) throws {
        guard !rows.isEmpty else { return }
        let close = try connection.cached(sql.close)
        try bind(snapshot.observedAt, to: close)
        try RowsModule.run(close, pages: [old], order: rows)
        let last = connection.lastInsertRowID
        versions = (versions?.lowerBound ?? last - Int64(rows.count) + 1)...last
    }

    private func remove(_ rows: [Int], _ old: RowCells) throws {
        guard !rows.isEmpty else { return }
        let delete = try connection.cached(sql.delete)
        try bindPartition(delete)
        for row in rows {
            try bindKey(delete, old, row)
            try delete.run()
        }
    }

    private mutating func write(_ change: Merge.Change, _ merge: Merge, _ old: RowCells) throws {
        let fields = merge.fieldSets[change.fields]
        let update = try updates[fields] ?? prepare(fields)
        let (page, row) = (merge.rows.pages[Int(change.row.page)], Int(change.row.row))
        var index = try bindKey(update, page, row)
        for field in fields {
            try page.bind(row, field, to: update, at: index)
            index += 1
        }
        if change.closes {
            try update.bind(integer: snapshot.observedAt, at: index)
        } else {
            // Corrected in place, it keeps its own beginning.
            try old.bind(change.old, sql.fields.count, to: update, at: index)
        }
        try update.run()
    }

    /// Held for all rows: most changes are of the same few sets of fields.
    private mutating func prepare(_ fields: [Int]) throws -> Statement {
        let update = try connection.cached(sql.update(fields))
        try bindPartition(update)
        if updates.count < 16 { updates[fields] = update }
        return update
    }

    private func add(_ rows: [RowReference], _ sorted: SortedRows) throws {
        guard !rows.isEmpty else { return }
        let insert = try connection.cached(sql.insert)
        // The first build of an export holds since ever as a whole: what it lacks began with a later one.
        let holdsSinceEver = sql.dataset.lifetime == .build && isFirst
        try bind(holdsSinceEver ? 0 : snapshot.observedAt, to: insert)
        try RowsModule.run(insert, pages: sorted.pages, order: rows)
    }

    // MARK: Parameters

    private func bindPartition(_ statement: Statement) throws {
        var index: Int32 = 1
        for value in partition {
            try statement.bind(value, at: index)
            index += 1
        }
    }

    /// Behind the partition's values.
    /// - Returns: the next parameter.
    @discardableResult
    private func bindKey(_ statement: Statement, _ page: RowCells, _ row: Int) throws -> Int32 {
        var index = Int32(partition.count + 1)
        for cell in sql.rowKey {
            try page.bind(row, cell, to: statement, at: index)
            index += 1
        }
        return index
    }

    /// The moment and the path parameters of a statement that reads rows from memory.
    private func bind(_ moment: Int64, to statement: Statement) throws {
        try statement.bind(integer: moment, at: 2)
        var index: Int32 = 3
        for value in pathValues {
            try statement.bind(value, at: index)
            index += 1
        }
    }

    // MARK: Indexes

    /// Building an index behind the rows is several times faster than keeping it while they come.
    private func indexesWorthRebuilding(adding rows: Int) throws -> [DatasetIndex] {
        guard rows >= 10_000 else { return [] }
        let isEmpty = try connection.value("SELECT 1 FROM \(sql.table) LIMIT 1") == nil
        return isEmpty ? sql.indexes : []
    }

    /// SQLite sorts in runs as large as its page cache may be. Those that fit the processor's take half the time.
    private func build(_ indexes: [DatasetIndex]) throws {
        guard !indexes.isEmpty else { return }
        try connection.execute("PRAGMA main.cache_size = -2048")
        for index in indexes { try connection.execute(index.sql) }
        // Where one fails, the snapshot does, and the next one does with less.
        try connection.execute(Warehouse.cacheSize)
    }
}
