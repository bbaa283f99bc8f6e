import Yams

/// A parsed YAML value that remembers the line of its file, so that errors can name it.
public indirect enum YAMLNode: Sendable, Equatable {
    /// A scalar's text; `quoted` tells `"5"` from `5`.
    case scalar(String, quoted: Bool, line: Int)
    case list([YAMLNode], line: Int)
    case map([Entry], line: Int)

    /// A key of a map with its value.
    public struct Entry: Sendable, Equatable {
        public var key: String
        public var line: Int
        public var value: YAMLNode
    }

    public var line: Int {
        switch self {
        case .scalar(_, _, let line), .list(_, let line), .map(_, let line): line
        }
    }

    /// The text of a scalar, nil for lists and maps and for YAML's null.
    public var text: String? {
        guard case .scalar(let text, let quoted, _) = self else { return nil }
        return !quoted && ["", "~", "null", "Null", "NULL"].contains(text) ? nil : text
    }

    /// A list of scalars as one text, `[1, 2]`; nil for all else.
    public var listText: String? {
        guard case .list(let elements, _) = self else { return nil }
        let texts = elements.compactMap(\.text)
        return texts.count == elements.count ? "[" + texts.joined(separator: ", ") + "]" : nil
    }

    /// YAML's null: `~`, `null` or nothing.
    public var isNull: Bool {
        if case .scalar = self { return text == nil }
        return false
    }

    public var integer: Int64? {
        if case .scalar(let text, false, _) = self { return Int64(text) }
        return nil
    }

    public var boolean: Bool? {
        guard case .scalar(let text, false, _) = self else { return nil }
        return ["true": true, "yes": true, "on": true, "false": false, "no": false, "off": false][text.lowercased()]
    }

    public var entries: [Entry]? {
        if case .map(let entries, _) = self { return entries }
        return nil
    }

    public var elements: [YAMLNode]? {
        if case .list(let elements, _) = self { return elements }
        return nil
    }

    /// The value of a key; nil where this is no map or lacks it.
    public subscript(key: String) -> YAMLNode? {
        entries?.first { $0.key == key }?.value
    }

    /// Parses one YAML document. An empty text is an empty map.
    /// - Parameter firstLine: the line of `file` at which `text` begins.
    /// - Throws: `FileError` with the line of the fault.
    public static func parse(_ text: String, file: String, firstLine: Int = 1) throws(FileError) -> YAMLNode {
        do {
            // Without Yams' resolver, whose regular expressions cost a fifth of a short command's time: we look at the
            // texts ourselves.
            guard let node = try Yams.compose(yaml: text, .basic) else { return .map([], line: firstLine) }
            return try YAMLNode(node, file: file, offset: firstLine - 1)
        } catch let error as FileError {
            throw error
        } catch let error as YamlError {
            throw error.located(file: file, offset: firstLine - 1)
        } catch {
            throw FileError(file: file, line: firstLine, message: "not YAML: \(error)")
        }
    }

    private init(_ node: Node, file: String, offset: Int) throws {
        let line = (node.mark?.line ?? 1) + offset
        switch node {
        case .scalar(let scalar):
            let quoted = [.singleQuoted, .doubleQuoted, .literal, .folded].contains(scalar.style)
            self = .scalar(scalar.string, quoted: quoted, line: line)
        case .sequence(let sequence):
            self = .list(try sequence.map { try YAMLNode($0, file: file, offset: offset) }, line: line)
        case .mapping(let mapping):
            let entries = try mapping.map { key, value in
                guard let name = key.string else {
                    throw FileError(file: file, line: line, message: "a key must be a plain text")
                }
                let value = try YAMLNode(value, file: file, offset: offset)
                return Entry(key: name, line: (key.mark?.line ?? 1) + offset, value: value)
            }
            self = .map(entries, line: line)
        case .alias:
            throw FileError(file: file, line: line, message: "an alias without its anchor")
        }
    }
}

extension YamlError {
    fileprivate func located(file: String, offset: Int) -> FileError {
        switch self {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            return FileError(
                file: file, line: mark.line + offset, message: "not YAML: \(problem)",
                mend: "texts with \": \" or \" #\" in them need quotes or a block (|)")
        case .duplicatedKeysInMapping(let duplicates, let context):
            let keys = duplicates.sorted().joined(separator: ", ")
            return FileError(
                file: file, line: context.mark.line + offset, message: "repeated key: \(keys)",
                mend: "keep one of them")
        case .reader(let problem, _, _, _):
            return FileError(file: file, line: 1 + offset, message: "not YAML: \(problem)")
        default:
            return FileError(file: file, line: 1 + offset, message: "not YAML: \(self)")
        }
    }
}
