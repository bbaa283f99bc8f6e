/// What a stored SQL file is, by its folder.
public enum StoredKind: String, Sendable, CaseIterable {
    case dataset, view, rollup, report, rule
    /// What `rules explain` says beside the verdict of the rule of the same name.
    case explain

    /// The folder, below the project's root and below the user's `sql/`.
    public var folder: String {
        switch self {
        case .dataset: "schema/datasets"
        case .view: "schema/views"
        case .rollup: "schema/rollups"
        case .report: "queries/reports"
        case .rule: "queries/rules"
        case .explain: "queries/explain"
        }
    }

    /// What the file at a path below the project's root is, and its name; nil where it is no stored SQL.
    static func named(by path: String) -> (kind: StoredKind, name: String)? {
        guard let kind = allCases.first(where: { path.hasPrefix($0.folder + "/") }), path.hasSuffix(".sql") else {
            return nil
        }
        return (kind, String(path.dropFirst(kind.folder.count + 1).dropLast(4)))
    }

    /// The keys that its front matter may have; `title` is required of all.
    var keys: Set<String> {
        let common: Set = ["title", "description", "columns", "engine"]
        switch self {
        case .dataset:
            return common.union([
                "route", "query", "each", "paging", "absence", "cache", "group", "rows", "fields", "fetch",
                "refresh", "sde", "archive", "negative", "ingest", "retention",
            ])
        case .view, .explain: return common
        case .rollup: return common.union(["of"])
        case .report: return common.union(["parameters", "chart"])
        case .rule:
            return common.union([
                "parameters", "key", "for", "keep_firing_for", "repeat", "renotify", "severity", "labels", "owner",
                "max_age", "undecidable", "lookback",
            ])
        }
    }
}

/// A stored SQL file: YAML front matter in a leading block comment, then plain SQL.
///
/// ```sql
/// /*---
/// title: …
/// ---*/
/// SELECT …
/// ```
public struct StoredFile: Sendable, Equatable {
    /// Where a file in force comes from.
    public enum Origin: Sendable, Equatable {
        case shipped
        /// The user's file, and whether it replaces a shipped one.
        case user(path: String, replaces: Bool)
    }

    public let kind: StoredKind
    /// The file's name without `.sql`: the name of the dataset, view, report or rule.
    public let name: String
    /// Below the project's root: `queries/reports/spread.sql`.
    public let path: String
    public let origin: Origin
    public let text: String
    public let frontMatter: YAMLNode
    /// The SQL after the front matter.
    public let body: String
    /// The file's line at which `body` begins, from 1.
    public let bodyLine: Int

    /// The path to show in messages: the user's own path for a user's file.
    public var shownPath: String {
        if case .user(let path, _) = origin { return path }
        return path
    }

    /// Parses a file.
    /// - Throws: `FileError` naming line and mend: no or unended front matter, no YAML, unknown or missing keys.
    public init(kind: StoredKind, name: String, path: String, origin: Origin, text: String) throws(FileError) {
        self.kind = kind
        self.name = name
        self.path = path
        self.origin = origin
        self.text = text
        let shown = if case .user(let path, _) = origin { path } else { path }
        guard Self.isName(name) else {
            throw FileError(
                file: shown, line: 0, message: "\"\(name)\" is not a usable name",
                mend: "use a-z, 0-9, _ (and - in reports and rules), beginning with a letter")
        }
        let (yaml, body, bodyLine) = try Self.split(text, file: shown)
        self.body = body
        self.bodyLine = bodyLine
        frontMatter = try YAMLNode.parse(yaml, file: shown, firstLine: 2)
        try checkKeys()
    }

    /// An error at a key of the front matter, or at the front matter's head where the key is missing.
    public func error(at key: String? = nil, _ message: String, mend: String? = nil) -> FileError {
        let entry = key.flatMap { key in frontMatter.entries?.first { $0.key == key } }
        return FileError(file: shownPath, line: entry?.line ?? 1, message: message, mend: mend)
    }

    /// An error at a byte offset of the body.
    public func error(atOffset offset: Int, _ message: String, mend: String? = nil) -> FileError {
        let newlines = body.utf8.prefix(max(offset, 0)).count { $0 == UInt8(ascii: "\n") }
        return FileError(file: shownPath, line: bodyLine + newlines, message: message, mend: mend)
    }

    private static func isName(_ name: String) -> Bool {
        guard let first = name.utf8.first, (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first) else { return false }
        return name.utf8.allSatisfy {
            switch $0 {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
            case UInt8(ascii: "_"), UInt8(ascii: "-"): true
            default: false
            }
        }
    }

    /// By bytes: characters would cost more than all else of a short command, and take CR LF for one that is no line end.
    private static func split(_ text: String, file: String) throws(FileError) -> (String, String, Int) {
        var bytes = Array(text.utf8)
        if bytes.contains(13) { bytes = withoutReturns(bytes) }
        guard bytes.starts(with: Array("/*---\n".utf8)) else {
            throw FileError(
                file: file, line: 1, message: "no front matter",
                mend: "begin the file with /*--- on a line of its own, YAML below it, then ---*/")
        }
        let head = 6
        var start = head
        var line = 2
        while start < bytes.count {
            let end = bytes[start...].firstIndex(of: 10) ?? bytes.count
            if bytes[start..<end].elementsEqual("---*/".utf8) {
                let yaml = String(decoding: bytes[head..<max(start - 1, head)], as: UTF8.self)
                let body = String(decoding: bytes[min(end + 1, bytes.count)...], as: UTF8.self)
                return (yaml, body, line + 1)
            }
            start = end + 1
            line += 1
        }
        throw FileError(
            file: file, line: line - 1, message: "the front matter does not end",
            mend: "close it with ---*/ on a line of its own")
    }

    /// The text with each CR LF as LF.
    private static func withoutReturns(_ bytes: [UInt8]) -> [UInt8] {
        bytes.indices.filter { bytes[$0] != 13 || $0 + 1 == bytes.count || bytes[$0 + 1] != 10 }.map { bytes[$0] }
    }

    /// Stored SQL must not ask the machine's clock: as of last week, its now is `as_of()`.
    public func checkClock() throws(FileError) {
        guard let found = ClockWords.first(in: body) else { return }
        throw error(
            atOffset: found.offset, "\(found.words) asks the machine's clock",
            mend: "write as_of(), the moment that the data are of")
    }

    private func checkKeys() throws(FileError) {
        guard let entries = frontMatter.entries else {
            throw error("the front matter must be keys and values")
        }
        for entry in entries where !kind.keys.contains(entry.key) {
            throw FileError(
                file: shownPath, line: entry.line, message: "unknown key \"\(entry.key)\" in a \(kind)",
                mend: "known are \(kind.keys.sorted().joined(separator: ", "))")
        }
        guard frontMatter["title"]?.text != nil else {
            throw error(at: "title", "no title", mend: "say in a line what it is: title: …")
        }
        guard body.contains(where: { !$0.isWhitespace }) else {
            throw FileError(file: shownPath, line: bodyLine, message: "no SQL", mend: "write it below ---*/")
        }
        // The shipped files are looked at by `esiwh sql check` and the suite; a short command need not do it again.
        if origin != .shipped { try checkClock() }
    }
}
