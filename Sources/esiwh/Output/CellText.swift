internal import SQLite
internal import Warehouse

/// How amounts and moments are written for people.
struct HumanStyle {
    /// The moment that "3 h ago" counts from, in Unix seconds.
    var now: Int64

    /// `1.25 B`: three significant digits.
    static func amount(_ value: Double) -> String {
        let size = value.magnitude
        guard size.isFinite else { return CellText.real(value) }
        guard size >= 999.995 else { return fixed(value, 2) }
        let steps: [(scale: Double, unit: String)] = [(1e3, "k"), (1e6, "M"), (1e9, "B"), (1e12, "T")]
        for step in steps where size < step.scale * 999.5 || step.unit == "T" {
            let scaled = value / step.scale
            let digits = scaled.magnitude < 9.995 ? 2 : scaled.magnitude < 99.95 ? 1 : 0
            return fixed(scaled, digits) + " " + step.unit
        }
        return fixed(value, 0)
    }

    /// `3 h ago`, `in 2 d`.
    func moment(_ seconds: Int64) -> String {
        let difference = now.subtractingReportingOverflow(seconds)
        guard !difference.overflow else { return Timestamp.text(seconds) }
        let span = Self.duration(Double(difference.partialValue.magnitude))
        return difference.partialValue >= 0 ? "\(span) ago" : "in \(span)"
    }

    /// `45 s`, `12 min`, `3 h`, `5 d`: one unit, cut.
    static func duration(_ seconds: Double) -> String {
        switch seconds {
        case ..<60: "\(Int(seconds)) s"
        case ..<3600: "\(Int(seconds / 60)) min"
        case ..<172_800: "\(Int(seconds / 3600)) h"
        default: "\(Int(seconds / 86400)) d"
        }
    }

    /// `9.6 MiB`
    static func bytes(_ count: Int) -> String {
        if count < 1024 { return "\(count) B" }
        var size = Double(count) / 1024
        for unit in ["KiB", "MiB"] {
            if size < 1023.95 { return fixed((size * 10).rounded() / 10, 2).dropLast() + " " + unit }
            size /= 1024
        }
        return fixed((size * 10).rounded() / 10, 2).dropLast() + " GiB"
    }

    /// A number with so many decimals, rounded half away from zero.
    static func fixed(_ value: Double, _ decimals: Int) -> String {
        guard value.magnitude < 1e15 else { return CellText.real(value) }
        let scale: Int64 = [1, 10, 100][decimals]
        let scaled = Int64((value.magnitude * Double(scale)).rounded())
        let sign = value < 0 && scaled != 0 ? "-" : ""
        guard decimals > 0 else { return sign + String(scaled) }
        let fraction = String(scaled % scale)
        return sign + "\(scaled / scale)." + String(repeating: "0", count: decimals - fraction.count) + fraction
    }
}

/// A value as text, for every format but JSON.
struct CellText {
    var human: HumanStyle?

    /// The text of a value; nil for NULL.
    func text(_ value: Value, _ kind: ColumnKind?) -> String? {
        if let human, let text = humanText(value, kind, human) { return text }
        switch value {
        case .null: return nil
        case .integer(let number): return kind == .timestamp ? Timestamp.text(number) : String(number)
        case .real(let number): return kind == .isk ? Self.isk(number) : Self.real(number)
        case .text(let text): return text
        case .blob(let bytes): return Self.hex(bytes)
        }
    }

    private func humanText(_ value: Value, _ kind: ColumnKind?, _ human: HumanStyle) -> String? {
        switch (value, kind) {
        case (.integer(let number), .timestamp): human.moment(number)
        case (.integer(let number), .boolean): number == 0 ? "no" : "yes"
        case (.integer(let number), .isk): HumanStyle.amount(Double(number))
        case (.real(let number), .isk): HumanStyle.amount(number)
        default: nil
        }
    }

    /// The shortest digits that round-trip, whole amounts without `.0`.
    static func isk(_ number: Double) -> String {
        if number == number.rounded(), number.magnitude < 1e18 { return String(Int64(number)) }
        return real(number)
    }

    /// As SQLite prints a REAL, but with the shortest digits that round-trip.
    static func real(_ number: Double) -> String {
        if number.isInfinite { return number < 0 ? "-Inf" : "Inf" }
        return number.description
    }

    static func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}

extension Value {
    /// Whether the value stands at the right of its column.
    func isNumber(_ kind: ColumnKind?) -> Bool {
        switch self {
        case .integer, .real: kind != .timestamp && kind != .boolean
        default: false
        }
    }
}
