import SQLite
import Warehouse

/// What must hold of a body that the decoder took.
enum Checks {
    static let fields = [
        Field(name: "order_id", kind: .integer, mayBeAbsent: false),
        Field(name: "price", kind: .isk, mayBeAbsent: true),
        Field(name: "range", kind: .text, mayBeAbsent: true),
        Field(name: "issued", kind: .timestamp, mayBeAbsent: true),
        Field(name: "is_buy_order", kind: .boolean, mayBeAbsent: false, fallback: .integer(0)),
        Field(name: "attributes", kind: .json, mayBeAbsent: true),
    ]
    /// Rows in each element of an array, with what stands in them, around them and further out.
    static let nestedFields = [
        Field(name: "type_id", kind: .integer, mayBeAbsent: false, place: FieldPlace("../type_id")),
        Field(name: "note", kind: .text, mayBeAbsent: true, place: FieldPlace("../../a/note")),
        Field(name: "cost", kind: .real, mayBeAbsent: true, place: FieldPlace("/c/cost")),
        Field(name: "end", kind: .timestamp, mayBeAbsent: true, place: FieldPlace("/c/window/end")),
        Field(name: "more", kind: .json, mayBeAbsent: true),
        Field(name: "place", kind: .integer, mayBeAbsent: false, place: .position),
    ]
    /// An array of objects or one object; rows nested in a document; an array of plain ids; rows nested in elements,
    /// plain ones, and ones of an object that may lack them.
    static let plans = [
        plan(fields, ignored: ["region_id"]),
        plan(fields, "/orders"),
        plan([Field(name: "id", kind: .integer, mayBeAbsent: false)]),
        plan(nestedFields, "/*/in/levels"),
        plan([nestedFields[0], Field(name: "id", kind: .integer, mayBeAbsent: true), nestedFields[5]], "/*/ids"),
        plan(Array(nestedFields[2...]), "/levels", mayBeAbsent: true),
    ]

    private static func plan(
        _ fields: [Field], _ rows: String = "", mayBeAbsent: Bool = false, ignored: Set<String> = []
    ) -> DecodePlan {
        guard let rows = RowsPointer(rows) else { fatalError("\(rows) is no pointer") }
        do {
            return try DecodePlan(fields: fields, rows: rows, rowsMayBeAbsent: mayBeAbsent, ignored: ignored)
        } catch {
            fatalError("\(error)")
        }
    }

    // libFuzzer calls on one thread.
    nonisolated(unsafe) private static let judge: Connection = {
        do {
            return try Connection(path: ":memory:", mode: .create)
        } catch {
            fatalError("\(error)")
        }
    }()

    static func run(_ body: [UInt8]) {
        for plan in plans {
            let rows: DecodedRows
            do {
                rows = try plan.decode(body)
            } catch {
                precondition(!error.message.isEmpty, "an error without a word")
                continue
            }
            precondition(isJSON(body), "taken, but no JSON")
            for row in 0..<rows.rowCount {
                for column in 0..<rows.columnCount { check(rows.value(row, column), plan.fields[column]) }
            }
        }
    }

    private static func isJSON(_ body: [UInt8]) -> Bool {
        guard let text = String(validating: body, as: UTF8.self) else { return false }
        do {
            return try judge.value("SELECT json_valid(?)", [.text(text)]) == .integer(1)
        } catch {
            fatalError("\(error)")
        }
    }

    private static func check(_ value: Value, _ field: Field) {
        switch (value, field.kind) {
        case (.null, _): precondition(field.mayBeAbsent, "a required cell is NULL")
        case (.integer(let flag), .boolean): precondition(flag == 0 || flag == 1, "a boolean that is neither")
        case (.integer, .integer), (.integer, .timestamp): break
        case (.real(let number), .real), (.real(let number), .isk):
            precondition(number.isFinite, "a number without a value")
        case (.text, .text): break
        case (.text(let nested), .json): precondition(isJSON(Array(nested.utf8)), "a nested value is no JSON")
        default: preconditionFailure("\(value) in a column of kind \(field.kind)")
        }
    }
}
