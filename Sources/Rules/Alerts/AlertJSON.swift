internal import SQLite
internal import Warehouse

/// Rows as JSON objects, as the alert tables keep them: exact to 64 bits and to the last bit of a REAL.
enum AlertJSON {
    static func object(_ members: some Sequence<(name: String, value: Value)>) -> String {
        "{" + members.map { "\(JSONText.quoted($0.name)):\(text($0.value))" }.joined(separator: ",") + "}"
    }

    static func object(_ members: [String: String]) -> String {
        object(members.sorted { $0.key < $1.key }.map { (name: $0.key, value: .text($0.value)) })
    }

    static func object(_ members: [String: Value]) -> String {
        object(members.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) })
    }

    /// The members of an object in their order, read by SQLite: its JSON knows INTEGER from REAL.
    static func members(
        _ object: String, on connection: Connection
    ) throws(SQLiteError) -> [(name: String, value: Value)] {
        try connection.query("SELECT key, atom FROM json_each(?) ORDER BY id", [.text(object)])
            .map { (name: $0[0].plainText, value: $0[1]) }
    }

    static func texts(_ object: String, on connection: Connection) throws(SQLiteError) -> [String: String] {
        Dictionary(try members(object, on: connection).map { ($0.name, $0.value.plainText) }) { first, _ in first }
    }

    static func values(_ object: String, on connection: Connection) throws(SQLiteError) -> [String: Value] {
        Dictionary(try members(object, on: connection).map { ($0.name, $0.value) }) { first, _ in first }
    }

    private static func text(_ value: Value) -> String {
        switch value {
        case .null: "null"
        case .integer(let number): String(number)
        // JSON has no infinity; SQLite reads one from this.
        case .real(let number) where number.isInfinite: number < 0 ? "-9e999" : "9e999"
        case .real(let number): number.isNaN ? "null" : number.description
        case .text(let text): JSONText.quoted(text)
        case .blob: JSONText.quoted(value.plainText)
        }
    }
}
