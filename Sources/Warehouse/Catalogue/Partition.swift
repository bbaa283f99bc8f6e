public import SQLite

/// One binding of a dataset's path parameters (or one id of a POST route): the unit that ESI shows whole.
public struct Partition: Sendable, Hashable, CustomStringConvertible {
    public struct Parameter: Sendable, Hashable {
        public let name: String
        public let value: Value

        public init(name: String, value: Value) {
            self.name = name
            self.value = value
        }
    }

    public let parameters: [Parameter]

    public init(_ parameters: [Parameter] = []) {
        self.parameters = parameters
    }

    /// `region_id=10000002`; several are joined by `&`, none is the empty text.
    public var description: String {
        parameters.map { "\($0.name)=\(Self.escape($0.value.plainText))" }.joined(separator: "&")
    }

    public subscript(name: String) -> Value? {
        parameters.first { $0.name == name }?.value
    }

    /// Reads back what `description` wrote, with the dataset's column types.
    public init?(_ text: String, of dataset: Dataset) {
        let pieces = text.split(separator: "&").map { $0.split(separator: "=", maxSplits: 1) }
        var parameters: [Parameter] = []
        for name in dataset.partitionColumns {
            guard let piece = pieces.first(where: { $0.count == 2 && $0[0] == name }),
                let column = dataset.column(name),
                let value = Value(plainText: Self.unescape(piece[1]), storage: column.storage)
            else { return nil }
            parameters.append(Parameter(name: name, value: value))
        }
        self.parameters = parameters
    }

    private static let escapes: [(Character, String)] = [("%", "%25"), ("&", "%26"), ("=", "%3D")]

    private static func escape(_ text: String) -> String {
        String(text.flatMap { character in escapes.first { $0.0 == character }?.1 ?? String(character) })
    }

    private static func unescape(_ text: Substring) -> String {
        var rest = text
        var out = ""
        while let character = rest.first {
            if let escape = escapes.first(where: { rest.hasPrefix($0.1) }) {
                out.append(escape.0)
                rest = rest.dropFirst(escape.1.count)
            } else {
                out.append(character)
                rest = rest.dropFirst()
            }
        }
        return out
    }
}

extension Value {
    /// The value as in a URL or on a command line.
    public var plainText: String {
        switch self {
        case .null: ""
        case .integer(let value): String(value)
        case .real(let value): String(value)
        case .text(let value): value
        case .blob(let bytes): bytes.map { String($0, radix: 16) }.joined()
        }
    }

    /// A text read as a value of a storage class; nil where it is none.
    public init?(plainText: String, storage: String) {
        switch storage {
        case "INTEGER":
            guard let value = Int64(plainText) else { return nil }
            self = .integer(value)
        case "REAL":
            guard let value = Double(plainText), value.isFinite else { return nil }
            self = .real(value)
        default:
            self = .text(plainText)
        }
    }
}
