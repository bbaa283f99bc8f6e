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
    /// Rows in each member of an object, with its name.
    static let namedFields = [
        Field(name: "activity", kind: .text, mayBeAbsent: false, place: .name),
        Field(name: "id", kind: .integer, mayBeAbsent: true, place: FieldPlace("../../_key")),
        Field(name: "cost", kind: .real, mayBeAbsent: true),
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
        plan(namedFields, "/in/*/levels", mayBeAbsent: true),
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
            checkLines(body, plan)
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

    /// The same bytes as a document a line: what is taken, each line gives on its own.
    private static func checkLines(_ text: [UInt8], _ plan: DecodePlan) {
        let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .filter { !$0.allSatisfy { [0x20, 0x09, 0x0d].contains($0) } }
        do {
            let rows = try plan.decodeLines(text)
            var count = 0
            for line in lines { count += try plan.decode(Array(line)).rowCount }
            precondition(count == rows.rowCount, "lines give other rows together than alone")
        } catch let error as LineError {
            precondition(error.line > 0 && !error.error.message.isEmpty, "an error without a place")
        } catch {
            fatalError("taken among lines, and not alone: \(error)")
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
