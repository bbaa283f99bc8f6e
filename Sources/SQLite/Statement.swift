public import CSQLite

/// A prepared statement. It belongs to its connection's thread of use, as the connection does.
public final class Statement {
    /// The `sqlite3_stmt`, for code that reads many rows.
    public let handle: OpaquePointer
    public let sql: String
    @usableFromInline let connection: OpaquePointer

    init(_ sql: String, on connection: OpaquePointer, persistent: Bool) throws(SQLiteError) {
        var handle: OpaquePointer?
        var rest = 0
        let code = Self.prepare(sql, connection, persistent, &handle, &rest)
        guard code == SQLITE_OK else { throw SQLiteError(connection, code: code, sql: sql) }
        guard let handle else {
            throw SQLiteError(code: SQLiteError.misuse, message: "no statement", sql: sql)
        }
        guard Self.isBlank(sql.utf8.dropFirst(rest)) else {
            sqlite3_finalize(handle)
            throw SQLiteError(code: SQLiteError.misuse, message: "more than one statement", sql: sql, offset: rest)
        }
        self.handle = handle
        self.sql = sql
        self.connection = connection
    }

    deinit { sqlite3_finalize(handle) }

    private static func prepare(
        _ sql: String, _ connection: OpaquePointer, _ persistent: Bool, _ handle: inout OpaquePointer?,
        _ rest: inout Int
    ) -> Int32 {
        var sql = sql
        let flags = persistent ? UInt32(SQLITE_PREPARE_PERSISTENT) : 0
        return sql.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { text in
                guard let start = text.baseAddress else { return SQLITE_OK }
                var tail: UnsafePointer<CChar>?
                let code = sqlite3_prepare_v3(connection, start, Int32(text.count), flags, &handle, &tail)
                rest = tail.map { $0 - start } ?? text.count
                return code
            }
        }
    }

    /// Whether only white space, semicolons and comments are left.
    static func isBlank(_ rest: Substring.UTF8View) -> Bool {
        var rest = rest
        while let byte = rest.first {
            if byte == UInt8(ascii: ";") || byte <= 32 {
                rest = rest.dropFirst()
            } else if rest.starts(with: "--".utf8) {
                rest = rest.drop { $0 != 10 }
            } else if rest.starts(with: "/*".utf8) {
                rest = rest.dropFirst(2)
                while !rest.isEmpty, !rest.starts(with: "*/".utf8) { rest = rest.dropFirst() }
                rest = rest.dropFirst(2)
            } else {
                return false
            }
        }
        return true
    }

    // MARK: Binding; indexes count from 1

    public func bind(_ value: Value, at index: Int32) throws(SQLiteError) {
        switch value {
        case .null: try check(sqlite3_bind_null(handle, index))
        case .integer(let value): try check(sqlite3_bind_int64(handle, index, value))
        case .real(let value): try check(sqlite3_bind_double(handle, index, value))
        case .text(var text):
            let code = text.withUTF8 { bytes in
                bytes.withMemoryRebound(to: CChar.self) {
                    esiwh_bind_text(handle, index, $0.baseAddress, UInt64($0.count))
                }
            }
            try check(code)
        case .blob(let bytes):
            if bytes.isEmpty {
                try check(sqlite3_bind_zeroblob(handle, index, 0))
            } else {
                try check(bytes.withUnsafeBytes { esiwh_bind_blob(handle, index, $0.baseAddress, UInt64($0.count)) })
            }
        }
    }

    /// Binds a parameter by its name without the colon.
    /// - Throws: a misuse error where the statement has no such parameter.
    public func bind(_ value: Value, named name: String) throws(SQLiteError) {
        let index = [":", "@", "$"].lazy.map { sqlite3_bind_parameter_index(self.handle, $0 + name) }.first { $0 > 0 }
        guard let index else {
            throw SQLiteError(code: SQLiteError.misuse, message: "no parameter :\(name)", sql: sql)
        }
        try bind(value, at: index)
    }

    public func bind(_ values: [Value]) throws(SQLiteError) {
        guard values.count == Int(sqlite3_bind_parameter_count(handle)) else {
            let count = sqlite3_bind_parameter_count(handle)
            throw SQLiteError(
                code: SQLiteError.misuse, message: "\(values.count) values for \(count) parameters", sql: sql)
        }
        for (index, value) in values.enumerated() { try bind(value, at: Int32(index + 1)) }
    }

    /// Names without their sign, in order; nil for a bare `?`.
    public var parameterNames: [String?] {
        (0..<sqlite3_bind_parameter_count(handle)).map {
            sqlite3_bind_parameter_name(handle, $0 + 1).map { String(String(cString: $0).dropFirst()) }
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

    @usableFromInline
    func failure(_ code: Int32) -> SQLiteError {
        let error = SQLiteError(connection, code: code, sql: sql)
        sqlite3_reset(handle)
        return error
    }

    @inlinable
    public func check(_ code: Int32) throws(SQLiteError) {
        if code != SQLITE_OK { throw failure(code) }
    }

    public func reset() { sqlite3_reset(handle) }
    public func clearBindings() { sqlite3_clear_bindings(handle) }
    public var isReadOnly: Bool { sqlite3_stmt_readonly(handle) != 0 }

    // MARK: Reading; columns count from 0

    public var columnCount: Int { Int(sqlite3_column_count(handle)) }

    public func columnName(_ column: Int) -> String {
        sqlite3_column_name(handle, Int32(column)).map { String(cString: $0) } ?? ""
    }

    /// The table column that a result column shows unchanged; nil for an expression.
    public func columnOrigin(_ column: Int) -> (database: String, table: String, column: String)? {
        guard let database = sqlite3_column_database_name(handle, Int32(column)),
            let table = sqlite3_column_table_name(handle, Int32(column)),
            let name = sqlite3_column_origin_name(handle, Int32(column))
        else { return nil }
        return (String(cString: database), String(cString: table), String(cString: name))
    }

    public func value(_ column: Int) -> Value {
        Value(sqliteValue: sqlite3_column_value(handle, Int32(column)))
    }

    public var row: [Value] { (0..<columnCount).map(value) }

    @inlinable
    public func int64(_ column: Int) -> Int64 { sqlite3_column_int64(handle, Int32(column)) }
    @inlinable
    public func double(_ column: Int) -> Double { sqlite3_column_double(handle, Int32(column)) }
    @inlinable
    public func isNull(_ column: Int) -> Bool { sqlite3_column_type(handle, Int32(column)) == SQLITE_NULL }

    public func text(_ column: Int) -> String {
        withText(column) { String(decoding: $0, as: UTF8.self) }
    }

    /// The column's bytes as text, valid inside `body` only.
    @inlinable
    public func withText<T>(_ column: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> T) rethrows -> T {
        let start = sqlite3_column_text(handle, Int32(column))
        return try body(UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, Int32(column)))))
    }
}
