internal import CSQLite

/// What SQLite said, about which SQL, and where in it.
public struct SQLiteError: Error, Equatable, Sendable, CustomStringConvertible {
    /// SQLite's extended result code.
    public var code: Int32
    public var message: String
    public var sql: String?
    /// The byte of `sql` at which SQLite stumbled, where it knows.
    public var offset: Int?

    public init(code: Int32, message: String, sql: String? = nil, offset: Int? = nil) {
        self.code = code
        self.message = message
        self.sql = sql
        self.offset = offset
    }

    /// The result code without its extension.
    public var primaryCode: Int32 { code & 0xff }
    public var isBusy: Bool { primaryCode == SQLITE_BUSY || primaryCode == SQLITE_LOCKED }
    public var isInterrupt: Bool { primaryCode == SQLITE_INTERRUPT }
    public var isRefused: Bool { primaryCode == SQLITE_AUTH }
    public var isFull: Bool { primaryCode == SQLITE_FULL }
    /// Out of the memory that it may have, or a value beyond a limit.
    public var isTooBig: Bool { primaryCode == SQLITE_NOMEM || primaryCode == SQLITE_TOOBIG }
    public var isReadOnly: Bool { primaryCode == SQLITE_READONLY }
    public var isNotADatabase: Bool { primaryCode == SQLITE_NOTADB || primaryCode == SQLITE_CORRUPT }

    public var description: String {
        var text = "SQLite: \(message) (code \(code))"
        if let sql {
            if let offset, let near = Self.near(sql, offset) { text += " near \"\(near)\"" }
            text += " in: \(sql.count > 300 ? sql.prefix(300) + "…" : sql[...])"
        }
        return text
    }

    private static func near(_ sql: String, _ offset: Int) -> String? {
        guard offset >= 0, offset < sql.utf8.count else { return nil }
        let rest = sql.utf8.dropFirst(offset).prefix(20)
        return String(decoding: rest, as: UTF8.self).split(separator: "\n").first.map(String.init)
    }

    /// The error that a connection reports for its last call.
    init(_ handle: OpaquePointer?, code: Int32, sql: String? = nil) {
        let known = handle.map { sqlite3_errcode($0) & 0xff == code & 0xff } ?? false
        let message = known ? sqlite3_errmsg(handle) : sqlite3_errstr(code)
        let offset = known ? Int(sqlite3_error_offset(handle)) : -1
        self.init(
            code: known ? sqlite3_extended_errcode(handle) : code,
            message: message.map { String(cString: $0) } ?? "unknown error",
            sql: sql, offset: offset >= 0 ? offset : nil)
    }

    /// Line and column of the offset, both from 1, the column in characters.
    public var place: (line: Int, column: Int)? {
        guard let sql, let offset, offset >= 0, offset <= sql.utf8.count else { return nil }
        let before = String(decoding: sql.utf8.prefix(offset), as: UTF8.self)
        let lines = before.split(separator: "\n", omittingEmptySubsequences: false)
        return (lines.count, (lines.last?.count ?? 0) + 1)
    }
}
