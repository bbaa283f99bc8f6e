/// Finds where SQL asks the machine's clock. Stored SQL must not: as of last week, its now is `as_of()`.
enum ClockWords {
    /// The byte offset of the first use and its words; nil where there is none.
    static func first(in sql: String) -> (offset: Int, words: String)? {
        let tokens = SQLTokens.all(in: sql)
        for (index, token) in tokens.enumerated() where token.kind == .word {
            let word = token.text.lowercased()
            if constants.contains(word) { return (token.offset, token.text) }
            guard functions.contains(word), index + 1 < tokens.count, tokens[index + 1].text == "(" else { continue }
            if asksTheClock(word, tokens[(index + 2)...]) { return (token.offset, "\(token.text)(…)") }
        }
        return nil
    }

    private static let constants: Set<String> = ["current_timestamp", "current_date", "current_time"]
    private static let functions: Set<String> = ["date", "time", "datetime", "julianday", "unixepoch", "strftime"]

    /// These functions mean now where they are told so, and where their moment is left out.
    private static func asksTheClock(_ function: String, _ arguments: ArraySlice<SQLTokens.Token>) -> Bool {
        var depth = 0
        var commas = 0
        var count = 0
        for token in arguments {
            if token.text == ")" && token.kind == .mark {
                if depth == 0 { break }
                depth -= 1
            } else if token.text == "(" && token.kind == .mark {
                depth += 1
            } else if depth == 0, token.kind == .mark, token.text == "," {
                commas += 1
            } else if depth == 0, token.kind == .text, token.text.lowercased() == "'now'" {
                return true
            }
            count += 1
        }
        return count == 0 || (function == "strftime" && commas == 0)
    }
}

/// SQL taken apart just far enough to tell words from texts and comments.
enum SQLTokens {
    enum Kind {
        case word, text, quotedName, mark
    }

    struct Token {
        var kind: Kind
        var text: String
        /// In bytes.
        var offset: Int
    }

    static func all(in sql: String) -> [Token] {
        let bytes = Array(sql.utf8)
        var tokens: [Token] = []
        var place = 0
        while place < bytes.count {
            let start = place
            let byte = bytes[place]
            var kind: Kind? = .mark
            if byte <= 32 {
                (kind, place) = (nil, place + 1)
            } else if bytes[place...].starts(with: "--".utf8) {
                (kind, place) = (nil, bytes[place...].firstIndex(of: 10) ?? bytes.count)
            } else if bytes[place...].starts(with: "/*".utf8) {
                (kind, place) = (nil, endOfComment(bytes, place + 2))
            } else if byte == UInt8(ascii: "'") {
                (kind, place) = (.text, endOfQuote(bytes, place + 1, byte))
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "`") {
                (kind, place) = (.quotedName, endOfQuote(bytes, place + 1, byte))
            } else if isWordPart(byte) {
                (kind, place) = (.word, bytes[place...].firstIndex { !isWordPart($0) } ?? bytes.count)
            } else {
                place += 1
            }
            guard let kind else { continue }
            tokens.append(Token(kind: kind, text: String(decoding: bytes[start..<place], as: UTF8.self), offset: start))
        }
        return tokens
    }

    private static func endOfComment(_ bytes: [UInt8], _ start: Int) -> Int {
        var place = start
        while place + 1 < bytes.count {
            if bytes[place] == UInt8(ascii: "*"), bytes[place + 1] == UInt8(ascii: "/") { return place + 2 }
            place += 1
        }
        return bytes.count
    }

    /// A doubled quote is part of the text.
    private static func endOfQuote(_ bytes: [UInt8], _ start: Int, _ quote: UInt8) -> Int {
        var place = start
        while place < bytes.count {
            if bytes[place] == quote {
                guard place + 1 < bytes.count, bytes[place + 1] == quote else { return place + 1 }
                place += 1
            }
            place += 1
        }
        return bytes.count
    }

    static func isWordPart(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 128...:
            true
        default: false
        }
    }
}
