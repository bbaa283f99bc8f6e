import CSQLite
public import SQLite

/// A connection's view of the past: its TEMP tables of the versioned tables' names show them as of a moment.
///
/// TEMP names win over the database's, so that every statement that names `T` or `T_versions` runs unchanged. Each is a
/// virtual table that hands the statement's constraints down to `main.T` and `main.T_history`, each searched by its own
/// best index (docs/decisions/0004-as-of-virtual-table.md). Views of the database go on showing the present: those that
/// are to follow need a TEMP twin of the same text.
public final class Past {
    /// Unix seconds. A new moment holds for statements that start afterwards.
    public var moment: Int64
    private(set) var shapes: [String: AsOfShape] = [:]
    private var hidden: Set<String> = []
    /// Of the hidden names, those that no TEMP table stands before.
    private var histories: Set<String> = []
    /// Rows of the tables behind that were walked over without an index to enter by.
    var walked = 0
    /// How deep we are in statements of our own on the tables of the database.
    var depth = 0

    init(_ moment: Int64, tables: [String], on connection: Connection) throws(SQLiteError) {
        self.moment = moment
        for table in tables {
            let versioned = try VersionedTable(table, on: connection)
            shapes[table.lowercased()] = AsOfShape(versioned, isVersions: false)
            shapes[table.lowercased() + "_versions"] = AsOfShape(versioned, isVersions: true)
            hidden.formUnion([table.lowercased(), table.lowercased() + "_history"])
        }
        histories = hidden.subtracting(shapes.keys)
    }

    /// Whether the action reads what lies behind the tables, on behalf of somebody else: it would show the present beside
    /// the past. The virtual tables' own statements are prepared at any time on the same connection; they pass.
    public func hides(_ action: Action) -> Bool {
        guard depth == 0, case .read(let table, _, let database) = action else { return false }
        let name = table.lowercased()
        // Where no column is read, SQLite tells the database only if the statement names it.
        return database == "main" ? hidden.contains(name) : database.isEmpty && histories.contains(name)
    }
}

/// Makes `connection` show the tables as of `moment`: for each `T` it makes `temp.T` and `temp.T_versions`, in place of those
/// of an earlier call.
///
/// `T` has the columns and the key of `main.T` and the rows that were valid at the moment: at most one for each key. `T_versions`
/// has the versions begun by then; what ended later, or has not ended, has NULL for `valid_to`. The connection may be
/// open read-only. `main.T` needs `valid_from`, `T_history` the same columns, `valid_to` and `version_id`.
/// - Throws: SQLite's error where a table is not there.
@discardableResult
public func installAsOf(
    _ moment: Int64, tables: [String], on connection: Connection
) throws(SQLiteError) -> Past {
    let asOf = try Past(moment, tables: tables, on: connection)
    let old = try connection.query(
        "SELECT name FROM temp.sqlite_schema WHERE sql LIKE 'CREATE VIRTUAL TABLE % USING \(AsOfModule.name)'")
    for name in old.compactMap({ $0[0].text }) { try connection.execute("DROP TABLE temp.\(quoted(name))") }
    let code = sqlite3_create_module_v2(
        connection.handle, AsOfModule.name, AsOfModule.table, Unmanaged.passRetained(asOf).toOpaque(),
        { $0.map { Unmanaged<Past>.fromOpaque($0).release() } })
    guard code == SQLITE_OK else { throw SQLiteError(code: code, message: "as of: SQLite refuses the module") }
    for table in tables {
        for name in [table, table + "_versions"] {
            try connection.execute("CREATE VIRTUAL TABLE temp.\(quoted(name)) USING \(AsOfModule.name)")
        }
    }
    return asOf
}

/// One of the two virtual tables of a versioned table, and the plans made for it.
final class AsOfShape {
    enum Half {
        case current, history
    }

    let table: VersionedTable
    let isVersions: Bool
    private(set) var plans: [AsOfPlan] = []
    private var planNumbers: [AsOfPlan.Key: Int] = [:]
    /// Positions in `table.columns`, in the order of this table's columns; one past the end is `valid_to`.
    private let order: [Int]

    init(_ table: VersionedTable, isVersions: Bool) {
        self.table = table
        self.isVersions = isVersions
        order = isVersions ? table.versionsOrder : Array(table.columns.indices)
    }

    var columnCount: Int { order.count }
    /// Whether the key tells rows apart; else a rowid is made up.
    var hasIdentity: Bool { table.hasFullKey }

    /// The columns that tell this table's rows apart.
    var identity: Set<Int> {
        guard hasIdentity else { return [] }
        let key = isVersions ? table.key + [table.columns.firstIndex { $0.name == "valid_from" } ?? 0] : table.key
        return Set(key.map(position))
    }

    func tableName(_ half: Half) -> String { half == .current ? table.current.table : table.history.table }

    private func isValidTo(_ column: Int) -> Bool { order[column] == table.columns.count }

    func isText(_ column: Int) -> Bool { !isValidTo(column) && table.columns[order[column]].affinity == .text }

    /// Whether a constraint on the column can go down to the two halves: the column is stored there as it is shown, and
    /// compared as its index is sorted.
    func goesDown(_ column: Int, collation: String) -> Bool {
        guard column >= 0, column < order.count, !isValidTo(column) else { return false }
        let column = table.columns[order[column]]
        guard column.affinity != .none, table.history.columns.contains(column.name) else { return false }
        return column.affinity == .numeric || (column.isBinary && collation.uppercased() == "BINARY")
    }

    /// The column in a statement on one half.
    func expression(_ column: Int, _ half: Half) -> String {
        if isValidTo(column) {
            return half == .current ? "NULL" : "CASE WHEN valid_to <= ?1 THEN valid_to END"
        }
        let name = table.columns[order[column]].name
        return half == .current || table.history.columns.contains(name) ? quoted(name) : "NULL"
    }

    /// The table as SQLite's planner sees it. Only the key is NOT NULL: a version may be older than a column.
    var declaration: String {
        var parts = order.map { position in
            guard position < table.columns.count else { return "valid_to INTEGER" }
            let column = table.columns[position]
            return "\(quoted(column.name)) \(column.type) COLLATE \(quoted(column.collation))"
        }
        guard hasIdentity else { return "CREATE TABLE x (\(parts.joined(separator: ", ")))" }
        var key = table.key.map { table.columns[$0].name }
        if isVersions { key.append("valid_from") }
        parts.append("PRIMARY KEY (\(key.map(quoted).joined(separator: ", ")))")
        return "CREATE TABLE x (\(parts.joined(separator: ", "))) WITHOUT ROWID"
    }

    /// Where at most one row can have these values: the whole key, at one moment.
    func isUnique(points: Set<Int>) -> Bool {
        !isVersions && hasIdentity && points.isSuperset(of: table.key)
    }

    func estimate(points: Set<Int>, ranges: Set<Int>) -> AsOfEstimate {
        let isUnique = isUnique(points: points)
        return AsOfEstimate(
            table, points: Set(points.map { order[$0] }), ranges: Set(ranges.map { order[$0] }), isUnique: isUnique)
    }

    /// The column's position here, of one of the table's.
    func position(_ column: Int) -> Int { order.firstIndex(of: column) ?? column }

    /// The number of a plan, by which SQLite hands it back. Plans live as long as the connection's past.
    func number(_ key: AsOfPlan.Key, isUnique: Bool) -> Int32 {
        if let known = planNumbers[key] { return Int32(known) }
        plans.append(AsOfPlan(key, isUnique: isUnique, shape: self))
        planNumbers[key] = plans.count - 1
        return Int32(plans.count - 1)
    }
}
