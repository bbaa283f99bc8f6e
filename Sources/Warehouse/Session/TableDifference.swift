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
    /// Compares a table at two moments. Only versions that began or ended between them are read.
    /// - Parameter condition: SQL over the table's columns; a row counts that meets it at either moment.
    /// - Throws: `TableUsageError` for moments in the wrong order, SQLite's error for a condition that does not run.
    public func difference(
        of table: String, from: Int64, to: Int64, where condition: String? = nil
    ) throws -> TableDifference {
        let dataset = try dataset(named: table)
        guard from <= to else { throw TableUsageError("--from lies behind --to") }
        let old = try rows(dataset, condition, Self.endedBetween, from, to)
        let new = try rows(dataset, condition, Self.begunBetween, from, to)
        var entries: [TableDifference.Entry] = []
        for (key, row) in old {
            guard let other = new[key] else {
                if row.meets { entries.append(Self.entry(.removed, key, row.values, nil, dataset)) }
                continue
            }
            guard row.meets || other.meets, row.values != other.values else { continue }
            entries.append(Self.entry(.changed, key, row.values, other.values, dataset))
        }
        for (key, row) in new where old[key] == nil && row.meets {
            entries.append(Self.entry(.added, key, nil, row.values, dataset))
        }
        return TableDifference(dataset: dataset, entries: entries.sorted { Self.isBefore($0.key, $1.key) })
    }

    /// Alive at the earlier moment, ended by the later one.
    private static let endedBetween = "valid_from <= ?1 AND valid_to > ?1 AND valid_to <= ?2"
    /// Begun behind the earlier moment, alive at the later one.
    private static let begunBetween = "valid_from > ?1 AND valid_from <= ?2 AND (valid_to IS NULL OR valid_to > ?2)"

    private func rows(
        _ dataset: Dataset, _ condition: String?, _ test: String, _ from: Int64, _ to: Int64
    ) throws(SQLiteError) -> [[Value]: (values: [Value], meets: Bool)] {
        let columns = dataset.columns.map { quoted($0.name) }.joined(separator: ", ")
        // A fact has no beginning, so that it never appears as added.
        let statement = try connection.prepare(
            """
            SELECT \(columns), coalesce(\(condition.map { "(\($0)\n)" } ?? "1"), 0)
            FROM \(quoted(dataset.versionsName)) WHERE \(test)
            """)
        try statement.bind([.integer(from), .integer(to)])
        let keyPlaces = dataset.key.compactMap { key in dataset.columns.firstIndex { $0.name == key } }
        var rows: [[Value]: (values: [Value], meets: Bool)] = [:]
        while try statement.step() {
            let row = statement.row
            let values = Array(row.dropLast())
            let meets = row.last?.integer ?? row.last?.real.map { Int64($0) } ?? 0
            rows[keyPlaces.map { values[$0] }] = (values, meets != 0)
        }
        return rows
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

    private static func isBefore(_ left: [Value], _ right: [Value]) -> Bool {
        for (left, right) in zip(left, right) where left != right {
            if let left = left.integer, let right = right.integer { return left < right }
            return left.plainText < right.plainText
        }
        return false
    }
}
