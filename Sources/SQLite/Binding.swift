public import CSQLite

/// Parameters; indexes count from 1.
extension Statement {
    /// - Note: a REAL that is no number is NULL to SQLite.
    public func bind(_ value: Value, at index: Int32) throws(SQLiteError) {
        switch value {
        case .null: try bindNull(at: index)
        case .integer(let value): try bind(integer: value, at: index)
        case .real(let value): try bind(real: value, at: index)
        case .text(let text): try bind(text: text, at: index)
        case .blob(let bytes):
            if bytes.isEmpty {
                try check(sqlite3_bind_zeroblob(handle, index, 0))
            } else {
                try check(bytes.withUnsafeBytes { esiwh_bind_blob(handle, index, $0.baseAddress, UInt64($0.count)) })
            }
        }
    }

    @inlinable
    public func bindNull(at index: Int32) throws(SQLiteError) {
        try check(sqlite3_bind_null(handle, index))
    }

    @inlinable
    public func bind(integer value: Int64, at index: Int32) throws(SQLiteError) {
        try check(sqlite3_bind_int64(handle, index, value))
    }

    @inlinable
    public func bind(real value: Double, at index: Int32) throws(SQLiteError) {
        try check(sqlite3_bind_double(handle, index, value))
    }

    public func bind(text: String, at index: Int32) throws(SQLiteError) {
        var text = text
        try check(text.withUTF8 { esiwh_bind_text(handle, index, $0.baseAddress, UInt64($0.count)) })
    }

    /// Binds UTF-8 bytes as text; SQLite copies them.
    @inlinable
    public func bind(text: UnsafeBufferPointer<UInt8>, at index: Int32) throws(SQLiteError) {
        try check(esiwh_bind_text(handle, index, text.baseAddress, UInt64(text.count)))
    }

    /// Binds UTF-8 bytes as text without a copy.
    /// - Parameter text: lives unchanged until the parameter is bound anew or the statement ends.
    @inlinable
    public func bind(borrowedText text: UnsafeBufferPointer<UInt8>, at index: Int32) throws(SQLiteError) {
        try check(esiwh_bind_static_text(handle, index, text.baseAddress, UInt64(text.count)))
    }

    /// Binds a parameter by its name without the colon.
    /// - Throws: a misuse error where the statement has no such parameter.
    public func bind(_ value: Value, named name: String) throws(SQLiteError) {
        let index = [":", "@", "$"].lazy.map { sqlite3_bind_parameter_index(self.handle, $0 + name) }.first { $0 > 0 }
        guard let index else {
            throw SQLiteError(code: SQLITE_MISUSE, message: "no parameter :\(name)", sql: sql)
        }
        try bind(value, at: index)
    }

    /// Binds all parameters in order.
    /// - Throws: a misuse error where their number is another.
    public func bind(_ values: [Value]) throws(SQLiteError) {
        let count = Int(sqlite3_bind_parameter_count(handle))
        guard values.count == count else {
            let message = "\(values.count) values for \(count) parameters"
            throw SQLiteError(code: SQLITE_MISUSE, message: message, sql: sql)
        }
        var index: Int32 = 0
        for value in values {
            index += 1
            try bind(value, at: index)
        }
    }

    /// Names without their sign, in order; nil for a bare `?`.
    public var parameterNames: [String?] {
        let count = sqlite3_bind_parameter_count(handle)
        guard count > 0 else { return [] }
        return (1...count).map { index in
            sqlite3_bind_parameter_name(handle, index).map { String(String(cString: $0).dropFirst()) }
        }
    }
}
