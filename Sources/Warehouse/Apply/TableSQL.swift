/// The statements that keep a dataset's table and its history.
///
/// Those that write say OR FAIL: one that fails ends the whole transaction anyway, so SQLite need not copy each page for
/// undoing that statement alone. Those that add rows read them from memory (`RowsModule`), all in one run.
struct TableSQL {
    let dataset: Dataset
    /// The columns that an answer gives, in the order of a decoded row's cells.
    let fields: [DatasetColumn]
    /// Indexes into `fields` of the key that tells a partition's rows apart.
    let rowKey: [Int]

    /// Hands a partition's rows to a merge, in key order; a row where that has had enough.
    /// Bound: the merge, the partition's values.
    let scan: String
    /// The same behind a row. Bound besides: its key.
    let resume: String
    /// Bound: the rows, the moment, the path parameters.
    let insert: String
    /// Versions that end. Bound: the rows with their `valid_from`, the moment, the path parameters.
    let close: String
    /// Bound: the partition's values, the row key.
    let delete: String
    let table: String
    /// The table's indexes besides its key's.
    let indexes: [DatasetIndex]
    private let ofRow: String

    /// - Parameter past: whether the tables are those in which sweeps of the archives wait, instead of the dataset's own.
    init(_ dataset: Dataset, past: Bool = false) {
        self.dataset = dataset
        let fields = dataset.columns.filter { !$0.isPathParameter }
        self.fields = fields
        rowKey = dataset.rowKey.compactMap { key in fields.firstIndex { $0.name == key } }
        indexes = past ? [] : dataset.indexes
        table = "main.\(quoted(past ? dataset.pastName : dataset.name))"
        let history = "main.\(quoted(past ? dataset.pastHistoryName : dataset.historyName))"
        ofRow = Self.condition(dataset.partitionColumns + dataset.rowKey)
        delete = "DELETE FROM \(table)\(ofRow)"
        let columns = Self.list(fields.map(\.name) + ["valid_from"])
        scan = Self.scan(dataset, table, columns)
        resume = Self.scan(dataset, table, columns, behind: true)
        insert = Self.insertion(dataset, table, history, fields)
        close = Self.closing(dataset, history, fields)
    }

    /// Bound: the partition's values, the row key, the changed fields in order, `valid_from`. Naming only what changed
    /// spares the indexes.
    func update(_ changed: [Int]) -> String {
        var number = dataset.partitionColumns.count + rowKey.count
        let names = (changed.map { fields[$0].name } + ["valid_from"]).map { name in
            number += 1
            return "\(quoted(name)) = ?\(number)"
        }
        return "UPDATE OR FAIL \(table) SET \(names.joined(separator: ", "))\(ofRow)"
    }

    /// The merge must see the rows in key order: the primary key's index gives both the partition and the order, so that
    /// SQLite has nothing to sort behind the function.
    private static func scan(
        _ dataset: Dataset, _ table: String, _ columns: String, behind: Bool = false
    ) -> String {
        let key = dataset.rowKey
        var condition = condition(dataset.partitionColumns, from: 2)
        condition += condition.isEmpty ? " WHERE " : " AND "
        if behind, !key.isEmpty {
            let marks = key.indices.map { "?\($0 + 2 + dataset.partitionColumns.count)" }.joined(separator: ", ")
            condition += "(\(list(key))) > (\(marks)) AND "
        }
        let order = key.isEmpty ? "" : " ORDER BY \(list(key))"
        return "SELECT 1 FROM \(table)\(condition)\(Merge.function)(?1, \(columns))\(order)"
    }

    private static func insertion(
        _ dataset: Dataset, _ table: String, _ history: String, _ fields: [DatasetColumn]
    ) -> String {
        let path = dataset.columns.filter(\.isPathParameter).map(\.name)
        let cells = fields.indices.map { "c\($0)" }
        var begin = "?2"
        switch dataset.lifetime {
        case .changing, .build: break
        case .once, .refresh:
            // A fact that was never seen before holds since ever (DESIGN, "As of"); any other row since it was observed.
            let same = dataset.key.map { name in
                let value =
                    path.firstIndex(of: name).map { "?\($0 + 3)" }
                    ?? "c\(fields.firstIndex { $0.name == name } ?? 0)"
                return "h.\(quoted(name)) = \(value)"
            }
            begin = "iif(EXISTS (SELECT 1 FROM \(history) AS h WHERE \(same.joined(separator: " AND "))), ?2, 0)"
        }
        let values = path.indices.map { "?\($0 + 3)" } + cells + [begin]
        return "INSERT OR FAIL INTO \(table) (\(list(path + fields.map(\.name) + ["valid_from"]))) "
            + "SELECT \(values.joined(separator: ", ")) FROM \(RowsModule.name(columns: fields.count))(?1)"
    }

    private static func closing(_ dataset: Dataset, _ history: String, _ fields: [DatasetColumn]) -> String {
        let path = dataset.columns.filter(\.isPathParameter).map(\.name)
        let columns = path + fields.map(\.name) + ["valid_from", "valid_to"]
        let values = path.indices.map { "?\($0 + 3)" } + (0...fields.count).map { "c\($0)" } + ["?2"]
        return "INSERT OR FAIL INTO \(history) (\(list(columns))) "
            + "SELECT \(values.joined(separator: ", ")) FROM \(RowsModule.name(columns: fields.count + 1))(?1)"
    }

    private static func list(_ names: [String]) -> String { names.map(quoted).joined(separator: ", ") }

    private static func condition(_ names: [String], from first: Int = 1) -> String {
        guard !names.isEmpty else { return "" }
        let terms = names.enumerated().map { "\(quoted($1)) = ?\($0 + first)" }
        return " WHERE " + terms.joined(separator: " AND ")
    }
}

/// A name as SQL writes it whatever it holds.
func quoted(_ name: String) -> String {
    "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
}
