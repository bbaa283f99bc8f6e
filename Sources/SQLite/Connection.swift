internal import CSQLite
internal import Glibc

/// How a file is opened.
public enum OpenMode: Sendable {
    case readOnly, readWrite
    /// Read and write, made where it is missing.
    case create
}

/// A connection to one database file.
///
/// Whoever opens it uses it: the class is not Sendable, and SQLite is opened without its own mutex, which
/// "disables mutexing on database connection and prepared statement objects in that thread" (sqlite.org/threadsafe.html).
public final class Connection {
    /// The `sqlite3`, for modules that speak C to it.
    public let handle: OpaquePointer
    public let path: String
    /// Interrupts what this connection runs, from any thread.
    public let interrupter: Interrupter
    let cache: StatementCache
    var hooks = Hooks()

    /// - Parameters:
    ///   - path: a file, or `:memory:`.
    ///   - busyTimeout: how long a lock of another connection is waited for.
    ///   - cachedStatements: how many idle statements `cached` keeps.
    /// - Throws: SQLite's error with the path and the system's reason. A file that is no database says so at its
    ///   first use, not here.
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
            if let handle, case let number = sqlite3_system_errno(handle), number != 0 {
                error.message += ": " + String(cString: strerror(number))
            }
            sqlite3_close_v2(handle)
            throw error
        }
        self.handle = handle
        self.path = path
        interrupter = Interrupter(handle)
        cache = StatementCache(limit: cachedStatements)
        setBusyTimeout(busyTimeout)
    }

    deinit {
        interrupter.forget()
        cache.close()
        sqlite3_close_v2(handle)
    }

    /// How long a lock of another connection is waited for before a busy error.
    public func setBusyTimeout(_ duration: Duration) {
        let milliseconds = duration / .milliseconds(1)
        sqlite3_busy_timeout(handle, Int32(min(max(milliseconds, 0), Double(Int32.max))))
    }

    /// Turns on the write-ahead log: readers and one writer at a time, and a commit costs no sync of the file itself.
    /// - Parameter isDurable: whether each commit is synced; else a power cut may lose the last ones, never the file.
    /// - Throws: an error where the file system or an open transaction forbids it.
    public func useWriteAheadLog(isDurable: Bool = true) throws(SQLiteError) {
        let mode = try value("PRAGMA journal_mode = WAL")?.text
        guard mode == "wal" || mode == "memory" else {
            throw SQLiteError(
                code: SQLITE_ERROR, message: "no write-ahead log for \(path): the journal stays \(mode ?? "as it was")")
        }
        try execute("PRAGMA synchronous = \(isDurable ? "FULL" : "NORMAL")")
    }

    // MARK: Statements

    /// Prepares exactly one statement.
    /// - Throws: SQLite's error with the place in `sql`; a misuse error where there is no statement or a second one.
    public func prepare(_ sql: String) throws(SQLiteError) -> Statement {
        do throws(SQLiteError) {
            return try Statement(sql, on: handle, home: nil)
        } catch {
            throw hooks.explained(error)
        }
    }

    /// A statement from the bounded cache, reset and unbound. It is the caller's alone, and goes back when it is let go.
    public func cached(_ sql: String) throws(SQLiteError) -> Statement {
        if let handle = cache.take(sql) { return Statement(handle, sql, on: self.handle, home: cache) }
        do throws(SQLiteError) {
            return try Statement(sql, on: handle, home: cache)
        } catch {
            throw hooks.explained(error)
        }
    }

    /// How many idle statements the cache holds.
    public var cachedStatementCount: Int { cache.count }

    /// Runs a script of any number of statements; rows are passed over.
    /// - Throws: the error of the first statement that fails, its offset counted from the script's start.
    public func execute(_ script: String) throws(SQLiteError) {
        var text = Array(script.utf8)
        try SQLText.check(text[...], script)
        text.append(0)
        var start = 0
        do throws(SQLiteError) {
            while start < text.count - 1 { start = try execute(text, from: start, script) }
        } catch {
            throw hooks.explained(error)
        }
    }

    /// Runs the statement at `start` and returns where it ends.
    private func execute(_ text: [UInt8], from start: Int, _ script: String) throws(SQLiteError) -> Int {
        let (statement, end) = try SQLText.prepare(text, from: start, on: handle, script: script, flags: 0)
        guard let statement else { return end }
        defer { sqlite3_finalize(statement) }
        var code = SQLITE_ROW
        while code == SQLITE_ROW { code = sqlite3_step(statement) }
        guard code == SQLITE_DONE else {
            var error = SQLiteError(handle, code: code, sql: script)
            error.offset = SQLText.skipBlanks(text, from: start)
            throw error
        }
        return end
    }

    /// Runs one statement and returns how many rows it changed, those that triggers changed included.
    @discardableResult
    public func run(_ sql: String, _ values: [Value] = []) throws(SQLiteError) -> Int {
        let statement = try cached(sql)
        try statement.bind(values)
        let before = sqlite3_total_changes64(handle)
        while try statement.step() {}
        return Int(sqlite3_total_changes64(handle) - before)
    }

    /// All rows of a query.
    public func query(_ sql: String, _ values: [Value] = []) throws(SQLiteError) -> [[Value]] {
        let statement = try cached(sql)
        try statement.bind(values)
        var rows: [[Value]] = []
        while try statement.step() { rows.append(statement.row) }
        return rows
    }

    /// The first column of the first row; nil where there is no row.
    public func value(_ sql: String, _ values: [Value] = []) throws(SQLiteError) -> Value? {
        let statement = try cached(sql)
        try statement.bind(values)
        return try statement.step() ? statement.value(0) : nil
    }

    /// Rows that the last INSERT, UPDATE or DELETE changed.
    public var changes: Int { Int(sqlite3_changes64(handle)) }
    public var totalChanges: Int { Int(sqlite3_total_changes64(handle)) }
    public var lastInsertRowID: Int64 { sqlite3_last_insert_rowid(handle) }

    // MARK: Hooks

    /// Asks `authorizer` about each thing a statement would do while it is prepared; nil asks nobody. Statements that
    /// were prepared before are prepared, and asked about, again; those held across a call with nil stay as they are.
    public func setAuthorizer(_ authorizer: ((Action) -> Decision)?) {
        // SQLite does not prepare again what the old authorizer has shaped when there is no new one.
        cache.removeIdle()
        hooks.setAuthorizer(authorizer, on: handle)
    }

    /// Asks `authorizer` instead of the one that is set, while `body` runs.
    public func withAuthorizer<T>(_ authorizer: @escaping (Action) -> Decision, _ body: () throws -> T) rethrows -> T {
        let before = hooks.authorize
        setAuthorizer(authorizer)
        defer { setAuthorizer(before) }
        return try body()
    }

    /// Ends running statements with an interrupt error once `deadline` has passed or `isCancelled` says so; statements
    /// that begin later end too, until the next call. Both nil: no limit.
    public func setDeadline(_ deadline: ContinuousClock.Instant?, isCancelled: (@Sendable () -> Bool)? = nil) {
        hooks.setDeadline(deadline, isCancelled, on: handle)
    }

    /// Ends what is running now; nothing where nothing runs. Other threads use `interrupter`.
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
