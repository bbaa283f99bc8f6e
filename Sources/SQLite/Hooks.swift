internal import CSQLite

/// Keeps alive what the C callbacks of a connection point at.
struct Hooks {
    private(set) var authorize: ((Action) -> Decision)?
    private var authorizer: Box<(Action) -> Int32>?
    private var deadline: Box<() -> Bool>?
    /// What the authorizer last refused, for the error that follows.
    private let refusal = Refusal()

    final class Refusal {
        var reason: String?
    }

    mutating func setAuthorizer(_ body: ((Action) -> Decision)?, on handle: OpaquePointer) {
        let box = body.map { body in
            Box<(Action) -> Int32> { [refusal] action in
                switch body(action) {
                case .allow: return SQLITE_OK
                case .ignore: return SQLITE_IGNORE
                case .deny: return SQLITE_DENY
                case .refuse(let reason):
                    refusal.reason = reason
                    return SQLITE_DENY
                }
            }
        }
        // The old box lives until SQLite has let go of it, since it may be set anew from within itself.
        defer { authorizer = box }
        authorize = body
        guard let box else {
            sqlite3_set_authorizer(handle, nil, nil)
            return
        }
        sqlite3_set_authorizer(
            handle,
            { data, code, first, second, database, _ in
                guard let data else { return SQLITE_DENY }
                let body = Unmanaged<Box<(Action) -> Int32>>.fromOpaque(data).takeUnretainedValue().content
                return body(Action(code, first, second, database))
            }, Unmanaged.passUnretained(box).toOpaque())
    }

    /// The error with the authorizer's own words, where it has refused.
    func explained(_ error: SQLiteError) -> SQLiteError {
        defer { refusal.reason = nil }
        guard let reason = refusal.reason, error.primaryCode == SQLITE_AUTH || error.primaryCode == SQLITE_ERROR else {
            return error
        }
        var error = error
        error.code = SQLITE_AUTH
        error.message = reason
        return error
    }

    /// SQLite's virtual machine asks every so many of its instructions: well under a millisecond.
    private static let instructions: Int32 = 1000

    mutating func setDeadline(
        _ instant: ContinuousClock.Instant?, _ isCancelled: (@Sendable () -> Bool)?, on handle: OpaquePointer
    ) {
        guard instant != nil || isCancelled != nil else {
            sqlite3_progress_handler(handle, 0, nil, nil)
            deadline = nil
            return
        }
        let box = Box<() -> Bool> {
            isCancelled?() == true || instant.map { ContinuousClock.now >= $0 } == true
        }
        defer { deadline = box }
        sqlite3_progress_handler(
            handle, Self.instructions,
            { data in
                guard let data else { return 0 }
                let isOver = Unmanaged<Box<() -> Bool>>.fromOpaque(data).takeUnretainedValue().content
                return isOver() ? 1 : 0
            }, Unmanaged.passUnretained(box).toOpaque())
    }
}
