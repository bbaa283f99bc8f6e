internal import CSQLite

/// What a statement would do, as SQLite's authorizer asks before it is prepared (sqlite.org/c3ref/c_alter_table.html).
public enum Action: Sendable, Equatable {
    /// `column` is empty where a table is read without any.
    case read(table: String, column: String, database: String)
    case select, recursive
    case function(String)
    case pragma(name: String, argument: String?)
    case transaction(String)
    case attach(String)
    case detach(String)
    /// Everything that writes or changes the schema, by SQLite's action code.
    case other(code: Int32, first: String?, second: String?, database: String?)
}

public enum Decision: Sendable {
    case allow
    /// The statement fails with "not authorized".
    case deny
}

/// Keeps alive what the C callbacks of a connection point at.
struct Hooks {
    private var authorizer: Box<(Action) -> Decision>?
    private var deadline: Box<@Sendable () -> Bool>?

    mutating func setAuthorizer(_ body: ((Action) -> Decision)?, on handle: OpaquePointer) {
        authorizer = body.map(Box.init)
        guard let authorizer else {
            sqlite3_set_authorizer(handle, nil, nil)
            return
        }
        sqlite3_set_authorizer(
            handle,
            { data, code, first, second, database, _ in
                guard let data else { return SQLITE_DENY }
                let body = Unmanaged<Box<(Action) -> Decision>>.fromOpaque(data).takeUnretainedValue().content
                return body(Action(code, first, second, database)) == .allow ? SQLITE_OK : SQLITE_DENY
            }, Unmanaged.passUnretained(authorizer).toOpaque())
    }

    /// SQLite's virtual machine asks every so many of its instructions: well under a millisecond.
    private static let instructions: Int32 = 1000

    mutating func setDeadline(
        _ instant: ContinuousClock.Instant?, _ isCancelled: (@Sendable () -> Bool)?, on handle: OpaquePointer
    ) {
        guard instant != nil || isCancelled != nil else {
            deadline = nil
            sqlite3_progress_handler(handle, 0, nil, nil)
            return
        }
        let box = Box<@Sendable () -> Bool> {
            isCancelled?() == true || instant.map { ContinuousClock.now >= $0 } == true
        }
        deadline = box
        sqlite3_progress_handler(
            handle, Self.instructions,
            { data in
                guard let data else { return 0 }
                let isOver = Unmanaged<Box<@Sendable () -> Bool>>.fromOpaque(data).takeUnretainedValue().content
                return isOver() ? 1 : 0
            }, Unmanaged.passUnretained(box).toOpaque())
    }
}

extension Action {
    fileprivate init(
        _ code: Int32, _ first: UnsafePointer<CChar>?, _ second: UnsafePointer<CChar>?,
        _ database: UnsafePointer<CChar>?
    ) {
        let first = first.map { String(cString: $0) }
        let second = second.map { String(cString: $0) }
        let database = database.map { String(cString: $0) }
        switch code {
        case SQLITE_READ: self = .read(table: first ?? "", column: second ?? "", database: database ?? "")
        case SQLITE_SELECT: self = .select
        case SQLITE_RECURSIVE: self = .recursive
        case SQLITE_FUNCTION: self = .function(second ?? "")
        case SQLITE_PRAGMA: self = .pragma(name: first ?? "", argument: second)
        case SQLITE_TRANSACTION: self = .transaction(first ?? "")
        case SQLITE_ATTACH: self = .attach(first ?? "")
        case SQLITE_DETACH: self = .detach(first ?? "")
        default: self = .other(code: code, first: first, second: second, database: database)
        }
    }
}
