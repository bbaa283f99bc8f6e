internal import CSQLite

/// What a statement would do, as SQLite's authorizer asks before it is prepared (sqlite.org/c3ref/c_alter_table.html).
public enum Action: Sendable, Equatable {
    /// What CREATE and DROP make and remove; TEMP ones are in the database `temp`.
    public enum Object: String, Sendable {
        case table, index, trigger, view
        case virtualTable = "virtual table"
    }

    /// `column` is empty where no column is, as by `count(*)`; then `database` is what the SQL says, often nothing.
    case read(table: String, column: String, database: String)
    case select, recursive
    case function(String)
    case pragma(name: String, argument: String?, database: String?)
    /// BEGIN, COMMIT or ROLLBACK.
    case transaction(String)
    case savepoint(operation: String, name: String)
    /// The file; empty where an expression gives it.
    case attach(String)
    case detach(String)
    case insert(table: String, database: String)
    case update(table: String, column: String, database: String)
    case delete(table: String, database: String)
    /// `subject` is the table of an index or trigger, the module of a virtual table.
    case create(Object, name: String, subject: String?, database: String)
    case drop(Object, name: String, subject: String?, database: String)
    case alterTable(String, database: String)
    case reindex(String, database: String)
    case analyze(String, database: String)
    /// A code of a later SQLite.
    case unknown(Int32)
}

/// The answer to an action.
public enum Decision: Sendable {
    case allow
    /// The statement fails with "not authorized".
    case deny
    /// The statement fails, and its error says this instead.
    case refuse(String)
    /// A column reads as NULL; most other actions are passed over in silence.
    case ignore
}

extension Action {
    init(
        _ code: Int32, _ first: UnsafePointer<CChar>?, _ second: UnsafePointer<CChar>?,
        _ database: UnsafePointer<CChar>?
    ) {
        let optional = second.map { String(cString: $0) }
        let first = first.map { String(cString: $0) } ?? ""
        let second = optional ?? ""
        let database = database.map { String(cString: $0) }
        let home = database ?? "main"
        if let (object, isCreated) = Self.schemaChange(code) {
            let isTemporary = Self.temporary.contains(code)
            let place = isTemporary ? "temp" : home
            self =
                isCreated
                ? .create(object, name: first, subject: optional, database: place)
                : .drop(object, name: first, subject: optional, database: place)
            return
        }
        switch code {
        case SQLITE_READ: self = .read(table: first, column: second, database: database ?? "")
        case SQLITE_SELECT: self = .select
        case SQLITE_RECURSIVE: self = .recursive
        case SQLITE_FUNCTION: self = .function(second)
        case SQLITE_PRAGMA: self = .pragma(name: first, argument: optional, database: database)
        case SQLITE_TRANSACTION: self = .transaction(first)
        case SQLITE_SAVEPOINT: self = .savepoint(operation: first, name: second)
        case SQLITE_ATTACH: self = .attach(first)
        case SQLITE_DETACH: self = .detach(first)
        case SQLITE_INSERT: self = .insert(table: first, database: home)
        case SQLITE_UPDATE: self = .update(table: first, column: second, database: home)
        case SQLITE_DELETE: self = .delete(table: first, database: home)
        case SQLITE_ALTER_TABLE: self = .alterTable(second, database: first)
        case SQLITE_REINDEX: self = .reindex(first, database: home)
        case SQLITE_ANALYZE: self = .analyze(first, database: home)
        default: self = .unknown(code)
        }
    }

    private static let temporary: Set<Int32> = [
        SQLITE_CREATE_TEMP_TABLE, SQLITE_CREATE_TEMP_INDEX, SQLITE_CREATE_TEMP_TRIGGER, SQLITE_CREATE_TEMP_VIEW,
        SQLITE_DROP_TEMP_TABLE, SQLITE_DROP_TEMP_INDEX, SQLITE_DROP_TEMP_TRIGGER, SQLITE_DROP_TEMP_VIEW,
    ]

    private static func schemaChange(_ code: Int32) -> (object: Object, isCreated: Bool)? {
        switch code {
        case SQLITE_CREATE_TABLE, SQLITE_CREATE_TEMP_TABLE: (.table, true)
        case SQLITE_CREATE_INDEX, SQLITE_CREATE_TEMP_INDEX: (.index, true)
        case SQLITE_CREATE_TRIGGER, SQLITE_CREATE_TEMP_TRIGGER: (.trigger, true)
        case SQLITE_CREATE_VIEW, SQLITE_CREATE_TEMP_VIEW: (.view, true)
        case SQLITE_CREATE_VTABLE: (.virtualTable, true)
        case SQLITE_DROP_TABLE, SQLITE_DROP_TEMP_TABLE: (.table, false)
        case SQLITE_DROP_INDEX, SQLITE_DROP_TEMP_INDEX: (.index, false)
        case SQLITE_DROP_TRIGGER, SQLITE_DROP_TEMP_TRIGGER: (.trigger, false)
        case SQLITE_DROP_VIEW, SQLITE_DROP_TEMP_VIEW: (.view, false)
        case SQLITE_DROP_VTABLE: (.virtualTable, false)
        default: nil
        }
    }
}
