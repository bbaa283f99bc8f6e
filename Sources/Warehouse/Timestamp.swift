/// Moments as Unix seconds (UTC) and as ISO 8601 texts. No calendar of the system's is asked: a moment reads the same
/// everywhere, and starting up costs nothing.
public enum Timestamp {
    /// `2026-11-24T12:41:53Z`; the plain number outside the years 0000 to 9999.
    public static func text(_ seconds: Int64) -> String {
        guard (-62_167_219_200...253_402_300_799).contains(seconds) else { return String(seconds) }
        let day = Int((Double(seconds) / 86400).rounded(.down))
        let rest = Int(seconds) - day * 86400
        let (year, month, date) = civil(day)
        return "\(pad(year, 4))-\(pad(month, 2))-\(pad(date, 2))"
            + "T\(pad(rest / 3600, 2)):\(pad(rest / 60 % 60, 2)):\(pad(rest % 60, 2))Z"
    }

    /// Reads `2026-11-24`, `2026-11-24T12:41`, `2026-11-24 12:41:53.25`, each with `Z`, `+01:00` or nothing (UTC) behind a time.
    /// A date alone is its midnight; fractions of a second are cut. Nil for anything else, also for a 30th of February.
    public static func parse(_ text: String) -> Int64? {
        var rest = Substring(text)
        guard let year = number(&rest, 4), take(&rest, "-"), let month = number(&rest, 2), take(&rest, "-"),
            let date = number(&rest, 2), let midnight = midnight(year, month, date)
        else { return nil }
        if rest.isEmpty { return midnight }
        guard take(&rest, "T") || take(&rest, "t") || take(&rest, " "), let time = timeOfDay(&rest),
            let offset = zone(&rest), rest.isEmpty
        else { return nil }
        return midnight + time - offset
    }

    /// Reads a moment as people give it: `now`, `yesterday`, `-2h`, `-1d12h`, `@1764000000`, or as `parse` does.
    /// - Parameter now: what the relative forms count from, in Unix seconds.
    public static func moment(_ text: String, now: Int64) -> Int64? {
        switch text {
        case "now": return now
        case "yesterday": return now - 86400
        default: break
        }
        if text.hasPrefix("@") { return Int64(text.dropFirst()) }
        if text.hasPrefix("-") { return span(text.dropFirst()).map { now - $0 } }
        return parse(text)
    }

    /// `2h`, `1d12h`, in seconds.
    public static func span(_ text: some StringProtocol) -> Int64? {
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604_800]
        var rest = Substring(text)
        var total: Int64 = 0
        repeat {
            let digits = rest.prefix { $0.isASCIIDigit }
            // Nine digits of weeks are before the first star, and fit.
            guard (1...9).contains(digits.count), let number = Int64(digits) else { return nil }
            rest = rest.dropFirst(digits.count)
            guard let unit = rest.popFirst().flatMap({ units[$0] }) else { return nil }
            total += number * unit
        } while !rest.isEmpty
        return total
    }

    private static func pad(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    private static func midnight(_ year: Int, _ month: Int, _ date: Int) -> Int64? {
        guard (1...12).contains(month), (1...31).contains(date) else { return nil }
        let day = days(year, month, date)
        guard civil(day) == (year, month, date) else { return nil }
        return Int64(day) * 86400
    }

    private static func timeOfDay(_ rest: inout Substring) -> Int64? {
        guard let hour = number(&rest, 2), hour < 24, take(&rest, ":"), let minute = number(&rest, 2), minute < 60
        else {
            return nil
        }
        var second = 0
        if take(&rest, ":") {
            guard let found = number(&rest, 2), found < 60 else { return nil }
            second = found
            if take(&rest, ".") {
                guard rest.first?.isASCIIDigit == true else { return nil }
                rest = rest.drop { $0.isASCIIDigit }
            }
        }
        return Int64(hour * 3600 + minute * 60 + second)
    }

    private static func zone(_ rest: inout Substring) -> Int64? {
        if rest.isEmpty || take(&rest, "Z") || take(&rest, "z") { return 0 }
        let sign: Int64 = take(&rest, "+") ? 1 : take(&rest, "-") ? -1 : 0
        guard sign != 0, let hour = number(&rest, 2), hour < 24 else { return nil }
        if rest.isEmpty { return sign * Int64(hour) * 3600 }
        _ = take(&rest, ":")
        guard let minute = number(&rest, 2), minute < 60 else { return nil }
        return sign * Int64(hour * 3600 + minute * 60)
    }

    private static func number(_ rest: inout Substring, _ width: Int) -> Int? {
        let digits = rest.prefix(width)
        guard digits.count == width, digits.allSatisfy(\.isASCIIDigit) else { return nil }
        rest = rest.dropFirst(width)
        return Int(digits)
    }

    private static func take(_ rest: inout Substring, _ character: Character) -> Bool {
        guard rest.first == character else { return false }
        rest = rest.dropFirst()
        return true
    }

    /// Days since 1970-01-01 of the proleptic Gregorian calendar (Howard Hinnant, "chrono-compatible low-level date algorithms").
    private static func days(_ year: Int, _ month: Int, _ date: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let era = (year >= 0 ? year : year - 399) / 400
        let yearOfEra = year - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + date - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    private static func civil(_ day: Int) -> (year: Int, month: Int, date: Int) {
        let shifted = day + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth + (shiftedMonth < 10 ? 3 : -9)
        let date = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, date)
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { isASCII && isNumber }
}
