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

    /// Whether the rule did not come to its end.
    public let isInterrupted: Bool

    /// What `as_of()` was for it; nil where nothing was observed.
    public let asOf: Int64?

    init(
        rule: String, columns: [(name: String, kind: ColumnKind?)], rows: [[Value]], fault: String?,
        isInterrupted: Bool = false, asOf: Int64? = nil
    ) {
        self.rule = rule
        self.asOf = asOf
        self.isInterrupted = isInterrupted
        self.columns = columns
        self.rows = rows
        self.fault = fault
    }

    public init(brokenRule rule: String, _ fault: String, isInterrupted: Bool = false) {
        self.init(rule: rule, columns: [], rows: [], fault: fault, isInterrupted: isInterrupted)
    }
}

/// The words that a verdict's `state` may be.
public enum VerdictState: String, Sendable, CaseIterable {
    case firing, clear, unknown
}

extension Rule {
    /// Evaluates the rule's view in a session that has it.
    ///
    /// A rule that does not run, or whose rows contradict what it declares, is broken: it says so, and has no rows,
    /// since a half believed verdict is worse than none.
    public func evaluate(in session: Session) -> Verdicts {
        if let reason = session.brokenViews[viewName] { return Verdicts(brokenRule: name, reason) }
        do {
            let query = try prepare(in: session)
            return evaluate(query, asOf: query.asOf)
        } catch {
            return Verdicts(brokenRule: name, error.message, isInterrupted: error.isInterrupt)
        }
    }

    func prepare(in session: Session) throws(SQLiteError) -> Query {
        try session.prepare("SELECT * FROM \"\(viewName)\"", kinds: columns)
    }

    /// Evaluates the rule by its prepared query, as often as one likes.
    func evaluate(_ query: Query, asOf: Int64?) -> Verdicts {
        query.statement.reset()
        do {
            let rows = try query.rows()
            if let fault = fault(in: rows, columns: query.columns.map(\.name)) {
                return Verdicts(brokenRule: name, fault)
            }
            return Verdicts(
                rule: name, columns: query.columns.map { ($0.name, $0.kind) }, rows: rows, fault: nil, asOf: asOf)
        } catch {
            return Verdicts(brokenRule: name, error.message, isInterrupted: error.isInterrupt)
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
