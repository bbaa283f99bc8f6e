internal import CSimdJSON
public import SQLite

/// A column and the value that goes into it.
public struct Field: Sendable, Hashable {
    public var name: String
    public var kind: ColumnKind
    /// Whether an absent or null value is fine: it takes `fallback`, else NULL.
    public var mayBeAbsent: Bool
    public var fallback: Value?
    public var place: FieldPlace

    /// - Parameter place: nil for the row's member of the column's name.
    public init(
        name: String, kind: ColumnKind, mayBeAbsent: Bool, fallback: Value? = nil, place: FieldPlace? = nil
    ) {
        self.name = name
        self.kind = kind
        self.mayBeAbsent = mayBeAbsent
        self.fallback = fallback
        self.place = place ?? .named(name)
    }
}

/// How a document becomes rows: its fields in the order of the cells. Immutable, and made once for a dataset.
public final class DecodePlan: Sendable {
    public let fields: [Field]
    // Written in init, freed in deinit and only read between.
    nonisolated(unsafe) private let plan: UnsafeMutablePointer<esiwh_plan>
    private let memory: PlanMemory

    /// - Parameters:
    ///   - rows: where the rows stand.
    ///   - rowsMayBeAbsent: whether an answer without them has no rows; else it is an error. Below a `*` they may be.
    ///   - ignored: members that are neither columns nor worth a report; see `unknownMembers`. A name that ends in `/`
    ///     stands for all below it.
    /// - Throws: `FieldFault` where the fields' places exclude each other.
    public convenience init(
        fields: [Field], rows: RowsPointer = RowsPointer(), rowsMayBeAbsent: Bool = false, ignored: Set<String> = []
    ) throws {
        let shape = try AnswerShape(fields: fields, rows: rows)
        self.init(fields: fields, shape: shape, rowsMayBeAbsent: rowsMayBeAbsent, ignored: ignored)
    }

    init(fields: [Field], shape: AnswerShape, rowsMayBeAbsent: Bool, ignored: Set<String>) {
        self.fields = fields
        let memory = PlanMemory()
        let objects = shape.objects.map { object in
            let members = object.members.map { member in
                esiwh_member(
                    name: memory.text(member.name), name_length: member.name.utf8.count,
                    kind: member.target.kind(fields), target: member.target.number)
            }
            return esiwh_object(
                members: memory.array(members), member_count: members.count,
                prefix: memory.text(object.path.map { $0 + "/" }.joined()))
        }
        var isInArray = false
        let steps = shape.steps.map { step in
            switch step {
            case .each:
                isInArray = true
                return esiwh_step(is_each: 1, is_each_member: 0, may_be_absent: 0, object: 0)
            case .eachMember:
                isInArray = true
                return esiwh_step(is_each: 0, is_each_member: 1, may_be_absent: 0, object: 0)
            case .into(let object):
                return esiwh_step(
                    is_each: 0, is_each_member: 0, may_be_absent: isInArray || rowsMayBeAbsent ? 1 : 0, object: object)
            }
        }
        let none = Int(bitPattern: UInt.max)
        plan = .allocate(capacity: 1)
        plan.initialize(
            to: esiwh_plan(
                columns: memory.array(fields.map { $0.column(memory) }), column_count: fields.count,
                objects: memory.array(objects), object_count: objects.count,
                steps: memory.array(steps), step_count: steps.count,
                row_object: shape.rowObject, plain_member: shape.plainMember ?? none,
                position_column: shape.positionColumn ?? none, name_column: shape.nameColumn ?? none,
                ignored: memory.array(ignored.sorted().map { memory.text($0) }), ignored_count: ignored.count))
        self.memory = memory
    }

    deinit { plan.deallocate() }

    /// Decodes one answer's body.
    /// - Throws: `DecodeError` naming the path; nothing is kept of the body then.
    public func decode(_ body: [UInt8]) throws(DecodeError) -> DecodedRows {
        var rows = esiwh_rows()
        var error = esiwh_decode_error()
        let done = body.withUnsafeBytes {
            esiwh_decode($0.baseAddress, $0.count, UnsafePointer(plan), &rows, &error)
        }
        guard done == 1 else { throw DecodeError(&error) }
        return DecodedRows(rows, columnCount: fields.count)
    }

