public import SQLite
internal import Warehouse

/// The alerts as the warehouse keeps them.
///
/// A commit takes what the rules said and writes, in one transaction, each step in an alert's life, its evidence and who
/// is to be told: killed at any point, all of it is there or nothing.
public final class AlertStore {
    let connection: Connection

    /// - Parameter connection: to a warehouse with the alert tables, open for writing where anything is to be written.
    public init(_ connection: Connection) {
        self.connection = connection
    }

    /// What the rules said, and when.
    public struct Findings: Sendable {
        public var evaluations: [Evaluation]
        /// The newest snapshot that the evaluation saw.
        public var snapshot: Int64
        /// The moment of the evaluation by ESI's clock.
        public var at: Int64
        /// The names of all rules there are, where all of them were evaluated: alerts of others are over.
        public var all: Set<String>?
        /// Rules whose files cannot be used, with the reason: broken like those whose SQL fails.
        public var unusable: [String: String]

        public init(
            evaluations: [Evaluation], snapshot: Int64, at: Int64, all: Set<String>? = nil,
            unusable: [String: String] = [:]
        ) {
            self.evaluations = evaluations
            self.snapshot = snapshot
            self.at = at
            self.all = all
            self.unusable = unusable
        }
    }

    /// What a commit recorded.
    public struct Outcome: Sendable, Equatable {
        public struct Step: Sendable, Equatable {
            public var event: AlertEvent
            public var cause: String
            public var isTold: Bool
        }

        public var steps: [Step] = []
        /// Rules that were evaluated for the first time, with how many of their alerts fire.
        public var baselines: [String: Int] = [:]
        /// Rules of which another process has taken newer verdicts meanwhile.
        public var late: [String] = []
    }

    /// The data's version: verdicts of a lower one come too late.
    public static func snapshot(seenBy connection: Connection) throws(SQLiteError) -> Int64 {
        try connection.value("SELECT coalesce(max(id), 0) FROM snapshots")?.integer ?? 0
    }

    /// - Parameter now: Unix seconds of this machine, which messages are due by.
    public func commit(_ findings: Findings, _ messenger: Messenger, now: Int64) throws -> Outcome {
        try connection.transaction {
            var commit = try AlertCommit(findings, on: connection)
            try commit.run()
            try Outbox(connection).enqueue(
                commit.outcome.steps.filter(\.isTold).map(\.event), messenger, now: now)
            return commit.outcome
        }
    }
}

/// One commit under way, inside its transaction.
struct AlertCommit {
    let findings: AlertStore.Findings
    let connection: Connection
    let silences: [AlertSilence]
    var outcome = AlertStore.Outcome()

    init(_ findings: AlertStore.Findings, on connection: Connection) throws(SQLiteError) {
        self.findings = findings
        self.connection = connection
        silences = try AlertSilence.inForce(at: findings.at, on: connection)
    }

    mutating func run() throws(SQLiteError) {
        for evaluation in findings.evaluations { try take(evaluation) }
        for (rule, fault) in findings.unusable.sorted(by: { $0.key < $1.key }) {
            try takeBroken(rule, AlertPolicy(), fault, asOf: nil)
        }
        if let all = findings.all { try close(allBut: all) }
    }

    /// What is known of a rule from its last evaluation.
    private struct Past {
        var baselineAt: Int64?
        var snapshot: Int64 = 0
        var brokenAt: Int64?
    }

    private func past(_ rule: String) throws(SQLiteError) -> Past {
        let rows = try connection.query(
            "SELECT baseline_at, snapshot, broken_at FROM alert_rules WHERE rule = ?", [.text(rule)])
        guard let row = rows.first else { return Past() }
        return Past(baselineAt: row[0].integer, snapshot: row[1].integer ?? 0, brokenAt: row[2].integer)
    }

