internal import SQLite
internal import Warehouse

/// A row of `alerts`: one life of an alert.
struct StoredAlert {
    /// 0 until it is saved.
    var id: Int64 = 0
    var rule: String
    var title: String
    var key: String
    var life = AlertLife()
    var severity: Severity
    var owner: String?
    /// A JSON object, as the verdict.
    var labels: String
    var asOf: Int64
    var verdict: String
    var held: String?
    var firedAt: Int64?
    var resolvedAt: Int64?
    var isBaseline = false
    var acknowledgedAt: Int64?

    init(_ source: AlertSource, _ judgement: Judgement) {
        rule = source.rule
        title = source.title
        key = judgement.key
        severity = source.policy.severity
        owner = judgement.owner
        labels = AlertJSON.object(source.policy.labels)
        asOf = judgement.asOf
        verdict = judgement.verdict
    }

    /// Takes over what a verdict says besides its state.
    mutating func take(_ judgement: Judgement, _ source: AlertSource, asOf: Int64, _ step: AlertStep?) {
        held = judgement.held
        guard judgement.finding != .unknown else { return }
        self.asOf = asOf
        title = source.title
        severity = source.policy.severity
        labels = AlertJSON.object(source.policy.labels)
        if case .firing = judgement.finding {
            verdict = judgement.verdict
            owner = judgement.owner
        }
        guard let step, step.cause == .transition else { return }
        switch step.state {
        case .firing:
            firedAt = life.since
            isBaseline = source.hush.contains(.baseline)
        case .resolved, .inactive: resolvedAt = life.since
        case .pending: break
        }
    }

    private static let columns = """
        id, rule, title, key, state, severity, owner, labels, since, fired_at, resolved_at, as_of, verdict, held,
        quiet_since, told_at, told, is_baseline, acknowledged_at
        """

    /// Alerts that are pending or firing.
    /// - Parameter rule: nil for those of all.
    static func alive(_ rule: String?, on connection: Connection) throws(SQLiteError) -> [StoredAlert] {
        let rows = try connection.query(
            """
            SELECT \(columns) FROM alerts
            WHERE state IN ('pending', 'firing') AND (?1 IS NULL OR rule = ?1) ORDER BY id
            """, [rule.sqlValue])
        var alerts: [StoredAlert] = []
        for row in rows { alerts.append(try StoredAlert(row, on: connection)) }
        return alerts
    }

    private init(_ row: [Value], on connection: Connection) throws(SQLiteError) {
        id = row[0].integer ?? 0
        rule = row[1].plainText
        title = row[2].plainText
        key = row[3].plainText
        life.state = AlertState(rawValue: row[4].plainText) ?? .inactive
        severity = Severity(rawValue: row[5].plainText) ?? .warning
        owner = row[6].text
        labels = row[7].plainText
        life.since = row[8].integer ?? 0
        firedAt = row[9].integer
        resolvedAt = row[10].integer
        asOf = row[11].integer ?? 0
        verdict = row[12].plainText
        held = row[13].text
        life.quietSince = row[14].integer
        life.toldAt = row[15].integer
        life.told = try AlertJSON.values(row[16].plainText, on: connection)
        isBaseline = row[17] == 1
        acknowledgedAt = row[18].integer
    }

    mutating func save(on connection: Connection) throws(SQLiteError) {
        let values: [Value] = [
            .text(rule), .text(title), .text(key), .text(life.state.rawValue), .text(severity.rawValue),
            owner.sqlValue, .text(labels), .integer(life.since), firedAt.sqlValue, resolvedAt.sqlValue,
            .integer(asOf), .text(verdict), held.sqlValue, life.quietSince.sqlValue, life.toldAt.sqlValue,
            .text(AlertJSON.object(life.told)), .integer(isBaseline ? 1 : 0),
        ]
        guard id == 0 else {
            try connection.run(
                """
                UPDATE alerts SET rule = ?, title = ?, key = ?, state = ?, severity = ?, owner = ?, labels = ?,
                    since = ?, fired_at = ?, resolved_at = ?, as_of = ?, verdict = ?, held = ?, quiet_since = ?,
                    told_at = ?, told = ?, is_baseline = ?
                WHERE id = ?
                """, values + [.integer(id)])
            return
        }
        try connection.run(
            """
            INSERT INTO alerts (rule, title, key, state, severity, owner, labels, since, fired_at, resolved_at, as_of,
                verdict, held, quiet_since, told_at, told, is_baseline)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """, values)
        id = connection.lastInsertRowID
    }

    /// The rule that a blind rule's alert is about.
    func subject(on connection: Connection) throws(SQLiteError) -> String {
        try AlertJSON.texts(key, on: connection)["rule"] ?? rule
    }
}

extension AlertEvent {
    /// An event with its alert, as it was recorded.
    static func stored(_ id: Int64, on connection: Connection) throws(SQLiteError) -> AlertEvent? {
        let rows = try connection.query(
            """
            SELECT e.uid, a.uid, a.rule, a.title, a.key, e.state, e.previous, e.severity, e.labels, e.owner, e.as_of,
                e.since, e.at, e.verdict, e.units
            FROM alert_events AS e JOIN alerts AS a ON a.id = e.alert WHERE e.id = ?
            """, [.integer(id)])
        guard let row = rows.first, let state = AlertState(rawValue: row[5].plainText),
            let previous = AlertState(rawValue: row[6].plainText),
            let severity = Severity(rawValue: row[7].plainText)
        else { return nil }
        return AlertEvent(
            id: row[0].plainText, alertID: row[1].plainText, rule: row[2].plainText, title: row[3].plainText,
            key: try AlertJSON.members(row[4].plainText, on: connection), state: state, previous: previous,
            severity: severity, labels: try AlertJSON.texts(row[8].plainText, on: connection), owner: row[9].text,
            asOf: row[10].integer ?? 0, since: row[11].integer ?? 0, at: row[12].integer ?? 0,
            verdict: try AlertJSON.members(row[13].plainText, on: connection),
            units: try AlertJSON.texts(row[14].plainText, on: connection))
    }
}
