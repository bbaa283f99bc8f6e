/// The statements that keep a dataset's table and its history.
struct TableSQL {
    let dataset: Dataset
    /// The columns that an answer gives, in the order of a decoded row's cells.
    let fields: [DatasetColumn]
    /// Indexes into `fields` of the key that tells a partition's rows apart.
    let rowKey: [Int]

    init(_ dataset: Dataset) {
        self.dataset = dataset
        fields = dataset.columns.filter { !$0.isPathParameter }
        rowKey = dataset.rowKey.compactMap { key in
            dataset.columns.filter { !$0.isPathParameter }.firstIndex { $0.name == key }
        }
    }

    private var table: String { "main.\(quoted(dataset.name))" }
    private var history: String { "main.\(quoted(dataset.historyName))" }
    private var isOfPartition: String { conjunction(dataset.partitionColumns) }
    /// Bound: the partition's values, then the row key's.
    private var isRow: String { conjunction(dataset.partitionColumns + dataset.rowKey) }
    private var columns: String { list(dataset.columns.map(\.name) + ["valid_from"]) }

    /// A partition's rows in key order: the fields, then `valid_from`.
    var scan: String {
        let order = rowKey.isEmpty ? "" : " ORDER BY \(list(dataset.rowKey))"
        return "SELECT \(list(fields.map(\.name) + ["valid_from"])) FROM \(table)\(condition(isOfPartition))\(order)"
    }

    /// Bound: the path parameters, the fields, `valid_from`.
    var insert: String {
        let names = dataset.columns.filter(\.isPathParameter).map(\.name) + fields.map(\.name) + ["valid_from"]
        return "INSERT INTO \(table) (\(list(names))) VALUES (\(list(names.map { _ in "?" }, quoting: false)))"
    }

    /// Bound: `valid_to`, then the row.
    var close: String {
        "INSERT INTO \(history) (\(columns), valid_to) SELECT \(columns), ? FROM \(table)\(condition(isRow))"
    }

    /// Bound: the changed fields in order, `valid_from`, then the row. Naming only what changed spares the indexes.
    func update(_ changed: [Int]) -> String {
        let names = changed.map { fields[$0].name } + ["valid_from"]
        return "UPDATE \(table) SET \(names.map { quoted($0) + " = ?" }.joined(separator: ", "))\(condition(isRow))"
    }

    var delete: String { "DELETE FROM \(table)\(condition(isRow))" }

    /// Whether a row ever had a version that ended.
    var hasHistory: String { "SELECT 1 FROM \(history)\(condition(isRow)) LIMIT 1" }

    private func list(_ names: [String], quoting: Bool = true) -> String {
        names.map { quoting ? quoted($0) : $0 }.joined(separator: ", ")
    }

    private func conjunction(_ names: [String]) -> String {
        names.map { quoted($0) + " = ?" }.joined(separator: " AND ")
    }

    private func condition(_ text: String) -> String { text.isEmpty ? "" : " WHERE " + text }
}

/// A name as SQL writes it whatever it holds.
func quoted(_ name: String) -> String {
    "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
}
