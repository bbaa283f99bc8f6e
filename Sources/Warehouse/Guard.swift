internal import CSQLite
public import SQLite

/// What stands between SQL from a person and the warehouse: it may read, and no more of the machine than it needs.
///
/// Three locks, each enough alone: the file is opened read-only, `query_only` is on, and the authorizer refuses all that
/// is not reading. Beside them stand bounds on what one statement may make; time is bounded by `Connection.setDeadline`.
public enum Guard {
    /// Bounds of one statement.
    public struct Bounds: Sendable {
        /// Bytes of one value or row: what `zeroblob`, `printf('%9999999d')` and `group_concat` may make.
        public var valueBytes = 64 << 20
        public var sqlBytes = 1 << 20
        /// Deep expressions and long compounds recurse in SQLite's compiler; tasks have small stacks.
        public var expressionDepth = 500
        public var compoundSelects = 100
        /// Of LIKE and GLOB, whose time may grow with the product of pattern and text.
        public var patternBytes = 1000

        public init() {}
    }

    /// Makes the connection one for foreign SQL. What the program itself wants to write (TEMP tables, as of) comes before.
    /// - Parameter asOf: the past that the connection shows; then what lies behind its tables (`main.T`, `T_history`)
    ///   is refused too, since it would show the present beside the past.
    public static func install(
        on connection: Connection, bounds: Bounds = Bounds(), asOf: Past? = nil
    ) throws(SQLiteError) {
        try connection.execute("PRAGMA query_only = ON")
        try connection.set(.defensive, to: true)
        try connection.set(.trustedSchema, to: false)
        try connection.set(.extensionLoading, to: false)
        try connection.set(.fts3Tokenizer, to: false)
        connection.setLimit(.length, to: bounds.valueBytes)
        connection.setLimit(.sqlLength, to: bounds.sqlBytes)
        connection.setLimit(.expressionDepth, to: bounds.expressionDepth)
        connection.setLimit(.compoundSelects, to: bounds.compoundSelects)
        connection.setLimit(.likePatternLength, to: bounds.patternBytes)
        connection.setLimit(.attached, to: 0)
        connection.setLimit(.workerThreads, to: 0)
        connection.setAuthorizer { action in
            guard let asOf, asOf.hides(action) else { return decide(action) }
            return .refuse("refused: \(action.words) under --as-of shows another moment; name the table alone")
        }
    }

    /// Runs a dataset file's SQL on a scratch database: it may make tables and indexes there, and touch nothing else.
    static func declare(_ sql: String, on scratch: Connection) throws {
        try scratch.withAuthorizer(decideDeclaration) { try scratch.execute(sql) }
    }

    private static func decideDeclaration(_ action: Action) -> Decision {
        let refusal = Decision.refuse("refused: \(action.words); a dataset's file makes one table and its indexes")
        switch action {
        case .create(.table, _, _, "main"), .create(.index, _, _, "main"), .create(.view, _, _, "main"),
            .reindex(_, "main"):
            return .allow
        case .read, .select, .function: return decide(action)
        case .insert(let table, _), .update(let table, _, _), .delete(let table, _):
            return table.hasPrefix("sqlite_") ? decide(action) : refusal
        default: return refusal
        }
    }

    static func decide(_ action: Action) -> Decision {
        switch action {
        case .read, .select, .recursive: return .allow
        case .function(let name): return deniedFunctions.contains(name.lowercased()) ? refusal(action) : .allow
        case .pragma(let name, let argument, _):
            let name = name.lowercased()
            if pragmasWithArgument.contains(name) || (argument == nil && pragmas.contains(name)) { return .allow }
            return refusal(action)
        case .insert(let table, _), .update(let table, _, _), .delete(let table, _):
            // SQLite asks so on its own account: before a CREATE or DROP, which is refused next by its name, and when
            // it first meets a table-valued function. From outside it lets nobody write there.
            return ["sqlite_master", "sqlite_temp_master"].contains(table) ? .allow : refusal(action)
        default: return refusal(action)
        }
    }

    private static func refusal(_ action: Action) -> Decision {
        .refuse("refused: \(action.words); only reading is allowed here")
    }

    /// They reach beyond the database, or into SQLite's own memory. Most are not even built in; then they stay refused
    /// where a later SQLite has them.
    private static let deniedFunctions: Set<String> = [
        "load_extension", "fts3_tokenizer", "readfile", "writefile", "lsdir", "fsdir", "edit", "zipfile",
        "sqlar_uncompress",
        "sqlite_log", "sqlite_rename_table", "sqlite_rename_column", "sqlite_rename_quotefix", "sqlite_rename_test",
        "sqlite_drop_column",
    ]

    /// Harmless with an argument, which names what is asked about.
    private static let pragmasWithArgument: Set<String> = [
        "table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo", "foreign_key_list",
        "foreign_key_check", "integrity_check", "quick_check",
    ]

    /// Harmless as questions; with an argument some of them set something.
    private static let pragmas: Set<String> = [
        "application_id", "collation_list", "compile_options", "data_version", "database_list", "encoding",
        "freelist_count", "function_list", "journal_mode", "module_list", "page_count", "page_size", "pragma_list",
        "query_only", "schema_version", "user_version",
    ]

    /// The tables of the database that a statement reads, directly, through views or in subqueries, whatever the case
    /// it writes them in; views and table-valued functions are not among them. The statement is prepared, not run.
    /// - Throws: SQLite's error where it does not prepare. What writes or reaches further is not judged here.
    public static func tablesRead(by sql: String, on connection: Connection) throws(SQLiteError) -> Set<String> {
        var read: Set<String> = []
        let collect: (Action) -> Decision = { action in
            if case .read(let table, _, _) = action { read.insert(table.lowercased()) }
            return .allow
        }
        let result: Result<Void, SQLiteError> = connection.withAuthorizer(collect) {
            do throws(SQLiteError) {
                _ = try connection.prepare(sql)
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try result.get()
        let tables = try connection.query(
            """
            SELECT name FROM main.sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
            UNION SELECT name FROM temp.sqlite_schema WHERE type = 'table'
            """)
        return Set(tables.compactMap { $0[0].text }.filter { read.contains($0.lowercased()) })
    }
}

extension Action {
    /// The action in the words of SQL.
    var words: String {
        switch self {
        case .read(let table, let column, let database):
            "reading \(database.isEmpty ? "" : database + ".")\(table)\(column.isEmpty ? "" : "." + column)"
        case .select, .recursive: "SELECT"
        case .function(let name): "the function \(name)"
        case .pragma(let name, let argument, _): "PRAGMA \(name)" + (argument.map { " = \($0)" } ?? "")
        case .transaction(let operation): operation
        case .savepoint(let operation, let name): operation == "BEGIN" ? "SAVEPOINT \(name)" : "\(operation) \(name)"
        case .attach: "ATTACH, or VACUUM, which attaches"
        case .detach(let name): "DETACH \(name)"
        case .insert(let table, _): "INSERT INTO \(table)"
        case .update(let table, _, _): "UPDATE \(table)"
        case .delete(let table, _): "DELETE FROM \(table)"
        case .create(let object, let name, _, let database):
            "CREATE \(database == "temp" ? "TEMP " : "")\(object.rawValue.uppercased()) \(name)"
        case .drop(let object, let name, _, _): "DROP \(object.rawValue.uppercased()) \(name)"
        case .alterTable(let table, _): "ALTER TABLE \(table)"
        case .reindex(let index, _): "REINDEX \(index)"
        case .analyze(let table, _): "ANALYZE \(table)"
        case .unknown(let code): "SQLite's action \(code)"
        }
    }
}
