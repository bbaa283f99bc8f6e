public import SQLite
public import Warehouse

/// What one rule says at one moment.
public struct Verdicts: Sendable {
    public let rule: String
    /// The result's columns in order, with their declared meaning where there is one.
    public let columns: [(name: String, kind: ColumnKind?)]
    public let rows: [[Value]]
    /// Why the rule cannot be believed; its rows are empty then.
    public let fault: String?

    public var isBroken: Bool { fault != nil }
}

/// The words that a verdict's `state` may be.
public enum VerdictState: String, Sendable, CaseIterable {
    case firing, clear, unknown
}

extension Rule {
    /// Evaluates the rule's view on a connection that has it.
    ///
    /// A rule that does not run, or whose rows contradict what it declares, is broken: it says so, and has no rows,
    /// since a half believed verdict is worse than none.
    public func evaluate(on connection: Connection) -> Verdicts {
        do {
            let statement = try connection.prepare("SELECT * FROM \"\(viewName)\"")
            let names = (0..<statement.columnCount).map { statement.columnName($0) }
            var rows: [[Value]] = []
            while try statement.step() { rows.append((0..<names.count).map { statement.value($0) }) }
            let fault = self.fault(in: rows, columns: names)
            return Verdicts(
                rule: name, columns: names.map { ($0, columns[$0]) }, rows: fault == nil ? rows : [], fault: fault)
        } catch {
            return Verdicts(rule: name, columns: [], rows: [], fault: "\(error)")
        }
    }

    /// What contradicts the rule's declaration.
    func fault(in rows: [[Value]], columns names: [String]) -> String? {
        var keyIndexes: [Int] = []
        for column in key {
            guard let index = names.firstIndex(of: column) else {
                return "it has no column \(column), which its key names"
            }
            keyIndexes.append(index)
        }
        let state = names.firstIndex(of: "state")
        var seen: Set<[Value]> = []
        for row in rows {
            let values = keyIndexes.map { row[$0] }
            let shown = zip(key, values).map { "\($0)=\($1.plainText)" }.joined(separator: ", ")
            if values.contains(.null) { return "a verdict has no \(key.joined(separator: ", "))" }
            guard seen.insert(values).inserted else { return "two verdicts for \(shown)" }
            guard let state else { continue }
            guard case .text(let word) = row[state], VerdictState(rawValue: word) != nil else {
                let words = VerdictState.allCases.map(\.rawValue).joined(separator: ", ")
                return "the verdict for \(shown) has the state \"\(row[state].plainText)\"; it must be one of \(words)"
            }
        }
        return nil
    }
}
