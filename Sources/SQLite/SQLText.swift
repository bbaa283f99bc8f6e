internal import CSQLite

/// SQL as bytes, taken apart into statements.
enum SQLText {
    /// Refuses a NUL, behind which SQLite would silently see nothing.
    static func check(_ text: ArraySlice<UInt8>, _ sql: String) throws(SQLiteError) {
        guard let place = text.firstIndex(of: 0) else { return }
        throw SQLiteError(code: SQLITE_MISUSE, message: "a NUL character in the SQL", sql: sql, offset: place)
    }

    /// Prepares the statement at `start` of a text that ends with NUL (so that SQLite needs no copy of the rest).
    /// - Returns: the statement, nil where only blanks and comments are left, and where it ends.
    static func prepare(
        _ text: [UInt8], from start: Int, on connection: OpaquePointer, script: String, flags: Int32
    ) throws(SQLiteError) -> (statement: OpaquePointer?, end: Int) {
        guard text.count - start <= Int(Int32.max) else {
            throw SQLiteError(code: SQLITE_TOOBIG, message: "the SQL is longer than 2 GiB")
        }
        var statement: OpaquePointer?
        var end = text.count - 1
        let code = text.withUnsafeBufferPointer { bytes in
            bytes.withMemoryRebound(to: CChar.self) { bytes in
                guard let base = bytes.baseAddress else { return SQLITE_OK }
                var tail: UnsafePointer<CChar>?
                let length = Int32(bytes.count - start)
                let code = sqlite3_prepare_v3(connection, base + start, length, UInt32(flags), &statement, &tail)
                if let tail { end = min(end, tail - base) }
                return code
            }
        }
        guard code == SQLITE_OK else {
            var error = SQLiteError(connection, code: code, sql: script)
            error.offset = error.offset.map { $0 + start } ?? skipBlanks(text, from: start)
            throw error
        }
        return (statement, end)
    }

    /// The first byte from `start` on that is no white space, semicolon or comment; the closing NUL where there is none.
    static func skipBlanks(_ text: [UInt8], from start: Int) -> Int {
        var place = start
        let last = text.count - 1
        while place < last {
            let byte = text[place]
            let next = text[place + 1]
            if [32, 9, 10, 12, 13, UInt8(ascii: ";")].contains(byte) {
                place += 1
            } else if byte == UInt8(ascii: "-"), next == byte {
                while place < last, text[place] != 10 { place += 1 }
            } else if byte == UInt8(ascii: "/"), next == UInt8(ascii: "*") {
                place += 2
                while place < last, text[place] != UInt8(ascii: "*") || text[place + 1] != UInt8(ascii: "/") {
                    place += 1
                }
                place = min(place + 2, last)
            } else {
                break
            }
        }
        return place
    }
}
