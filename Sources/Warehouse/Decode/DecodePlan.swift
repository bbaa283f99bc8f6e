internal import CSimdJSON
public import SQLite

/// One member of a row and the column it goes into.
public struct Field: Sendable, Hashable {
    public var name: String
    public var kind: ColumnKind
    /// Whether an absent or null member is fine: it takes `fallback`, else NULL.
    public var mayBeAbsent: Bool
    public var fallback: Value?

    public init(name: String, kind: ColumnKind, mayBeAbsent: Bool, fallback: Value? = nil) {
        self.name = name
        self.kind = kind
        self.mayBeAbsent = mayBeAbsent
        self.fallback = fallback
    }
}

/// How a document becomes rows: its fields in the order of the cells. Immutable, and made once for a dataset.
public final class DecodePlan: Sendable {
    public let fields: [Field]
    // The C plan and what it points at are written in init, freed in deinit and only read between.
    nonisolated(unsafe) private let plan: UnsafeMutablePointer<esiwh_plan>
    nonisolated(unsafe) private let texts: [UnsafeMutablePointer<CChar>]

    /// - Parameters:
    ///   - rows: a JSON pointer to the rows; nil for the document itself.
    ///   - ignored: members that are neither columns nor worth a report.
    public init(fields: [Field], rows: String? = nil, ignored: Set<String> = []) {
        self.fields = fields
        var texts: [UnsafeMutablePointer<CChar>] = []
        func keep(_ text: String) -> UnsafePointer<CChar> {
            let copy = UnsafeMutablePointer<CChar>.allocate(capacity: text.utf8.count + 1)
            for (index, byte) in text.utf8.enumerated() { copy[index] = CChar(bitPattern: byte) }
            copy[text.utf8.count] = 0
            texts.append(copy)
            return UnsafePointer(copy)
        }
        let members = UnsafeMutablePointer<esiwh_field>.allocate(capacity: max(fields.count, 1))
        for (index, field) in fields.enumerated() {
            var member = esiwh_field()
            member.name = keep(field.name)
            member.name_length = field.name.utf8.count
            member.kind = field.kind.code
            member.may_be_absent = field.mayBeAbsent || field.fallback != nil ? 1 : 0
            switch field.fallback {
            case .integer(let value):
                member.fallback_tag = UInt8(ESIWH_INTEGER)
                member.fallback_bits = UInt64(bitPattern: value)
            case .real(let value):
                member.fallback_tag = UInt8(ESIWH_REAL)
                member.fallback_bits = value.bitPattern
            case .text(let text):
                member.fallback_tag = UInt8(ESIWH_TEXT)
                member.fallback_text = keep(text)
                member.fallback_length = text.utf8.count
            case .null, .blob, nil:
                member.fallback_tag = UInt8(ESIWH_NULL)
            }
            members[index] = member
        }
        let names = UnsafeMutablePointer<UnsafePointer<CChar>?>.allocate(capacity: max(ignored.count, 1))
        for (index, name) in ignored.sorted().enumerated() { names[index] = keep(name) }
        plan = .allocate(capacity: 1)
        plan.initialize(
            to: esiwh_plan(
                fields: members, field_count: fields.count, rows_pointer: rows.map(keep), ignored: names,
                ignored_count: ignored.count))
        self.texts = texts
    }

    deinit {
        plan.pointee.fields.deallocate()
        plan.pointee.ignored.deallocate()
        plan.deallocate()
        for text in texts { text.deallocate() }
    }

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
