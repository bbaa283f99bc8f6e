/// Moments as the sandbox's clock and answers write them.
public enum SandboxTime {
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    private static let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]

    /// `2026-09-27T12:00:00Z`
    public static func text(_ seconds: Int) -> String {
        let (year, month, day) = civil(seconds / 86_400)
        return "\(year)-\(two(month))-\(two(day))T\(clock(seconds))Z"
    }

    /// `Sun, 27 Sep 2026 12:00:00 GMT`
    static func httpText(_ seconds: Int) -> String {
        let days = seconds / 86_400
        let (year, month, day) = civil(days)
        return "\(weekdays[days % 7]), \(two(day)) \(months[month - 1]) \(year) \(clock(seconds)) GMT"
    }

    /// Reads `2026-09-27T12:00:00Z`; nil for anything else.
    public static func parse(_ text: String) -> Int? {
        let numbers = text.split { "-T:Z".contains($0) }.compactMap { Int($0) }
        guard numbers.count == 6, text.utf8.count == 20, text.last == "Z", (1...12).contains(numbers[1]) else {
            return nil
        }
        return days(numbers[0], numbers[1], numbers[2]) * 86_400 + numbers[3] * 3600 + numbers[4] * 60 + numbers[5]
    }

    /// The day, since 1970, on which the month began that lies so many months before a moment's.
    static func firstOfMonth(before seconds: Int, months: Int) -> Int {
        let (year, month, _) = civil(seconds / 86_400)
        let count = year * 12 + month - 1 - months
        return days(count / 12, count % 12 + 1, 1)
    }

    private static func clock(_ seconds: Int) -> String {
        "\(two(seconds / 3600 % 24)):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    /// Days since 1970-01-01, by Howard Hinnant's days_from_civil.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let year = month <= 2 ? year - 1 : year
        let yearOfEra = year % 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return year / 400 * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func civil(_ days: Int) -> (Int, Int, Int) {
        let shifted = days + 719_468
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let civilMonth = month < 10 ? month + 3 : month - 9
        let year = yearOfEra + shifted / 146_097 * 400 + (civilMonth <= 2 ? 1 : 0)
        return (year, civilMonth, dayOfYear - (153 * month + 2) / 5 + 1)
    }
}
