/// Takes comma-separated values apart (RFC 4180), as they come in pieces of any size.
struct CSVRecords {
    /// Where a field's bytes stand in `bytes`.
    struct Field {
        var start: Int
        var end: Int
        var isQuoted: Bool
        /// Whether it holds doubled quotes.
        var isEscaped: Bool
    }

    enum Step {
        /// `fields` are a record; `fault` says what is wrong with it.
        case record
        /// More bytes are needed.
        case needsMore
        case end
    }

    /// A record longer than this is a quote that does not end.
    static let longestRecord = 1 << 20

    private(set) var bytes: [UInt8] = []
    private(set) var fields: [Field] = []
    /// What is wrong with the record, if anything; it can be passed over.
    private(set) var fault: String?
    /// The line on which the record begins, from 1.
    private(set) var line = 1
    private var next = 0
    private var nextLine = 1
    private var isLast = false

    mutating func append(_ more: [UInt8]) {
        bytes.removeSubrange(..<next)
        next = 0
        bytes.append(contentsOf: more)
    }

    /// No more bytes come.
    mutating func finish() { isLast = true }

    /// Whether the record in hand has grown beyond all reason.
    var isTooLong: Bool { bytes.count - next > Self.longestRecord }
    /// The line on which the record in hand begins.
    var pendingLine: Int { nextLine }

    /// Goes to the next record. Empty lines are none.
    mutating func step() -> Step {
        while true {
            fields.removeAll(keepingCapacity: true)
            fault = nil
            var scan = Scan(at: next, line: nextLine)
            let isWhole = bytes.withUnsafeBufferPointer { scan.record($0, isLast: isLast, &fields) }
            guard isWhole else { return isLast ? .end : .needsMore }
            (line, next, nextLine, fault) = (nextLine, scan.at, scan.line, scan.fault)
            let isEmpty = fields.count == 1 && fields[0].start == fields[0].end && !fields[0].isQuoted
            if !isEmpty || fault != nil { return .record }
        }
    }

    private struct Scan {
        var at: Int
        var line: Int
        var fault: String?

        init(at: Int, line: Int) {
            self.at = at
            self.line = line
        }

        private static let (comma, quote) = (UInt8(ascii: ","), UInt8(ascii: "\""))
        private static let (lineFeed, carriageReturn) = (UInt8(ascii: "\n"), UInt8(ascii: "\r"))

        /// - Returns: whether the record is whole.
        mutating func record(_ bytes: UnsafeBufferPointer<UInt8>, isLast: Bool, _ fields: inout [Field]) -> Bool {
            guard at < bytes.count else { return false }
            while true {
                let isWhole =
                    bytes.indices.contains(at) && bytes[at] == Self.quote
                    ? quoted(bytes, isLast: isLast, &fields) : plain(bytes, isLast: isLast, &fields)
                guard isWhole else { return false }
                guard at < bytes.count else { return true }
                at += 1
                if bytes[at - 1] == Self.lineFeed {
                    line += 1
                    return true
                }
                // A comma: another field, be it an empty one at the very end.
                if at == bytes.count, !isLast { return false }
            }
        }

        /// Ends at a comma, a line feed or the end.
        private mutating func plain(
            _ bytes: UnsafeBufferPointer<UInt8>, isLast: Bool, _ fields: inout [Field]
        ) -> Bool {
            let start = at
            while at < bytes.count, bytes[at] != Self.comma, bytes[at] != Self.lineFeed { at += 1 }
            guard at < bytes.count || isLast else { return false }
            var end = at
            if end > start, bytes[end - 1] == Self.carriageReturn, at == bytes.count || bytes[at] == Self.lineFeed {
                end -= 1
            }
            fields.append(Field(start: start, end: end, isQuoted: false, isEscaped: false))
            return true
        }

        private mutating func quoted(
            _ bytes: UnsafeBufferPointer<UInt8>, isLast: Bool, _ fields: inout [Field]
        ) -> Bool {
            let start = at + 1
            var isEscaped = false
            at = start
            while true {
                while at < bytes.count, bytes[at] != Self.quote {
                    if bytes[at] == Self.lineFeed { line += 1 }
                    at += 1
                }
                guard at < bytes.count else {
                    guard isLast else { return false }
                    fault = "a quoted field does not end"
                    fields.append(Field(start: start, end: at, isQuoted: true, isEscaped: isEscaped))
                    return true
                }
                // Whether the quote is doubled shows at the byte behind it.
                guard at + 1 < bytes.count || isLast else { return false }
                guard at + 1 < bytes.count, bytes[at + 1] == Self.quote else { break }
                isEscaped = true
                at += 2
            }
            fields.append(Field(start: start, end: at, isQuoted: true, isEscaped: isEscaped))
            at += 1
            let behind = at
            while at < bytes.count, bytes[at] != Self.comma, bytes[at] != Self.lineFeed { at += 1 }
            guard at < bytes.count || isLast else { return false }
            let isClean = at == behind || (at == behind + 1 && bytes[behind] == Self.carriageReturn)
            if !isClean { fault = "text behind a closing quote" }
            return true
        }
    }
}
