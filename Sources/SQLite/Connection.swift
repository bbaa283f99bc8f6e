internal import CSQLite

public enum OpenMode: Sendable {
    case readOnly, readWrite
    /// Read and write, made where it is missing.
    case create
}

public enum TransactionKind: String, Sendable {
    case deferred, immediate, exclusive
}

/// A connection to one database file.
///
/// Whoever opens it uses it: the class is not Sendable, and SQLite is opened without its own mutex, which
/// "disables mutexing on database connection and prepared statement objects in that thread" (sqlite.org/threadsafe.html).
public final class Connection {
    /// The `sqlite3`, for modules that speak C to it.
    public let handle: OpaquePointer
    public let path: String
    private var cache: StatementCache
    private var hooks = Hooks()

    /// - Parameters:
    ///   - path: a file, or `:memory:`.
    ///   - busyTimeout: how long a lock of another connection is waited for.
    ///   - cachedStatements: how many statements `cached` keeps.
    public init(
        path: String, mode: OpenMode, busyTimeout: Duration = .seconds(5), cachedStatements: Int = 64
    ) throws(SQLiteError) {
        var handle: OpaquePointer?
        let access =
            switch mode {
            case .readOnly: SQLITE_OPEN_READONLY
            case .readWrite: SQLITE_OPEN_READWRITE
            case .create: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
            }
        let code = sqlite3_open_v2(path, &handle, access | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nil)
        guard code == SQLITE_OK, let handle else {
            var error = SQLiteError(handle, code: code)
            error.message += ": \(path)"
            sqlite3_close_v2(handle)
            throw error
        }
        self.handle = handle
        self.path = path
        cache = StatementCache(limit: cachedStatements)
        let milliseconds = busyTimeout / .milliseconds(1)
        sqlite3_busy_timeout(handle, Int32(min(milliseconds, Double(Int32.max))))
    }

    deinit {
        cache.removeAll()
        sqlite3_close_v2(handle)
    }

    // MARK: Statements

    /// Prepares exactly one statement.
    public func prepare(_ sql: String) throws(SQLiteError) -> Statement {
        try Statement(sql, on: handle, persistent: false)
    }

    /// A statement from the bounded cache, reset and unbound. Two users of one text at a time share it: finish first.
    public func cached(_ sql: String) throws(SQLiteError) -> Statement {
        if let found = cache[sql] {
            found.reset()
            found.clearBindings()
            return found
        }
        let statement = try Statement(sql, on: handle, persistent: true)
        cache.insert(statement)
        return statement
    }

    /// How many statements the cache holds.
    public var cachedStatementCount: Int { cache.count }

    /// Runs a script of any number of statements.
    public func execute(_ script: String) throws(SQLiteError) {
        let code = sqlite3_exec(handle, script, nil, nil, nil)
        guard code == SQLITE_OK else { throw SQLiteError(handle, code: code, sql: script) }
    }

    /// Runs one statement and returns how many rows it changed.
    @discardableResult
    public func run(_ sql: String, _ values: [Value] = []) throws(SQLiteError) -> Int {
        let statement = try cached(sql)
        defer { statement.reset() }
        try statement.bind(values)
        let before = sqlite3_total_changes64(handle)
        while try statement.step() {}
        return Int(sqlite3_total_changes64(handle) - before)
    }

    /// All rows of a query.
    public func query(_ sql: String, _ values: [Value] = []) throws(SQLiteError) -> [[Value]] {
        let statement = try cached(sql)
        defer { statement.reset() }
        try statement.bind(values)
        var rows: [[Value]] = []
        while try statement.step() { rows.append(statement.row) }
        return rows
    }

    /// The first column of the first row; nil where there is no row.
    public func value(_ sql: String, _ values: [Value] = []) throws(SQLiteError) -> Value? {
        let statement = try cached(sql)
        defer { statement.reset() }
        try statement.bind(values)
        return try statement.step() ? statement.value(0) : nil
    }

    public var changes: Int { Int(sqlite3_changes64(handle)) }
    public var totalChanges: Int { Int(sqlite3_total_changes64(handle)) }
    public var lastInsertRowID: Int64 { sqlite3_last_insert_rowid(handle) }

    // MARK: Transactions

    public var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

    /// Commits what `body` did, or rolls it back when `body` throws.
    public func transaction<T>(_ kind: TransactionKind = .immediate, _ body: () throws -> T) throws -> T {
        try execute("BEGIN \(kind.rawValue)")
        do {
            let result = try body()
            try execute("COMMIT")
            return result
        } catch {
            // SQLite itself rolls back on some errors (full disk, I/O); then there is nothing left to roll back.
            if isInTransaction { try execute("ROLLBACK") }
            throw error
        }
    }

    /// As a transaction, but inside one: savepoints nest.
    public func savepoint<T>(_ body: () throws -> T) throws -> T {
        try execute("SAVEPOINT esiwh")
        do {
            let result = try body()
            try execute("RELEASE esiwh")
            return result
        } catch {
            if isInTransaction { try execute("ROLLBACK TO esiwh; RELEASE esiwh") }
            throw error
        }
    }

    // MARK: Hooks

    /// Asks `authorizer` about each thing a statement would do while it is prepared; nil asks nobody.
    public func setAuthorizer(_ authorizer: ((Action) -> Decision)?) {
        hooks.setAuthorizer(authorizer, on: handle)
    }

    /// Ends running statements with an interrupt error once `deadline` has passed or `isCancelled` says so.
    public func setDeadline(_ deadline: ContinuousClock.Instant?, isCancelled: (@Sendable () -> Bool)? = nil) {
        hooks.setDeadline(deadline, isCancelled, on: handle)
    }

    /// Ends what is running now. Safe from the connection's own thread only; others use `setDeadline`'s `isCancelled`.
    public func interrupt() { sqlite3_interrupt(handle) }

    /// Registers a function that SQL can call.
    public func register(_ function: ScalarFunction) throws(SQLiteError) {
        let code = function.register(on: handle)
        guard code == SQLITE_OK else { throw SQLiteError(handle, code: code) }
    }

    /// Registers an order for texts.
    public func register(_ collation: Collation) throws(SQLiteError) {
        let code = collation.register(on: handle)
        guard code == SQLITE_OK else { throw SQLiteError(handle, code: code) }
    }
}
