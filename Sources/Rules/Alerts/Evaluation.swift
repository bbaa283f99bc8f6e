internal import SQLite
internal import Warehouse

/// What a rule said, and how its alerts live.
public struct Evaluation: Sendable {
    public let rule: Rule
    public let policy: AlertPolicy
    public let verdicts: Verdicts

    /// - Parameter verdicts: broken here where they lack a column that the policy names.
    public init(_ rule: Rule, _ policy: AlertPolicy, _ verdicts: Verdicts) {
        self.rule = rule
        self.policy = policy
        self.verdicts = policy.fault(in: verdicts).map { Verdicts(brokenRule: rule.name, $0) } ?? verdicts
    }
}

extension AlertPolicy {
    /// A column that it names and the rule has not.
    public func fault(in verdicts: Verdicts) -> String? {
        guard !verdicts.isBroken else { return nil }
        let named = renotify.map { ($0, "renotify") } + (owner.map { [($0, "owner")] } ?? [])
        let missing = named.first { column, _ in !verdicts.columns.contains { $0.name == column } }
        return missing.map { column, place in
            let names = verdicts.columns.map(\.name).joined(separator: ", ")
            return "it has no column \(column), which its \(place) names; it has \(names)"
        }
    }
}

/// What one verdict says for the alert of its key.
struct Judgement {
    /// A JSON object.
    var key: String
    var finding: Finding
    var asOf: Int64
    var owner: String?
    /// The row as a JSON object.
    var verdict: String
    /// Of an unknown verdict, why.
    var held: String?
}

extension Evaluation {
    /// - Parameter at: what a verdict counts as of whose rule names no data.
    func judgements(at: Int64) -> [Judgement] {
        let names = verdicts.columns.map(\.name)
        func value(_ row: [Value], _ column: String?) -> Value? {
            column.flatMap { names.firstIndex(of: $0) }.map { row[$0] }
        }
        return verdicts.rows.map { row in
            let key = rule.key.map { (name: $0, value: value(row, $0) ?? .null) }
            let state = value(row, "state")?.text.flatMap(VerdictState.init) ?? .firing
            let told = policy.renotify.map { ($0, value(row, $0) ?? .null) }
            let finding: Finding =
                switch state {
                case .firing: .firing(told: Dictionary(told) { first, _ in first })
                case .clear: .clear
                case .unknown: .unknown
                }
            return Judgement(
                key: AlertJSON.object(key), finding: finding,
                asOf: value(row, "as_of")?.integer ?? verdicts.asOf ?? at,
                owner: value(row, policy.owner).flatMap { $0.isNull ? nil : $0.plainText },
                verdict: AlertJSON.object(zip(names, row).map { (name: $0, value: $1) }),
                held: state == .unknown ? value(row, "reason")?.text ?? VerdictState.unknown.rawValue : nil)
        }
    }

    /// What columns mean where the storage class does not say.
    var units: [String: String] {
        let told: Set<ColumnKind> = [.isk, .timestamp, .boolean, .json]
        let kinds = verdicts.columns.compactMap { column in
            column.kind.flatMap { told.contains($0) ? (column.name, $0.rawValue) : nil }
        }
        return Dictionary(kinds) { first, _ in first }
    }
}