    /// Decodes documents that stand one a line (JSON Lines), as the rows of one.
    /// - Throws: `LineError`; nothing is kept of the text then.
    public func decodeLines(_ text: [UInt8]) throws(LineError) -> DecodedRows {
        var rows = esiwh_rows()
        var error = esiwh_decode_error()
        var line = 0
        let done = text.withUnsafeBytes {
            esiwh_decode_lines($0.baseAddress, $0.count, UnsafePointer(plan), &rows, &error, &line)
        }
        guard done == 1 else { throw LineError(line: line, error: DecodeError(&error)) }
        return DecodedRows(rows, columnCount: fields.count, isOfLines: true)
    }
}

/// What a C plan points at.
private final class PlanMemory: Sendable {
    // Filled while the plan is made, freed with it.
    nonisolated(unsafe) private var blocks: [UnsafeMutableRawPointer] = []

    func array<Element: BitwiseCopyable>(_ elements: [Element]) -> UnsafePointer<Element> {
        let copy = UnsafeMutablePointer<Element>.allocate(capacity: max(elements.count, 1))
        copy.initialize(from: elements, count: elements.count)
        blocks.append(UnsafeMutableRawPointer(copy))
        return UnsafePointer(copy)
    }

    func text(_ text: String) -> UnsafePointer<CChar> {
        array(text.utf8.map { CChar(bitPattern: $0) } + [0])
    }

    deinit {
        for block in blocks { block.deallocate() }
    }
}

extension AnswerShape.Target {
    fileprivate func kind(_ fields: [Field]) -> UInt8 {
        switch self {
        case .column(let column): fields[column].kind.code
        case .object: UInt8(ESIWH_KIND_OBJECT)
        case .rows: UInt8(ESIWH_KIND_ROWS)
        }
    }

    fileprivate var number: Int {
        switch self {
        case .column(let number), .object(let number), .rows(let number): number
        }
    }
}

extension Field {
    fileprivate func column(_ memory: PlanMemory) -> esiwh_column {
        var column = esiwh_column()
        column.may_be_absent = mayBeAbsent || fallback != nil ? 1 : 0
        switch fallback {
        case .integer(let value):
            column.fallback_tag = UInt8(ESIWH_INTEGER)
            column.fallback_bits = UInt64(bitPattern: value)
        case .real(let value):
            column.fallback_tag = UInt8(ESIWH_REAL)
            column.fallback_bits = value.bitPattern
        case .text(let text):
            column.fallback_tag = UInt8(ESIWH_TEXT)
            column.fallback_text = memory.text(text)
            column.fallback_length = text.utf8.count
        case .null, .blob, nil:
            column.fallback_tag = UInt8(ESIWH_NULL)
        }
        return column
    }
}

extension ColumnKind {
    fileprivate var code: UInt8 {
        switch self {
        case .integer: UInt8(ESIWH_KIND_INTEGER)
        case .real, .isk: UInt8(ESIWH_KIND_REAL)
        case .text: UInt8(ESIWH_KIND_TEXT)
        case .timestamp: UInt8(ESIWH_KIND_TIMESTAMP)
        case .boolean: UInt8(ESIWH_KIND_BOOLEAN)
        case .json: UInt8(ESIWH_KIND_JSON)
        }
    }
}

/// A line that is not what its dataset's file says.
public struct LineError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Its number in the text, from 1.
    public var line: Int
    public var error: DecodeError

    public init(line: Int, error: DecodeError) {
        self.line = line
        self.error = error
    }

    public var description: String { "\(line): \(error)" }
}

/// A body that is not what its dataset's file says.
public struct DecodeError: Error, Equatable, Sendable, CustomStringConvertible {
    /// A JSON pointer such as `/12/price`; empty for the document.
    public var path: String
    public var message: String
    /// Not JSON at all (cut short, HTML, not UTF-8), which asking again may mend; otherwise of another shape.
    public var isMalformed: Bool

    public init(path: String, message: String, isMalformed: Bool) {
        self.path = path
        self.message = message
        self.isMalformed = isMalformed
    }

    fileprivate init(_ error: inout esiwh_decode_error) {
        func text<Characters>(_ characters: inout Characters) -> String {
            withUnsafeBytes(of: &characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        }
        self.init(path: text(&error.path), message: text(&error.message), isMalformed: error.malformed != 0)
    }

    public var description: String { path.isEmpty ? message : "\(path): \(message)" }
}
