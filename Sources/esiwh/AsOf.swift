internal import Warehouse

/// A moment as people give it: `--as-of`, `--from`, `--to`, and values of parameters that are timestamps.
enum AsOf: Equatable {
    /// Unix seconds.
    case moment(Int64)
    /// The moment of the snapshot of this number.
    case snapshot(Int64)

    static let forms = "a date, a time (2026-11-24T12:00Z), -2h, -30m, -7d, yesterday, now, or a snapshot's number"

    /// - Parameter now: what `-2h`, `yesterday` and `now` count from, in Unix seconds.
    init(_ text: String, now: Int64) throws(CommandError) {
        if let moment = Self.moment(text, now: now) {
            self = .moment(moment)
        } else if let id = Int64(text), id > 0, !text.hasPrefix("+") {
            self = .snapshot(id)
        } else {
            throw CommandError(.usage, "\"\(text.withVisibleControls())\" is no moment", mend: "give \(Self.forms)")
        }
    }

    /// The forms that need no warehouse; nil for any other text.
    static func moment(_ text: String, now: Int64) -> Int64? {
        switch text {
        case "now": return now
        case "yesterday": return now - 86400
        default: break
        }
        if text.hasPrefix("@") { return Int64(text.dropFirst()) }
        if text.hasPrefix("-") { return span(text.dropFirst()).map { now - $0 } }
        return Timestamp.parse(text)
    }

    /// `2h`, `1d12h`, in seconds.
    private static func span(_ text: Substring) -> Int64? {
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604_800]
        var rest = text
        var total: Int64 = 0
        repeat {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            // Nine digits of weeks are far before the first star, and fit.
            guard (1...9).contains(digits.count), let number = Int64(digits) else { return nil }
            rest = rest.dropFirst(digits.count)
            guard let unit = rest.popFirst().flatMap({ units[$0] }) else { return nil }
            total += number * unit
        } while !rest.isEmpty
        return total
    }
}
