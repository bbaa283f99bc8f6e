/// Where the rows stand in an answer: `/levels`, `/solar_systems`, `/*/cost_indices`; empty for the answer itself.
public struct RowsPointer: Sendable, Hashable {
    public enum Step: Sendable, Hashable {
        /// Each element of an array: `*`. The last one is each member of an object where a field asks for its name.
        case each
        case member(String)
    }

    public let text: String
    public let steps: [Step]
    /// Whether a last `*` was left out of the steps.
    let endsInEach: Bool

    /// The names on the way, without the arrays.
    var names: [String] {
        steps.compactMap { if case .member(let name) = $0 { name } else { nil } }
    }

    /// The answer itself: an array of rows, or one row.
    public init() {
        text = ""
        steps = []
        endsInEach = false
    }

    /// Reads a JSON pointer that may have `*` for a step; nil where it is none.
    public init?(_ text: String) {
        guard let names = JSONPointer.names(text) else { return nil }
        self.text = text
        var steps = zip(names, text.split(separator: "/", omittingEmptySubsequences: false).dropFirst()).map {
            $1 == "*" ? Step.each : .member($0)
        }
        // Rows are the elements of what is there at the end anyway.
        endsInEach = steps.last == .each
        if endsInEach { steps.removeLast() }
        self.steps = steps
    }
}

/// Where a column's value stands, seen from its row.
public enum FieldPlace: Sendable, Hashable {
    /// A member, by the names on the way to it: `/claim/alliance/alliance_id`. One `..` in front for each enclosing
    /// object to begin from instead of the row.
    case member(outward: Int = 0, path: [String])
    /// The row's position in its array, from 0: `#`.
    case position
    /// The name of the member that a `*` of `rows` stands for, the last one's: `@`.
    case name

    /// The row's member of a name.
    public static func named(_ name: String) -> FieldPlace { .member(path: [name]) }

    /// Reads what stands in `fields`; nil where it is none of these.
    public init?(_ text: String) {
        if text == "#" {
            self = .position
            return
        }
        if text == "@" {
            self = .name
            return
        }
        var rest = text[...]
        var outward = 0
        while rest.hasPrefix("../") {
            outward += 1
            rest = rest.dropFirst(3)
        }
        guard let path = JSONPointer.names(outward > 0 ? "/" + rest : String(rest)), !path.isEmpty, path != [""] else {
            return nil
        }
        self = .member(outward: outward, path: path)
    }
}

/// RFC 6901.
enum JSONPointer {
    /// The names that a pointer steps through; nil where it is none.
    static func names(_ pointer: String) -> [String]? {
        guard !pointer.isEmpty else { return [] }
        guard pointer.hasPrefix("/") else { return nil }
        var names: [String] = []
        for piece in pointer.split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
            let rest = piece.replacing("~0", with: "").replacing("~1", with: "")
            guard !rest.contains("~") else { return nil }
            names.append(String(piece).replacing("~1", with: "/").replacing("~0", with: "~"))
        }
        return names
    }
}