    private mutating func take(_ evaluation: Evaluation) throws(SQLiteError) {
        let rule = evaluation.rule.name
        let policy = evaluation.policy
        if let fault = evaluation.verdicts.fault {
            return try takeBroken(rule, policy, fault, asOf: evaluation.verdicts.asOf)
        }
        let past = try past(rule)
        guard past.snapshot <= findings.snapshot else {
            outcome.late.append(rule)
            return
        }
        let asOf = evaluation.verdicts.asOf
        let judgements = evaluation.judgements(at: findings.at)
        // An empty warehouse is nothing to compare with: what fires once there are data would be a flood.
        let isBaseline = past.baselineAt == nil
        let source = AlertSource(
            rule: rule, title: evaluation.rule.title, policy: policy, units: evaluation.units,
            hush: isBaseline ? .baseline : [])
        try step(source, judgements, closingOthersAsOf: asOf ?? findings.at)
        if isBaseline, asOf != nil {
            outcome.baselines[rule] = judgements.count { if case .firing = $0.finding { true } else { false } }
        }
        let baseline = past.baselineAt ?? (asOf == nil ? nil : findings.at)
        try record(rule, baseline: baseline, asOf: asOf, fault: nil)
        let unknowns = try updateUnknowns(rule, judgements, policy)
        try blind(rule, policy, unknowns, nil, asOf, isBaseline: isBaseline)
    }

    /// A rule that cannot be believed says nothing: its alerts hold.
    private mutating func takeBroken(
        _ rule: String, _ policy: AlertPolicy, _ fault: String, asOf: Int64?
    ) throws(SQLiteError) {
        let past = try past(rule)
        let since = past.brokenAt ?? findings.at
        try record(rule, baseline: past.baselineAt, asOf: nil, fault: (fault, since))
        try blind(rule, policy, [:], (fault, since), asOf, isBaseline: false)
    }

    private func record(
        _ rule: String, baseline: Int64?, asOf: Int64?, fault: (reason: String, since: Int64)?
    ) throws(SQLiteError) {
        try connection.run(
            """
            INSERT INTO alert_rules (rule, baseline_at, evaluated_at, as_of, snapshot, fault, broken_at)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET baseline_at = excluded.baseline_at, evaluated_at = excluded.evaluated_at,
                as_of = coalesce(excluded.as_of, as_of), snapshot = max(snapshot, excluded.snapshot),
                fault = excluded.fault, broken_at = excluded.broken_at
            """,
            [
                .text(rule), baseline.sqlValue, .integer(findings.at), asOf.sqlValue,
                .integer(fault == nil ? findings.snapshot : 0), (fault?.reason).sqlValue, (fault?.since).sqlValue,
            ])
    }

    private func updateUnknowns(
        _ rule: String, _ judgements: [Judgement], _ policy: AlertPolicy
    ) throws(SQLiteError) -> [String: Blindness.Unknown] {
        var before: [String: Blindness.Unknown] = [:]
        let rows = try connection.query(
            "SELECT key, since_at, reason FROM alert_unknowns WHERE rule = ?", [.text(rule)])
        for row in rows {
            before[row[0].plainText] = Blindness.Unknown(since: row[1].integer ?? 0, reason: row[2].plainText)
        }
        let now = Blindness.unknowns(judgements, policy, at: findings.at, before: before)
        for key in before.keys where now[key] == nil {
            try connection.run("DELETE FROM alert_unknowns WHERE rule = ? AND key = ?", [.text(rule), .text(key)])
        }
        for (key, unknown) in now where before[key] != unknown {
            try connection.run(
                "INSERT OR REPLACE INTO alert_unknowns VALUES (?, ?, ?, ?)",
                [.text(rule), .text(key), .integer(unknown.since), .text(unknown.reason)])
        }
        return now
    }

    private mutating func blind(
        _ rule: String, _ policy: AlertPolicy, _ unknowns: [String: Blindness.Unknown],
        _ fault: (reason: String, since: Int64)?, _ asOf: Int64?, isBaseline: Bool
    ) throws(SQLiteError) {
        var own = AlertPolicy()
        own.repeats = policy.repeats
        let judgement = Blindness.judgement(of: rule, policy, unknowns, fault: fault, at: findings.at, asOf: asOf)
        let source = AlertSource(
            rule: Blindness.rule, title: Blindness.title, policy: own, units: Blindness.units,
            hush: isBaseline ? .baseline : [])
        try step(source, [judgement], closingOthersAsOf: nil)
    }

