internal import SQLite
internal import Warehouse

/// JSON to be sent: members in the order given, numbers exact to 64 bits and to the last bit of a REAL.
indirect enum JSONText: ExpressibleByStringLiteral {
    case null
    case bool(Bool)
    /// As it is to be written.
    case number(String)
    case string(String)
    case array([JSONText])
    case object([(String, JSONText)])

    init(stringLiteral value: String) { self = .string(value) }

    /// A column's value, as `--format json` prints it.
    init(_ value: Value, _ unit: String?) {
        switch (value, unit) {
        case (.null, _): self = .null
        case (.integer(let number), "timestamp"): self = .string(Timestamp.text(number))
        case (.integer(let number), "boolean"): self = .bool(number != 0)
        case (.integer(let number), _): self = .number(String(number))
        case (.real(let number), _) where !number.isFinite: self = .null
        case (.real(let number), _):
            let isWhole = number == number.rounded() && number.magnitude < 1e18
            self = .number(isWhole ? String(Int64(number)) : number.description)
        case (.text(let text), _): self = .string(text)
        case (.blob, _): self = .string(value.plainText)
        }
    }

    var text: String {
        switch self {
        case .null: "null"
        case .bool(let value): value ? "true" : "false"
        case .number(let digits): digits
        case .string(let text): Self.quoted(text)
        case .array(let elements): "[" + elements.map(\.text).joined(separator: ",") + "]"
        case .object(let members):
            "{" + members.map { "\(Self.quoted($0.0)):\($0.1.text)" }.joined(separator: ",") + "}"
        }
    }

    /// A text as JSON writes it.
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case _ where scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value):
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}
