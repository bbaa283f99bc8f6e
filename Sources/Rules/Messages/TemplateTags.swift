internal import Warehouse

/// What a template may name: a value, a record of more, or a list of records.
indirect enum TemplateShape: Sendable {
    case value
    /// A section over it looks into the record, and repeats where it is a list.
    case record([String: TemplateShape])
    /// Whatever is named; another rule's columns, say.
    case anything
}

/// A template's tags, read just far enough to say at which line something is wrong: the Mustache library keeps to itself
/// what a template names.
struct TemplateTags {
    struct Tag {
        enum Kind: Equatable {
            case value, section, end
            /// What is neither and names nothing.
            case other
        }

        var kind: Kind
        var name: String
        var line: Int
    }

    private(set) var tags: [Tag] = []

    /// - Throws: `FileError` for a tag or section that does not end, and for what these templates cannot do.
    init(_ text: String, file: String) throws(FileError) {
        var reader = Reader(rest: text[...], file: file)
        while let tag = try reader.next() { tags.append(tag) }
        var open: [Tag] = []
        for tag in tags {
            if tag.kind == .section { open.append(tag) }
            guard tag.kind == .end else { continue }
            guard let section = open.popLast(), section.name == tag.name else {
                throw FileError(
                    file: file, line: tag.line, message: "{{/\(tag.name)}} ends no section",
                    mend: "end the sections in the order in which they began, the inner one first")
            }
        }
        guard let section = open.last else { return }
        throw FileError(
            file: file, line: section.line, message: "the section \(section.name) does not end",
            mend: "write {{/\(section.name)}} behind it")
    }

    /// Holds every name against what there is.
    func check(against shape: TemplateShape, file: String) throws(FileError) {
        var stack = [shape]
        for tag in tags {
            switch tag.kind {
            case .value: _ = try Self.find(tag, in: stack, file)
            case .section: stack.append(try Self.find(tag, in: stack, file))
            case .end: stack.removeLast()
            case .other: break
            }
        }
    }

    /// Looks a name up as Mustache does: its first word from the innermost section outwards, the others below it.
    private static func find(_ tag: Tag, in stack: [TemplateShape], _ file: String) throws(FileError) -> TemplateShape {
        let name = Self.withoutTransforms(tag.name)
        if name == "." || name.isEmpty { return .value }
        let words = name.split(separator: ".").map(String.init)
        var found: TemplateShape?
        for shape in stack.reversed() {
            if case .anything = shape { return .anything }
            if case .record(let members) = shape, let member = members[words[0]] {
                found = member
                break
            }
        }
        for word in words.dropFirst() {
            guard let shape = found else { break }
            switch shape {
            case .anything: return .anything
            case .value: found = nil
            case .record(let members): found = members[word]
            }
        }
        if let found { return found }
        throw FileError(
            file: file, line: tag.line, message: "there is no \(name) to show",
            mend: "there are \(Self.names(stack, words).joined(separator: ", "))")
    }

    /// `uppercased(row.reason)` names `row.reason`.
    private static func withoutTransforms(_ name: String) -> String {
        guard let bracket = name.lastIndex(of: "(") else { return name }
        return String(name[bracket...].dropFirst().prefix { $0 != ")" })
    }

    /// What could have been meant: the columns where it was one of `row`, else all of the outermost.
    private static func names(_ stack: [TemplateShape], _ words: [String]) -> [String] {
        guard case .record(let all) = stack[0] else { return [] }
        if words.count > 1, case .record(let members)? = all[words[0]] { return members.keys.sorted() }
        return all.keys.sorted()
    }
}

/// Goes from tag to tag.
private struct Reader {
    var rest: Substring
    let file: String
    var line = 1
    var open = "{{"
    var close = "}}"

    mutating func next() throws(FileError) -> TemplateTags.Tag? {
        guard let start = rest.firstRange(of: open) else { return nil }
        skip(to: start.upperBound)
        let kind = rest.first ?? " "
        let isTriple = kind == "{" && open == "{{"
        let end = isTriple ? "}" + close : close
        guard let range = rest.firstRange(of: end) else {
            throw fault("a tag does not end", "write \(close) behind its name")
        }
        let inside = rest[..<range.lowerBound]
        let tag = try tag(kind, inside)
        skip(to: range.upperBound)
        return tag
    }

    private mutating func tag(_ kind: Character, _ inside: Substring) throws(FileError) -> TemplateTags.Tag {
        let name = inside.dropFirst().filter { !$0.isWhitespace }
        func made(_ kind: TemplateTags.Tag.Kind, _ name: String) -> TemplateTags.Tag {
            TemplateTags.Tag(kind: kind, name: name, line: line)
        }
        switch kind {
        case "#", "^": return made(.section, name)
        case "/": return made(.end, name)
        case "!", "%": return made(.other, "")
        case "{", "&": return made(.value, name)
        case "=":
            let marks = inside.dropFirst().prefix { $0 != "=" }.split(whereSeparator: \.isWhitespace)
            guard marks.count == 2 else { throw fault("no delimiters", "write them as {{=<% %>=}}") }
            defer { (open, close) = (String(marks[0]), String(marks[1])) }
            return made(.other, "")
        case ">", "<", "$":
            throw fault("templates do not include others", "write it out, or make it an event's template")
        default: return made(.value, inside.filter { !$0.isWhitespace })
        }
    }

    private mutating func skip(to index: Substring.Index) {
        line += rest[..<index].count { $0.isNewline }
        rest = rest[index...]
    }

    private func fault(_ message: String, _ mend: String) -> FileError {
        FileError(file: file, line: line, message: message, mend: mend)
    }
}
