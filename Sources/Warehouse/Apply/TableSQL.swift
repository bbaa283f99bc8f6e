/// The statements that keep a dataset's table and its history.
///
/// Those that write say OR FAIL: one that fails ends the whole transaction anyway, so SQLite need not copy each page for
/// undoing that statement alone.
struct TableSQL {
    let dataset: Dataset
    /// The columns that an answer gives, in the order of a decoded row's cells.
    let fields: [DatasetColumn]
    /// Indexes into `fields` of the key that tells a partition's rows apart.
    let rowKey: [Int]

    /// A partition's rows in key order: the fields, then `valid_from`.
    let scan: String
    /// Bound: the path parameters, the fields, `valid_from`.
    let insert: String
    /// Bound: `valid_to`, then the row.
    let close: String
    /// Bound: the row.
    let delete: String
    /// Whether a row ever had a version that ended.
    let hasHistory: String
    private let table: String
    /// Bound: the partition's values, then the row key's.
    private let ofRow: String

    init(_ dataset: Dataset) {
        self.dataset = dataset
        let fields = dataset.columns.filter { !$0.isPathParameter }
        self.fields = fields
        rowKey = dataset.rowKey.compactMap { key in fields.firstIndex { $0.name == key } }
        let (table, history) = ("main.\(quoted(dataset.name))", "main.\(quoted(dataset.historyName))")
        let ofRow = Self.condition(dataset.partitionColumns + dataset.rowKey)
        let columns = Self.list(dataset.columns.map(\.name) + ["valid_from"])
        let order = rowKey.isEmpty ? "" : " ORDER BY \(Self.list(dataset.rowKey))"
        let scanned = Self.list(fields.map(\.name) + ["valid_from"])
        scan = "SELECT \(scanned) FROM \(table)\(Self.condition(dataset.partitionColumns))\(order)"
        let names = dataset.columns.filter(\.isPathParameter).map(\.name) + fields.map(\.name) + ["valid_from"]
        let marks = names.map { _ in "?" }.joined(separator: ", ")
        insert = "INSERT OR FAIL INTO \(table) (\(Self.list(names))) VALUES (\(marks))"
        close = "INSERT OR FAIL INTO \(history) (\(columns), valid_to) SELECT \(columns), ? FROM \(table)\(ofRow)"
        delete = "DELETE FROM \(table)\(ofRow)"
        hasHistory = "SELECT 1 FROM \(history)\(ofRow) LIMIT 1"
        self.table = table
        self.ofRow = ofRow
    }

    /// Bound: the changed fields in order, `valid_from`, then the row. Naming only what changed spares the indexes.
    func update(_ changed: [Int]) -> String {
        let names = changed.map { fields[$0].name } + ["valid_from"]
        return "UPDATE OR FAIL \(table) SET \(names.map { quoted($0) + " = ?" }.joined(separator: ", "))\(ofRow)"
    }

    private static func list(_ names: [String]) -> String { names.map(quoted).joined(separator: ", ") }

    private static func condition(_ names: [String]) -> String {
        names.isEmpty ? "" : " WHERE " + names.map { quoted($0) + " = ?" }.joined(separator: " AND ")
    }
}

/// A name as SQL writes it whatever it holds.
func quoted(_ name: String) -> String {
    "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
}
