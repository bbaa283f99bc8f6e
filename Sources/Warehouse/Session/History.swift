public import SQLite

/// Every version of the rows that a key names.
public struct RowHistory: Sendable {
    public struct Version: Sendable, Hashable {
        /// In the order of `columns`.
        public var values: [Value]
        public var validFrom: Int64
        /// nil: it still holds.
        public var validTo: Int64?
        /// Columns that differ from the row's version before; empty for its first.
        public var changed: [String]
    }

    public var dataset: Dataset
    public var columns: [DatasetColumn]
    /// By key, oldest first.
    public var versions: [Version]
}

/// A table or key that there is not.
public struct TableUsageError: Error, Equatable, Sendable, CustomStringConvertible {
    public var description: String

    public init(_ description: String) {
        self.description = description
    }
}

extension Session {
    /// The dataset of a table.
    /// - Throws: `TableUsageError` naming those that there are.
    public func dataset(named table: String) throws(TableUsageError) -> Dataset {
        if let dataset = catalogue.dataset(table) { return dataset }
        let names = catalogue.datasets.map(\.name).joined(separator: ", ")
        throw TableUsageError("no table \(table) with versions; there are \(names)")
    }

    /// Every version of a row; as of a past moment, those begun by then.
    /// - Parameter key: the key's values in its order (docs name it), or `column=value` for some of its columns.
    public func history(of table: String, key: [String]) throws -> RowHistory {
        let dataset = try dataset(named: table)
        let conditions = try Self.conditions(key, dataset)
        let names = dataset.columns.map { quoted($0.name) } + ["valid_from", "valid_to"]
        let test = conditions.map { quoted($0.column) + " = ?" }.joined(separator: " AND ")
        let order = (dataset.key.map(quoted) + ["valid_from"]).joined(separator: ", ")
        let statement = try connection.prepare(
            "SELECT \(names.joined(separator: ", ")) FROM \(quoted(dataset.versionsName)) WHERE \(test) ORDER BY \(order)"
        )
        try statement.bind(conditions.map(\.value))
        let keyPlaces = dataset.key.compactMap { key in dataset.columns.firstIndex { $0.name == key } }
        var versions: [RowHistory.Version] = []
        while try statement.step() {
            let row = statement.row
            let values = Array(row.prefix(dataset.columns.count))
            var changed: [String] = []
            if let last = versions.last, keyPlaces.allSatisfy({ last.values[$0] == values[$0] }) {
                changed = dataset.columns.indices.filter { last.values[$0] != values[$0] }
                    .map { dataset.columns[$0].name }
            }
            versions.append(
                RowHistory.Version(
                    values: values, validFrom: row[values.count].integer ?? 0, validTo: row[values.count + 1].integer,
                    changed: changed))
        }
        return RowHistory(dataset: dataset, columns: dataset.columns, versions: versions)
    }

    private static func conditions(
        _ key: [String], _ dataset: Dataset
    ) throws(TableUsageError) -> [(column: String, value: Value)] {
        let keyText = dataset.key.joined(separator: " ")
        let isNamed = !key.isEmpty && key.allSatisfy { $0.contains("=") }
        guard isNamed || key.count == dataset.key.count else {
            throw TableUsageError("the key of \(dataset.name) is \(keyText): give a value for each, or column=value")
        }
        var conditions: [(column: String, value: Value)] = []
        for (index, text) in key.enumerated() {
            let halves = isNamed ? text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false) : []
            let name = isNamed ? String(halves[0]) : dataset.key[index]
            guard dataset.key.contains(name), let column = dataset.column(name) else {
                throw TableUsageError("\(name) is not in the key of \(dataset.name), which is \(keyText)")
            }
            guard let value = Value(plainText: isNamed ? String(halves[1]) : text, storage: column.storage) else {
                throw TableUsageError("\(name) takes \(column.storage), not \"\(text)\"")
            }
            conditions.append((name, value))
        }
        return conditions
    }
}
