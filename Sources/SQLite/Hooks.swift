internal import CSQLite

/// Keeps alive what the C callbacks of a connection point at.
struct Hooks {
    private var authorizer: Box<(Action) -> Decision>?
    private var deadline: Box<() -> Bool>?

    mutating func setAuthorizer(_ body: ((Action) -> Decision)?, on handle: OpaquePointer) {
        let box = body.map(Box.init)
        // The old box lives until SQLite has let go of it, since it may be set anew from within itself.
        defer { authorizer = box }
        guard let box else {
            sqlite3_set_authorizer(handle, nil, nil)
            return
        }
        sqlite3_set_authorizer(
            handle,
            { data, code, first, second, database, _ in
                guard let data else { return SQLITE_DENY }
                let body = Unmanaged<Box<(Action) -> Decision>>.fromOpaque(data).takeUnretainedValue().content
                return switch body(Action(code, first, second, database)) {
                case .allow: SQLITE_OK
                case .deny: SQLITE_DENY
                case .ignore: SQLITE_IGNORE
                }
            }, Unmanaged.passUnretained(box).toOpaque())
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
