internal import CSQLite

/// Idle prepared statements by their SQL, up to a limit; the least recently used goes first.
///
/// A statement is taken out while it is used, so that two users of one text never share one.
final class StatementCache {
    private var limit: Int
    private var idle: [String: (statement: OpaquePointer, used: UInt64)] = [:]
    private var clock: UInt64 = 0

    init(limit: Int) {
        self.limit = max(limit, 0)
    }

    var count: Int { idle.count }

    func take(_ sql: String) -> OpaquePointer? {
        idle.removeValue(forKey: sql)?.statement
    }

    /// Takes a statement back, ready for its next user.
    func giveBack(_ statement: OpaquePointer, _ sql: String) {
        guard limit > 0, idle[sql] == nil else {
            sqlite3_finalize(statement)
            return
        }
        sqlite3_reset(statement)
        sqlite3_clear_bindings(statement)
        if idle.count >= limit, let oldest = idle.min(by: { $0.value.used < $1.value.used })?.key {
            sqlite3_finalize(idle.removeValue(forKey: oldest)?.statement)
        }
        clock += 1
        idle[sql] = (statement, clock)
    }

    /// Finalizes what is idle, and from now on what comes back.
    func close() {
        limit = 0
        removeIdle()
    }

    func removeIdle() {
        for entry in idle.values { sqlite3_finalize(entry.statement) }
        idle.removeAll()
    }
}
