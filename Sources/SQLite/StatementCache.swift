/// The most recently used statements, up to a limit.
struct StatementCache {
    private let limit: Int
    private var statements: [String: (statement: Statement, used: UInt64)] = [:]
    private var clock: UInt64 = 0

    init(limit: Int) {
        self.limit = max(limit, 1)
    }

    var count: Int { statements.count }

    subscript(sql: String) -> Statement? {
        mutating get {
            clock += 1
            statements[sql]?.used = clock
            return statements[sql]?.statement
        }
    }

    mutating func insert(_ statement: Statement) {
        if statements.count >= limit, let oldest = statements.min(by: { $0.value.used < $1.value.used })?.key {
            statements.removeValue(forKey: oldest)
        }
        clock += 1
        statements[statement.sql] = (statement, clock)
    }

    mutating func removeAll() { statements.removeAll() }
}
