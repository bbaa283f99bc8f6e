internal import CSQLite

/// What one connection may ask of SQLite at most (sqlite.org/limits.html).
public enum Limit: Sendable {
    /// Bytes of one text, BLOB or row.
    case length
    /// Bytes of one statement.
    case sqlLength
    case columns, expressionDepth, compoundSelects, functionArguments, variables, triggerDepth, workerThreads
    case attached, likePatternLength, virtualMachineInstructions

    var code: Int32 {
        switch self {
        case .length: SQLITE_LIMIT_LENGTH
        case .sqlLength: SQLITE_LIMIT_SQL_LENGTH
        case .columns: SQLITE_LIMIT_COLUMN
        case .expressionDepth: SQLITE_LIMIT_EXPR_DEPTH
        case .compoundSelects: SQLITE_LIMIT_COMPOUND_SELECT
        case .functionArguments: SQLITE_LIMIT_FUNCTION_ARG
        case .variables: SQLITE_LIMIT_VARIABLE_NUMBER
        case .triggerDepth: SQLITE_LIMIT_TRIGGER_DEPTH
        case .workerThreads: SQLITE_LIMIT_WORKER_THREADS
        case .attached: SQLITE_LIMIT_ATTACHED
        case .likePatternLength: SQLITE_LIMIT_LIKE_PATTERN_LENGTH
        case .virtualMachineInstructions: SQLITE_LIMIT_VDBE_OP
        }
    }
}

/// Switches of a connection (sqlite.org/c3ref/c_dbconfig_defensive.html).
public enum Setting: Sendable {
    /// Nothing in SQL may corrupt the file: no writable_schema, no writes to shadow tables.
    case defensive
    /// The file's views and triggers may use functions and virtual tables that are not marked innocuous.
    case trustedSchema
    case extensionLoading, fts3Tokenizer, foreignKeys, triggers
    /// `"text"` for a text where there is no such column.
    case doubleQuotedText

    var codes: [Int32] {
        switch self {
        case .defensive: [SQLITE_DBCONFIG_DEFENSIVE]
        case .trustedSchema: [SQLITE_DBCONFIG_TRUSTED_SCHEMA]
        case .extensionLoading: [SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION]
        case .fts3Tokenizer: [SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER]
        case .foreignKeys: [SQLITE_DBCONFIG_ENABLE_FKEY]
        case .triggers: [SQLITE_DBCONFIG_ENABLE_TRIGGER]
        case .doubleQuotedText: [SQLITE_DBCONFIG_DQS_DML, SQLITE_DBCONFIG_DQS_DDL]
        }
    }
}

extension Connection {
    /// Lowers a limit (never above what SQLite was built with) and returns what it was.
    @discardableResult
    public func setLimit(_ limit: Limit, to value: Int) -> Int {
        Int(sqlite3_limit(handle, limit.code, Int32(clamping: value)))
    }

    public func set(_ setting: Setting, to isOn: Bool) throws(SQLiteError) {
        for code in setting.codes {
            let result = esiwh_db_config(handle, code, isOn ? 1 : 0)
            guard result == SQLITE_OK else { throw SQLiteError(handle, code: result) }
        }
    }

    /// The most memory that SQLite may hold in this whole process, in bytes; beyond it statements fail for want of memory.
    public static func setHeapLimit(_ bytes: Int) {
        sqlite3_hard_heap_limit64(Int64(bytes))
    }
}
