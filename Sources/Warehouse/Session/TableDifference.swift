public import SQLite

/// What changed in a table between two moments.
public struct TableDifference: Sendable {
    public enum Kind: String, Sendable { case added, changed, removed }

    public struct Entry: Sendable, Hashable {
        public var kind: Kind
        /// The key's values in its order.
        public var key: [Value]
        /// Of a changed row, the columns that differ; of the others all but the key.
        public var columns: [Change]
    }

    public struct Change: Sendable, Hashable {
        public var column: String
        /// At the earlier moment; nil for an added row.
        public var old: Value?
        /// At the later moment; nil for a removed row.
        public var new: Value?

        public init(column: String, old: Value?, new: Value?) {
            self.column = column
            self.old = old
            self.new = new
        }
    }

    public var dataset: Dataset
    /// By key.
    public var entries: [Entry]
}

extension Session {
    /// Compares a table at two moments. Only versions that began or ended between them are read into memory.
    /// - Parameter condition: SQL over the table's columns; a row counts that meets it at either moment.
    /// - Throws: `TableUsageError` for moments in the wrong order, SQLite's error for a condition that does not run.
    public func difference(
        of table: String, from: Int64, to: Int64, where condition: String? = nil
    ) throws -> TableDifference {
        let dataset = try dataset(named: table)
        guard from <= to else { throw TableUsageError("--from lies behind --to") }
        if let reason = lostPast(of: dataset, at: from, horizon: try horizon(of: dataset)) {
            throw TableUsageError(reason)
        }
        let first = try firstVersion(of: dataset, endedAfter: from)
        var old = try VersionWalk(self, dataset, condition, Self.endedBetween, from, to, first)
        var new = try VersionWalk(self, dataset, condition, Self.begunBetween, from, to, first)
        var entries: [TableDifference.Entry] = []
        // Both come by key: one pass over the two.
        while old.row != nil || new.row != nil {
            let order = Self.order(old.row?.key, new.row?.key)
            let (before, after) = (order <= 0 ? old.row : nil, order >= 0 ? new.row : nil)
            if let entry = Self.entry(before, after, dataset) { entries.append(entry) }
            if order <= 0 { try old.advance() }
            if order >= 0 { try new.advance() }
        }
        return TableDifference(dataset: dataset, entries: entries)
    }

    /// Alive at the earlier moment, ended by the later one.
    private static let endedBetween = "valid_from <= ?1 AND valid_to > ?1 AND valid_to <= ?2"
    /// Begun behind the earlier moment, alive at the later one.
    private static let begunBetween = "valid_from > ?1 AND valid_from <= ?2 AND (valid_to IS NULL OR valid_to > ?2)"

    /// Versions are numbered in the order in which they were closed. Those that ended behind a moment come behind all that
    /// snapshots up to it closed, unless partitions overtook each other: then behind the first of a later snapshot.
    private func firstVersion(of dataset: Dataset, endedAfter moment: Int64) throws(SQLiteError) -> Int64 {
        // What archives told came later than what follows it.
        guard try !hasArchives(dataset) else { return 0 }
        let found = try connection.value(
            """
            SELECT min(
                coalesce(max(last_version_id) FILTER (WHERE observed_at <= ?2), 0) + 1,
                coalesce(min(first_version_id) FILTER (WHERE observed_at > ?2), 9223372036854775807))
            FROM main.snapshots WHERE dataset = ?1 AND first_version_id IS NOT NULL
            """, [.text(dataset.name), .integer(moment)])
        return found?.integer ?? 0
    }

    private func hasArchives(_ dataset: Dataset) throws(SQLiteError) -> Bool {
        // A warehouse that no writing command of this version has opened yet has no such table.
        guard try connection.value("SELECT 1 FROM main.sqlite_schema WHERE name = 'archive_files'") != nil else {
            return false
        }
        let sql = "SELECT 1 FROM main.archive_files WHERE dataset = ? LIMIT 1"
        return try connection.value(sql, [.text(dataset.name)]) != nil
    }

    /// Negative, zero or positive in the order of SQLite; what is not there comes last.
    private static func order(_ left: [Value]?, _ right: [Value]?) -> Int {
        guard let left else { return 1 }
        guard let right else { return -1 }
        for (left, right) in zip(left, right) where left != right {
            switch (left, right) {
            case (.integer(let left), .integer(let right)): return left < right ? -1 : 1
            case (.text(let left), .text(let right)):
                return left.utf8.lexicographicallyPrecedes(right.utf8) ? -1 : 1
            default: return (left.real ?? 0) < (right.real ?? 0) ? -1 : 1
            }
        }
        return 0
    }

    private static func entry(
        _ old: VersionWalk.Row?, _ new: VersionWalk.Row?, _ dataset: Dataset
    ) -> TableDifference.Entry? {
        guard let key = (old ?? new)?.key, old?.meets == true || new?.meets == true, old?.values != new?.values else {
            return nil
        }
        let kind: TableDifference.Kind = old == nil ? .added : new == nil ? .removed : .changed
        return entry(kind, key, old?.values, new?.values, dataset)
    }

    private static func entry(
        _ kind: TableDifference.Kind, _ key: [Value], _ old: [Value]?, _ new: [Value]?, _ dataset: Dataset
    ) -> TableDifference.Entry {
        var changes: [TableDifference.Change] = []
        for (index, column) in dataset.columns.enumerated() where !dataset.key.contains(column.name) {
            if kind == .changed, old?[index] == new?[index] { continue }
            changes.append(TableDifference.Change(column: column.name, old: old?[index], new: new?[index]))
        }
        return TableDifference.Entry(kind: kind, key: key, columns: changes)
    }
}

/// A table's versions of one kind, by key; read one after the other.
private struct VersionWalk {
    struct Row {
        var key: [Value]
        var values: [Value]
        var meets: Bool
    }

    private(set) var row: Row?
    private let statement: Statement
    private let keyPlaces: [Int]

    init(
        _ session: Session, _ dataset: Dataset, _ condition: String?, _ test: String, _ from: Int64, _ to: Int64,
        _ first: Int64
    ) throws(SQLiteError) {
        let columns = dataset.columns.map { quoted($0.name) }.joined(separator: ", ")
        let meets = "coalesce(\(condition.map { "(\($0)\n)" } ?? "1"), 0)"
        let key = dataset.key.map(quoted).joined(separator: ", ")
        // A fact has no beginning, so that it never appears as added.
        statement = try session.connection.prepare(
            """
            SELECT * FROM (
                SELECT \(columns), \(meets) FROM (
                    SELECT \(columns), valid_from, valid_to FROM main.\(quoted(dataset.historyName)) WHERE version_id >= ?3)
                WHERE \(test)
                UNION ALL SELECT \(columns), \(meets) FROM (
                    SELECT \(columns), valid_from, CAST(NULL AS INTEGER) AS valid_to FROM main.\(quoted(dataset.name)))
                WHERE \(test))
            ORDER BY \(key)
            """)
        try statement.bind([.integer(from), .integer(to), .integer(first)])
        keyPlaces = dataset.key.compactMap { key in dataset.columns.firstIndex { $0.name == key } }
        try advance()
    }

    mutating func advance() throws(SQLiteError) {
        guard try statement.step() else {
            row = nil
            return
        }
        var values = statement.row
        let last = values.removeLast()
        let meets = last.integer ?? last.real.map { Int64($0) } ?? 0
        row = Row(key: keyPlaces.map { values[$0] }, values: values, meets: meets != 0)
    }
}
