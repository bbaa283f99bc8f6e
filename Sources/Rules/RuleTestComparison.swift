internal import SQLite
internal import Warehouse

extension RuleTestCase {
    /// What differs between the verdicts that must come and those that came; empty where nothing does.
    ///
    /// Verdicts are told apart by the rule's key; numbers are compared as numbers, moments also as ISO 8601.
    func differences(from found: Verdicts, key: [String]) -> [String] {
        if let fault = found.fault { return ["the rule is broken: \(fault)"] }
        var rest = found.rows
        var differences: [String] = []
        for expected in verdicts {
            let named = expected.filter { key.contains($0.key) }
            let shown = named.map { "\($0.key)=\($0.value.text ?? "NULL")" }.joined(separator: ", ")
            guard named.count == key.count else {
                differences.append(
                    "line \(expected.first?.line ?? line): the verdict must name \(key.joined(separator: ", "))")
                continue
            }
            guard let index = rest.firstIndex(where: { row in named.allSatisfy { found.matches(row, $0) } }) else {
                differences.append("\(shown): no such verdict")
                continue
            }
            let row = rest.remove(at: index)
            for entry in expected where !found.matches(row, entry) {
                differences.append(
                    "\(shown): \(entry.key) must be \(entry.value.text ?? "NULL"), is \(found.shown(row, entry.key))")
            }
        }
        return differences + rest.map { "not expected: \(found.shown($0))" }
    }
}

extension Verdicts {
    fileprivate func matches(_ row: [Value], _ entry: YAMLNode.Entry) -> Bool {
        guard let index = columns.firstIndex(where: { $0.name == entry.key }) else { return false }
        guard let expected = entry.value.cell(columns[index].kind) else { return false }
        switch (expected, row[index]) {
        case (.integer(let whole), .real(let real)), (.real(let real), .integer(let whole)):
            return Double(whole) == real
        default: return expected == row[index]
        }
    }

    fileprivate func shown(_ row: [Value], _ column: String) -> String {
        guard let index = columns.firstIndex(where: { $0.name == column }) else { return "no column of the rule" }
        return shown(row[index], columns[index].kind)
    }

    fileprivate func shown(_ row: [Value]) -> String {
        zip(columns, row).filter { $1 != .null }.map { "\($0.name)=\(shown($1, $0.kind))" }.joined(separator: ", ")
    }

    private func shown(_ value: Value, _ kind: ColumnKind?) -> String {
        switch (value, kind) {
        case (.null, _): "NULL"
        case (.integer(let moment), .timestamp): Timestamp.text(moment)
        case (.integer(let flag), .boolean): flag == 0 ? "false" : "true"
        default: value.plainText
        }
    }
}
