internal import SQLite
public import Warehouse

/// A file of tests for a rule: rows in, verdicts out. docs/rule-tests.md describes the format.
public struct RuleTestFile: Sendable {
    /// As the user knows it.
    public let path: String
    /// The rule that is tested; the file's own name unless it says otherwise.
    public let rule: String
    public let cases: [RuleTestCase]

    /// - Parameters:
    ///   - name: the file's name without `.test.yaml`.
    ///   - rule: key columns are needed to tell which verdict is which.
    /// - Throws: `FileError` with the line of what cannot be read.
    public init(path: String, name: String, text: String) throws(FileError) {
        let root = try YAMLNode.parse(text, file: path)
        let reader = RuleTestReader(path: path)
        try reader.check(root, keys: ["rule", "as_of", "defaults", "rows", "cases"], what: "a test file")
        self.path = path
        rule = root["rule"]?.text ?? name
        var defaults: [String: [YAMLNode.Entry]] = [:]
        for table in root["defaults"]?.entries ?? [] { defaults[table.key] = try reader.row(table.value) }
        guard let cases = root["cases"]?.elements, !cases.isEmpty else {
            throw FileError(file: path, line: root.line, message: "no cases", mend: "write cases: and a list below it")
        }
        let asOf = try reader.moment(root["as_of"])
        var read: [RuleTestCase] = []
        for node in cases {
            read.append(try reader.testCase(node, asOf: asOf, defaults: defaults, shared: root["rows"]?.entries ?? []))
        }
        self.cases = read
    }
}

/// One case of a rule's tests.
public struct RuleTestCase: Sendable {
    public let name: String
    public let line: Int
    /// The moment that the rows are of, Unix seconds.
    public let asOf: Int64
    public let parameters: [String: String]
    /// Rows by table, in the file's order; each a list of columns and values as written.
    public let tables: [(name: String, line: Int, rows: [[YAMLNode.Entry]])]
    /// Sweeps that are not complete, or that brought no row: rows of `snapshots`.
    public let sweeps: [[YAMLNode.Entry]]
    /// What must come out; of each verdict only the columns that are named are compared.
    public let verdicts: [[YAMLNode.Entry]]
}

/// Reads the parts of a test file.
struct RuleTestReader {
    let path: String

    func check(_ node: YAMLNode, keys: Set<String>, what: String) throws(FileError) {
        guard let entries = node.entries else { throw fault(node.line, "\(what) must be keys and values") }
        for entry in entries where !keys.contains(entry.key) {
            throw fault(
                entry.line, "unknown key \"\(entry.key)\" in \(what)",
                "known are \(keys.sorted().joined(separator: ", "))")
        }
    }

    func moment(_ node: YAMLNode?) throws(FileError) -> Int64? {
        guard let node else { return nil }
        guard let moment = node.text.flatMap(Timestamp.parse) else {
            throw fault(node.line, "as_of is no moment", "write it as 2026-11-24T12:00:00Z")
        }
        return moment
    }

    func row(_ node: YAMLNode) throws(FileError) -> [YAMLNode.Entry] {
        guard let entries = node.entries else {
            throw fault(node.line, "a row must be columns and values", "write { contract_id: 1, price: 100 }")
        }
        return entries
    }

    func testCase(
        _ node: YAMLNode, asOf: Int64?, defaults: [String: [YAMLNode.Entry]], shared: [YAMLNode.Entry]
    ) throws(FileError) -> RuleTestCase {
        try check(node, keys: ["name", "as_of", "parameters", "rows", "sweeps", "verdicts"], what: "a case")
        guard let name = node["name"]?.text else { throw fault(node.line, "a case without a name") }
        guard let asOf = try moment(node["as_of"]) ?? asOf else {
            throw fault(node.line, "no as_of", "say of which moment the rows are: as_of: 2026-11-24T12:00:00Z")
        }
        guard let verdicts = node["verdicts"] else {
            throw fault(node.line, "no verdicts", "where none must come: verdicts: []")
        }
        var parameters: [String: String] = [:]
        for entry in node["parameters"]?.entries ?? [] {
            parameters[entry.key] = entry.value.text ?? entry.value.listText
        }
        var tables: [(name: String, line: Int, rows: [[YAMLNode.Entry]])] = []
        // A case's own rows of a table stand for those that all cases have.
        let own = node["rows"]?.entries ?? []
        for table in shared.filter({ shared in !own.contains { $0.key == shared.key } }) + own {
            let rows = try rows(table.value).map { Self.merged($0, over: defaults[table.key] ?? []) }
            tables.append((table.key, table.line, rows))
        }
        return RuleTestCase(
            name: name, line: node.line, asOf: asOf, parameters: parameters, tables: tables,
            sweeps: try rows(node["sweeps"]), verdicts: try rows(verdicts))
    }

    private func rows(_ node: YAMLNode?) throws(FileError) -> [[YAMLNode.Entry]] {
        guard let node, !node.isNull else { return [] }
        guard let elements = node.elements else { throw fault(node.line, "not a list of rows") }
        var rows: [[YAMLNode.Entry]] = []
        for element in elements { rows.append(try row(element)) }
        return rows
    }

    private static func merged(_ row: [YAMLNode.Entry], over defaults: [YAMLNode.Entry]) -> [YAMLNode.Entry] {
        defaults.filter { standard in !row.contains { $0.key == standard.key } } + row
    }

    func fault(_ line: Int, _ message: String, _ mend: String? = nil) -> FileError {
        FileError(file: path, line: line, message: message, mend: mend)
    }
}

extension YAMLNode {
    /// The value of a cell as a column of this kind stores it; nil where it is none. Without a kind, as it is written.
    func cell(_ kind: ColumnKind?) -> Value? {
        if isNull { return .null }
        guard case .scalar(let text, let quoted, _) = self else { return nil }
        switch kind {
        case .integer: return integer.map(Value.integer)
        case .real, .isk: return quoted ? nil : Double(text).map(Value.real)
        case .text, .json: return .text(text)
        case .timestamp: return (integer ?? Timestamp.parse(text)).map(Value.integer)
        case .boolean: return (boolean.map { $0 ? 1 : 0 } ?? integer).map(Value.integer)
        case nil:
            if quoted { return .text(text) }
            if let integer { return .integer(integer) }
            if let boolean, ["true", "false"].contains(text) { return .integer(boolean ? 1 : 0) }
            return Double(text).map(Value.real) ?? .text(text)
        }
    }
}
