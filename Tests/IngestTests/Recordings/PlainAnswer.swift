import Foundation
import SQLite
import Testing
import Warehouse

/// An answer's rows as a dataset's file describes them, read plainly: what the decoder is held against.
struct PlainAnswer {
    struct Row {
        /// By column; those of the kind `json` apart.
        var values: [String: Value] = [:]
        var nested: [String: PlainJSON] = [:]
        /// Where the values stand in the answer: JSON pointers.
        var places: Set<String> = []
    }

    private(set) var rows: [Row] = []
    private let dataset: Dataset
    private let paths: [String: [String]]
    private let parameters: [String: Value]

    /// An object on the way to a row, or the row: by the names on the way to it, without the arrays.
    private struct Around {
        var names: [String]
        var place: String
        var object: [String: PlainJSON]
    }

    init(_ document: PlainJSON, _ dataset: Dataset, _ parameters: [String: Value]) {
        self.dataset = dataset
        self.parameters = parameters.filter { dataset.partitionColumns.contains($0.key) }
        paths = Dictionary(uniqueKeysWithValues: dataset.memberPaths.map { ($0.column, $0.path) })
        walk(document, dataset.rows.steps[...], names: [], place: "", around: [])
    }

    private mutating func walk(
        _ value: PlainJSON?, _ steps: ArraySlice<RowsPointer.Step>, names: [String], place: String, around: [Around]
    ) {
        switch steps.first {
        case .each:
            for (index, element) in (value?.array ?? []).enumerated() {
                walk(element, steps.dropFirst(), names: names, place: "\(place)/\(index)", around: around)
            }
        case .member(let name):
            guard let object = value?.object else { return }
            let all = around + [Around(names: names, place: place, object: object)]
            walk(object[name], steps.dropFirst(), names: names + [name], place: "\(place)/\(name)", around: all)
        case nil:
            if let elements = value?.array {
                for (index, element) in elements.enumerated() {
                    add(element, index, names: names, place: "\(place)/\(index)", around: around)
                }
            } else if let value, value.object != nil {
                add(value, 0, names: names, place: place, around: around)
            }
        }
    }

    private mutating func add(_ element: PlainJSON, _ index: Int, names: [String], place: String, around: [Around]) {
        var row = Row(values: parameters)
        let own = element.object.map { [Around(names: names, place: place, object: $0)] } ?? []
        for field in dataset.fields {
            if field.place == .position {
                row.values[field.name] = .integer(Int64(index))
                continue
            }
            guard let path = paths[field.name] else { continue }
            let isPlain = own.isEmpty && path.dropLast() == names[...]
            let found = isPlain ? (value: element, place: place) : Self.look(path, in: around + own)
            if field.kind == .json { row.nested[field.name] = found?.value }
            row.values[field.name] = Self.stored(found?.value, field)
            if let found { row.places.formUnion(found.value.scalars(found.place).map(\.place)) }
        }
        rows.append(row)
    }

    /// The value at the end of a path, from the innermost object that the path leads through.
    private static func look(_ path: [String], in around: [Around]) -> (value: PlainJSON, place: String)? {
        guard let from = around.last(where: { path.starts(with: $0.names) && path.count > $0.names.count }) else {
            return nil
        }
        var (value, place) = (PlainJSON.object(from.object), from.place)
        for name in path.dropFirst(from.names.count) {
            guard let inner = value.object?[name] else { return nil }
            (value, place) = (inner, place + "/" + name)
        }
        return (value, place)
    }

    /// As a column should hold it.
    private static func stored(_ value: PlainJSON?, _ field: Field) -> Value {
        guard let value, value != .null else { return field.fallback ?? .null }
        switch (field.kind, value) {
        case (.integer, .number(let number)): return Int64("\(number)").map { .integer($0) } ?? .null
        case (.real, .number(let number)), (.isk, .number(let number)):
            return Double("\(number)").map { .real($0) } ?? .null
        case (.boolean, .truth(let flag)): return .integer(flag ? 1 : 0)
        case (.text, .text(let text)): return .text(text)
        case (.timestamp, .text(let text)):
            let date = try? Date(text, strategy: .iso8601)  // what is no time is NULL, and differs
            return date.map { .integer(Int64($0.timeIntervalSince1970)) } ?? .null
        default: return .null
        }
    }
}

/// A JSON document, read exactly.
enum PlainJSON: Decodable, Equatable {
    case null
    case truth(Bool)
    /// As written, digit by digit: 5.0 is 5, and what a double could not tell apart is not.
    case number(Decimal)
    case text(String)
    case array([PlainJSON])
    case object([String: PlainJSON])

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let flag = try? value.decode(Bool.self) {  // else it is another kind of value
            self = .truth(flag)
        } else if let number = try? value.decode(Decimal.self) {  // likewise
            self = .number(number)
        } else if let text = try? value.decode(String.self) {  // likewise
            self = .text(text)
        } else if let array = try? value.decode([PlainJSON].self) {  // likewise
            self = .array(array)
        } else {
            self = .object(try value.decode([String: PlainJSON].self))
        }
    }

    init(_ text: some Sequence<UInt8>) throws { self = try JSONDecoder().decode(PlainJSON.self, from: Data(text)) }

    /// The same JSON. Beyond 2^53 a number with a fraction is the nearest double, of which the table may show other digits.
    func isSame(as other: PlainJSON) -> Bool {
        switch (self, other) {
        case (.number(let left), .number(let right)):
            left == right || (abs(left) > 9_007_199_254_740_992 && Double("\(left)") == Double("\(right)"))
        case (.array(let left), .array(let right)):
            left.count == right.count && zip(left, right).allSatisfy { $0.isSame(as: $1) }
        case (.object(let left), .object(let right)):
            left.count == right.count && left.allSatisfy { right[$0.key].map($0.value.isSame) ?? false }
        default: self == other
        }
    }

    var array: [PlainJSON]? { if case .array(let elements) = self { elements } else { nil } }
    var object: [String: PlainJSON]? { if case .object(let members) = self { members } else { nil } }

    /// Every number, text and truth in it, by where it stands.
    func scalars(_ place: String = "") -> [(place: String, value: PlainJSON)] {
        switch self {
        case .null: []
        case .array(let elements): elements.enumerated().flatMap { $0.element.scalars("\(place)/\($0.offset)") }
        case .object(let members): members.flatMap { $0.value.scalars("\(place)/\($0.key)") }
        default: [(place, self)]
        }
    }
}
