public import CSQLite

/// A prepared statement. It belongs to its connection's thread of use, as the connection does.
///
/// While it stands on a row it holds its connection's read transaction open: run it to the end, reset it or let it go.
public final class Statement {
    /// The `sqlite3_stmt`, for code that reads many rows.
    public let handle: OpaquePointer
    public let sql: String
    @usableFromInline let connection: OpaquePointer
    /// Where the handle goes when the statement is let go; nil: it ends.
    private let home: StatementCache?

    init(_ handle: OpaquePointer, _ sql: String, on connection: OpaquePointer, home: StatementCache?) {
        self.handle = handle
        self.sql = sql
        self.connection = connection
        self.home = home
    }

    convenience init(_ sql: String, on connection: OpaquePointer, home: StatementCache?) throws(SQLiteError) {
        var text = Array(sql.utf8)
        try SQLText.check(text[...], sql)
        text.append(0)
        let flags = home == nil ? 0 : SQLITE_PREPARE_PERSISTENT
        let (handle, end) = try SQLText.prepare(text, from: 0, on: connection, script: sql, flags: flags)
        guard let handle else {
            throw SQLiteError(code: SQLITE_MISUSE, message: "no statement", sql: sql)
        }
        let rest = SQLText.skipBlanks(text, from: end)
        guard rest == text.count - 1 else {
            sqlite3_finalize(handle)
            throw SQLiteError(code: SQLITE_MISUSE, message: "more than one statement", sql: sql, offset: rest)
        }
        self.init(handle, sql, on: connection, home: home)
    }

    deinit {
        if let home {
            home.giveBack(handle, sql)
        } else {
            sqlite3_finalize(handle)
        }
    }

    // MARK: Running

    /// Goes to the next row; false at the end.
    @inlinable
    public func step() throws(SQLiteError) -> Bool {
        let code = sqlite3_step(handle)
        if code == SQLITE_ROW { return true }
        if code == SQLITE_DONE { return false }
        throw failure(code)
    }

    /// Runs to the end and resets.
    @inlinable
    public func run() throws(SQLiteError) {
        defer { sqlite3_reset(handle) }
        while try step() {}
    }

    /// The connection's error; the statement is reset.
    @usableFromInline
    func failure(_ code: Int32) -> SQLiteError {
        let error = SQLiteError(connection, code: code, sql: sql)
        sqlite3_reset(handle)
        return error
    }

    /// Throws where a C call on this statement failed.
    @inlinable
    public func check(_ code: Int32) throws(SQLiteError) {
        if code != SQLITE_OK { throw failure(code) }
    }

    /// Back to before the first row; bindings stay.
    @inlinable
    public func reset() { sqlite3_reset(handle) }
    @inlinable
    public func clearBindings() { sqlite3_clear_bindings(handle) }

    /// Whether it writes no database; BEGIN and COMMIT write nothing either.
    public var isReadOnly: Bool { sqlite3_stmt_readonly(handle) != 0 }
    /// Whether it stands on a row.
    public var isBusy: Bool { sqlite3_stmt_busy(handle) != 0 }
    /// Whether it is an EXPLAIN or EXPLAIN QUERY PLAN.
    public var isExplain: Bool { sqlite3_stmt_isexplain(handle) != 0 }

    /// What SQLite counted of the statement's runs so far.
    public enum Counter: Sendable {
        /// Rows stepped over without an index.
        case fullScanSteps
        case sorts
        /// Rows of indexes made for one run only.
        case automaticIndexRows
        case virtualMachineSteps
        /// How often it was prepared again because of a changed schema or authorizer.
        case preparations
    }

    public func count(of counter: Counter) -> Int {
        let code =
            switch counter {
            case .fullScanSteps: SQLITE_STMTSTATUS_FULLSCAN_STEP
            case .sorts: SQLITE_STMTSTATUS_SORT
            case .automaticIndexRows: SQLITE_STMTSTATUS_AUTOINDEX
            case .virtualMachineSteps: SQLITE_STMTSTATUS_VM_STEP
            case .preparations: SQLITE_STMTSTATUS_REPREPARE
            }
        return Int(sqlite3_stmt_status(handle, code, 0))
    }
}
