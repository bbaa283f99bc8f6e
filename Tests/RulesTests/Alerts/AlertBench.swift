import Foundation
import SQLite
import Testing
import Warehouse

@testable import Rules

/// A store over an empty warehouse, with one rule whose verdicts the test writes.
final class AlertBench {
    static let start: Int64 = 1_764_000_000

    let session: Session
    let store: AlertStore
    let rule: Rule
    var policy: AlertPolicy
    var connection: Connection { session.connection }
    private var snapshot: Int64 = 1

    init(_ frontMatter: String = "", name: String = "too-dear") throws {
        let core = embeddedFiles.filter { $0.key.hasPrefix("schema/core/") }
        session = try Session(inMemory: Catalogue(Library(shipped: core)), now: Self.start)
        store = AlertStore(session.connection)
        rule = try Self.rule(frontMatter, name: name)
        policy = try rule.policy(settings: [:])
    }

    static func rule(_ frontMatter: String, name: String) throws -> Rule {
        let text = "/*---\ntitle: Too dear\nkey: [id]\n\(frontMatter)\n---*/\nSELECT 1 AS id"
        return try Rule(
            StoredFile(kind: .rule, name: name, path: "queries/rules/\(name).sql", origin: .shipped, text: text))
    }

    /// A verdict: its key and state, and what the rule's other columns hold.
    struct Said {
        var id: Int64
        var state: String
        var reason = "x"
        var owner = "me"
        var price = 1.5

        init(_ id: Int64, _ state: String, reason: String = "x", owner: String = "me", price: Double = 1.5) {
            (self.id, self.state, self.reason, self.owner, self.price) = (id, state, reason, owner, price)
        }
    }

    func verdicts(_ said: [Said], asOf: Int64?) -> Verdicts {
        Verdicts(
            rule: rule.name,
            columns: [("id", nil), ("state", nil), ("reason", nil), ("owner", nil), ("price", .isk)],
            rows: said.map { [.integer($0.id), .text($0.state), .text($0.reason), .text($0.owner), .real($0.price)] },
            fault: nil, asOf: asOf)
    }

    /// Lets the rule speak, `after` seconds from the start; the data are of that moment unless it says otherwise.
    @discardableResult
    func say(
        _ said: [Said], after: Int64, asOf: Int64? = nil, to messenger: Messenger = .none, snapshot: Int64? = nil
    ) throws -> AlertStore.Outcome {
        let at = Self.start + after
        return try commit(verdicts(said, asOf: asOf.map { Self.start + $0 } ?? at), at: at, messenger, snapshot)
    }

    @discardableResult
    func commit(
        _ verdicts: Verdicts, at: Int64, _ messenger: Messenger = .none, _ snapshot: Int64? = nil
    ) throws -> AlertStore.Outcome {
        self.snapshot = max(self.snapshot, snapshot ?? 0)
        let findings = AlertStore.Findings(
            evaluations: [Evaluation(rule, policy, verdicts)], snapshot: snapshot ?? self.snapshot, at: at)
        return try store.commit(findings, messenger, now: at)
    }

    /// The first run, in which nothing fires.
    func pass() throws { try say([], after: 0) }

    func states() throws -> [String] {
        try connection.query("SELECT rule, key, state FROM alerts ORDER BY id").map { row in
            row.map(\.plainText).joined(separator: " ")
        }
    }

    func count(_ table: String) throws -> Int64 {
        try connection.value("SELECT count(*) FROM \(table)")?.integer ?? -1
    }
}

extension AlertStore.Outcome {
    /// `1 pending>firing told`
    var shown: [String] {
        steps.map { step in
            let key = step.event.key.map(\.value.plainText).joined(separator: ",")
            let cause = step.cause == "transition" ? "" : " \(step.cause)"
            return "\(key) \(step.event.previous)>\(step.event.state)\(cause)\(step.isTold ? " told" : "")"
        }
    }
}
