/// What a column's values mean, beyond how SQLite stores them.
public enum ColumnKind: String, Sendable, Hashable, CaseIterable {
    /// A 64-bit whole number.
    case integer
    /// A double.
    case real
    case text
    /// ISO 8601 in ESI's answers and in ours, INTEGER Unix seconds (UTC) stored.
    case timestamp
    /// true and false in JSON, INTEGER 1 and 0 stored.
    case boolean
    /// An amount of ISK, REAL; a JSON number with the shortest digits that round-trip.
    case isk
    /// A nested value, TEXT of canonical JSON.
    case json

    /// The storage class in a STRICT table.
    public var storage: String {
        switch self {
        case .integer, .timestamp, .boolean: "INTEGER"
        case .real, .isk: "REAL"
        case .text, .json: "TEXT"
        }
    }

    /// The kind of a column that `columns` does not name.
    init?(storage: String) {
        switch storage.uppercased() {
        case "INTEGER", "INT": self = .integer
        case "REAL": self = .real
        case "TEXT": self = .text
        default: return nil
        }
    }
}
