internal import SQLite

extension Value {
    /// The value as SQL writes it.
    var sqlLiteral: String {
        switch self {
        case .null: return "NULL"
        case .integer(let number): return number == .min ? "(-9223372036854775807 - 1)" : String(number)
        case .real(let number):
            if number.isInfinite { return number < 0 ? "-9e999" : "9e999" }
            return number.isNaN ? "NULL" : number.description
        case .text(let text):
            return "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
        case .blob(let bytes):
            let hex = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            return "x'" + hex + "'"
        }
    }
}

/// Reads SQL just far enough to tell parameters from texts, quoted names and comments.
enum SQLText {
    /// Puts texts in the place of `:name`; names that are not given stay.
    static func substitute(_ texts: [String: String], in sql: String) -> String {
        var out: [UInt8] = []
        var rest = Substring(sql).utf8[...]
        while let byte = rest.first {
            let length = opaqueLength(rest)
            if length > 0 {
                out.append(contentsOf: rest.prefix(length))
                rest = rest.dropFirst(length)
                continue
            }
            rest = rest.dropFirst()
            let name = byte == UInt8(ascii: ":") ? rest.prefix { isNamePart($0) } : rest.prefix(0)
            if !name.isEmpty, let text = texts[String(decoding: name, as: UTF8.self)] {
                out.append(contentsOf: text.utf8)
                rest = rest.dropFirst(name.count)
            } else {
                out.append(byte)
            }
        }
        return String(decoding: out, as: UTF8.self)
    }

    /// What a query is made of: the tables that its WITH names, as written, and the SELECT that stands behind them. Nil where
    /// it begins otherwise.
    static func withTables(_ sql: String) -> (tables: String, select: String)? {
        var rest = Substring(sql).utf8[...]
        var depth = 0
        var isFirst = true
        while let byte = rest.first {
            let length = max(opaqueLength(rest), isNamePart(byte) ? rest.prefix { isNamePart($0) }.count : 0)
            guard length > 0 else {
                if byte == UInt8(ascii: "(") { depth += 1 }
                if byte == UInt8(ascii: ")") { depth -= 1 }
                rest = rest.dropFirst()
                continue
            }
            let word = String(decoding: rest.prefix(length), as: UTF8.self).uppercased()
            if isNamePart(byte) {
                if isFirst, word != "WITH" { return nil }
                isFirst = false
                if depth == 0, word == "SELECT" {
                    return (String(sql[..<rest.startIndex]), String(sql[rest.startIndex...]))
                }
            }
            rest = rest.dropFirst(length)
        }
        return nil
    }

    /// What stands behind the first word; comments may stand before it.
    static func afterFirstWord(_ sql: String) -> String {
        var rest = Substring(sql).utf8[...]
        while let byte = rest.first, !isNamePart(byte) { rest = rest.dropFirst(max(1, opaqueLength(rest))) }
        return String(sql[rest.drop { isNamePart($0) }.startIndex...])
    }

    /// How many bytes of a text, quoted name or comment begin here; 0 where none does.
    private static func opaqueLength(_ sql: Substring.UTF8View) -> Int {
        switch sql.first {
        case UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"):
            // A doubled quote ends one text and begins the next: the same bytes either way.
            return 1 + through(sql.dropFirst(), [sql.first ?? 0])
        case UInt8(ascii: "["): return 1 + through(sql.dropFirst(), [UInt8(ascii: "]")])
        case UInt8(ascii: "-") where sql.starts(with: "--".utf8): return through(sql, [10])
        case UInt8(ascii: "/") where sql.starts(with: "/*".utf8): return 2 + through(sql.dropFirst(2), Array("*/".utf8))
        default: return 0
        }
    }

    /// How many bytes there are up to and with the end mark; all where it is missing.
    private static func through(_ bytes: Substring.UTF8View, _ mark: [UInt8]) -> Int {
        var rest = bytes
        while !rest.isEmpty, !rest.starts(with: mark) { rest = rest.dropFirst() }
        return bytes.count - rest.count + min(mark.count, rest.count)
    }

    private static func isNamePart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