    /// Ends the alerts of rules that there are no more. Nobody is told: somebody took the rule away.
    private mutating func close(allBut rules: Set<String>) throws(SQLiteError) {
        for var alert in try StoredAlert.alive(nil, on: connection) {
            let subject = alert.rule == Blindness.rule ? try alert.subject(on: connection) : alert.rule
            guard !rules.contains(subject) else { continue }
            let step = AlertStep(previous: alert.life.state, state: .resolved, cause: .transition, isTold: false)
            alert.life.state = .resolved
            alert.life.since = max(alert.asOf, alert.life.since)
            alert.resolvedAt = alert.life.since
            try alert.save(on: connection)
            try record(step, of: alert, cause: "gone", verdict: alert.verdict, units: [:])
            try connection.run("DELETE FROM alert_unknowns WHERE rule = ?", [.text(subject)])
            try connection.run("DELETE FROM alert_rules WHERE rule = ?", [.text(subject)])
        }
    }
}

/// Whose verdicts they are.
struct AlertSource {
    var rule: String
    var title: String
    var policy: AlertPolicy
    var units: [String: String]
    var hush: Hush
}

extension AlertCommit {
    /// Lets each alert of a rule take its verdict.
    /// - Parameter moment: as of when alerts without a verdict are over; nil: they stay as they are.
    mutating func step(
        _ source: AlertSource, _ judgements: [Judgement], closingOthersAsOf moment: Int64?
    ) throws(SQLiteError) {
        var alive: [String: StoredAlert] = [:]
        for alert in try StoredAlert.alive(source.rule, on: connection) { alive[alert.key] = alert }
        for judgement in judgements {
            try step(source, judgement, alive.removeValue(forKey: judgement.key))
        }
        guard let moment else { return }
        for alert in alive.values.sorted(by: { $0.id < $1.id }) {
            let gone = Judgement(
                key: alert.key, finding: .clear, asOf: moment, owner: alert.owner, verdict: alert.verdict, held: nil)
            try step(source, gone, alert)
        }
    }

    private mutating func step(
        _ source: AlertSource, _ judgement: Judgement, _ known: StoredAlert?
    ) throws(SQLiteError) {
        if known == nil, judgement.finding == .clear || judgement.finding == .unknown { return }
        var alert = known ?? StoredAlert(source, judgement)
        let labels = source.policy.labels
        var hush = source.hush
        for silence in silences where try silence.matches(source.rule, judgement.key, labels, on: connection) {
            hush.insert(.silenced)
        }
        if alert.acknowledgedAt != nil { hush.insert(.acknowledged) }
        // The oldest moment of several tables may step back when another partition comes in.
        let asOf = max(judgement.asOf, alert.asOf)
        let step = alert.life.next(
            judgement.finding, AlertMoment(asOf: asOf, at: findings.at), source.policy, hush)
        alert.take(judgement, source, asOf: asOf, step)
        try alert.save(on: connection)
        guard let step else { return }
        try record(step, of: alert, cause: step.cause.rawValue, verdict: judgement.verdict, units: source.units)
    }

    /// - Parameter verdict: the evidence. Of an end it is the verdict that says so; where there is none any more, the last
    ///   that fired.
    mutating func record(
        _ step: AlertStep, of alert: StoredAlert, cause: String, verdict: String, units: [String: String]
    ) throws(SQLiteError) {
        try connection.run(
            """
            INSERT INTO alert_events (alert, previous, state, cause, is_told, severity, owner, labels, as_of, since, at,
                verdict, units)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .integer(alert.id), .text(step.previous.rawValue), .text(step.state.rawValue), .text(cause),
                .integer(step.isTold ? 1 : 0), .text(alert.severity.rawValue), alert.owner.sqlValue,
                .text(alert.labels), .integer(alert.asOf), .integer(alert.life.since), .integer(findings.at),
                .text(verdict), .text(AlertJSON.object(units)),
            ])
        let event = try AlertEvent.stored(connection.lastInsertRowID, on: connection)
        guard let event else { return }
        outcome.steps.append(.init(event: event, cause: cause, isTold: step.isTold))
    }
}
