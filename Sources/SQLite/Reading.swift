public import CSQLite

/// The five classes in which SQLite stores values.
public enum StorageClass: Sendable {
    case null, integer, real, text, blob
}

/// The row that the statement stands on; columns count from 0.
extension Statement {
    @inlinable
    public var columnCount: Int { Int(sqlite3_column_count(handle)) }

    public func columnName(_ column: Int) -> String {
        sqlite3_column_name(handle, Int32(column)).map { String(cString: $0) } ?? ""
    }

    /// The declared type of the table column that is shown; nil for an expression.
    public func declaredType(_ column: Int) -> String? {
        sqlite3_column_decltype(handle, Int32(column)).map { String(cString: $0) }
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

    public func type(_ column: Int) -> StorageClass {
        switch sqlite3_column_type(handle, Int32(column)) {
        case SQLITE_INTEGER: .integer
        case SQLITE_FLOAT: .real
        case SQLITE_TEXT: .text
        case SQLITE_BLOB: .blob
        default: .null
        }
    }

    /// The column as an INTEGER; SQLite converts what is none, and NULL is 0.
    @inlinable
    public func int64(_ column: Int) -> Int64 { sqlite3_column_int64(handle, Int32(column)) }
    @inlinable
    public func double(_ column: Int) -> Double { sqlite3_column_double(handle, Int32(column)) }
    @inlinable
    public func isNull(_ column: Int) -> Bool { sqlite3_column_type(handle, Int32(column)) == SQLITE_NULL }

    /// The column as text, with U+FFFD for what is not UTF-8.
    public func text(_ column: Int) -> String {
        withText(column) { String(decoding: $0, as: UTF8.self) }
    }

    /// The column's bytes as text, exactly as stored, valid inside `body` only.
    @inlinable
    public func withText<T>(_ column: Int, _ body: (UnsafeBufferPointer<UInt8>) throws -> T) rethrows -> T {
        let start = sqlite3_column_text(handle, Int32(column))
        let count = start == nil ? 0 : Int(sqlite3_column_bytes(handle, Int32(column)))
        return try body(UnsafeBufferPointer(start: start, count: count))
    }

    /// The column's bytes as stored, valid inside `body` only.
    @inlinable
    public func withBlob<T>(_ column: Int, _ body: (UnsafeRawBufferPointer) throws -> T) rethrows -> T {
        let start = sqlite3_column_blob(handle, Int32(column))
        let count = start == nil ? 0 : Int(sqlite3_column_bytes(handle, Int32(column)))
        return try body(UnsafeRawBufferPointer(start: start, count: count))
    }
}
