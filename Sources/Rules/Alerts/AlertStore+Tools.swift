public import SQLite
internal import Warehouse

/// An alert as it is shown.
public struct AlertSummary: Sendable, Equatable {
    public var id: Int64
    public var rule: String
    public var title: String
    /// A JSON object.
    public var key: String
    public var state: AlertState
    public var severity: Severity
    public var since: Int64
    public var asOf: Int64
    public var firedAt: Int64?
    public var resolvedAt: Int64?
    public var owner: String?
    /// A JSON object.
    public var labels: String
    /// A JSON object: the row that fired last.
    public var verdict: String
    /// Why its last verdict was unknown.
    public var held: String?
    public var acknowledgedAt: Int64?
    public var acknowledgement: String?
    public var isBaseline: Bool
    /// The number of a silence that matches it.
    public var silence: Int64?
}

/// A number that no alert, silence or message has, or one that cannot be used so.
public struct AlertUsageError: Error, Equatable, Sendable, CustomStringConvertible {
    public var description: String

    init(_ description: String) { self.description = description }
}

extension AlertStore {
    /// Whether the warehouse has alerts: one of an older program has not until it is written again.
    public static func isPresent(on connection: Connection) throws(SQLiteError) -> Bool {
        try connection.value("SELECT 1 FROM sqlite_schema WHERE name = 'alert_outbox'") != nil
    }

    /// Alerts that are pending or firing, and those that ended after a moment, the newest first.
    /// - Parameters:
    ///   - moment: nil for all that ever ended.
    ///   - now: silences are judged by it.
    public func alerts(
        endedAfter moment: Int64?, rule: String? = nil, id: Int64? = nil, now: Int64
    ) throws(SQLiteError) -> [AlertSummary] {
        let rows = try connection.query(
            """
            SELECT id, rule, title, key, state, severity, since, as_of, fired_at, resolved_at, owner, labels, verdict,
                held, acknowledged_at, acknowledgement, is_baseline
            FROM alerts
            WHERE (state IN ('pending', 'firing') OR ?1 IS NULL OR (state = 'resolved' AND since > ?1))
              AND (?2 IS NULL OR rule = ?2) AND (?3 IS NULL OR id = ?3)
            ORDER BY CASE state WHEN 'firing' THEN 0 WHEN 'pending' THEN 1 ELSE 2 END, since DESC, id DESC
            """, [moment.sqlValue, rule.sqlValue, id.sqlValue])
        let silences = try AlertSilence.inForce(at: now, on: connection)
        var alerts: [AlertSummary] = []
        for row in rows {
            var alert = AlertSummary(row)
            let labels = try AlertJSON.texts(alert.labels, on: connection)
            for silence in silences where alert.state == .firing || alert.state == .pending {
                guard try silence.matches(alert.rule, alert.key, labels, on: connection) else { continue }
                alert.silence = silence.id
                break
            }
            alerts.append(alert)
        }
        return alerts
    }

    /// The members of a JSON object that the alerts keep.
    public func members(_ object: String) throws(SQLiteError) -> [(name: String, value: Value)] {
        try AlertJSON.members(object, on: connection)
    }

    // MARK: Acknowledging

    /// Takes alerts on: they are told no more until they end.
    public func acknowledge(_ ids: [Int64], why: String?, at: Int64) throws {
        try change(ids, "it is over") { id in
            try self.connection.run(
                """
                UPDATE alerts SET acknowledged_at = ?, acknowledgement = ?
                WHERE id = ? AND state IN ('pending', 'firing')
                """, [.integer(at), why.sqlValue, .integer(id)])
        }
    }

    public func unacknowledge(_ ids: [Int64]) throws {
        try change(ids, "nobody has acknowledged it") { id in
            try self.connection.run(
                """
                UPDATE alerts SET acknowledged_at = NULL, acknowledgement = NULL
                WHERE id = ? AND acknowledged_at IS NOT NULL
                """, [.integer(id)])
        }
    }

    /// - Parameter refusal: why an alert that there is was not changed.
    private func change(_ ids: [Int64], _ refusal: String, _ body: (Int64) throws -> Int) throws {
        try connection.transaction {
            for id in ids where try body(id) == 0 {
                let isKnown = try connection.value("SELECT 1 FROM alerts WHERE id = ?", [.integer(id)]) != nil
                throw AlertUsageError(
                    isKnown ? "alert \(id): \(refusal)" : "there is no alert \(id); esiwh alerts list shows them")
            }
        }
    }

    // MARK: Silences

    /// - Parameters:
    ///   - key: members that an alert's key must have; none for any key.
    ///   - label: `name=value`.
    /// - Returns: the silence's number.
    public func silence(
        rule: String?, key: [(name: String, value: String)], label: String?, until: Int64, why: String?, at: Int64
    ) throws(SQLiteError) -> Int64 {
        let members = key.map { (name: $0.name, value: Value.text($0.value)) }
        try connection.run(
            "INSERT INTO alert_silences (rule, key, label, until_at, why, created_at) VALUES (?, ?, ?, ?, ?, ?)",
            [
                rule.sqlValue, (key.isEmpty ? nil : AlertJSON.object(members)).sqlValue, label.sqlValue,
                .integer(until), why.sqlValue, .integer(at),
            ])
        return connection.lastInsertRowID
    }

    public func unsilence(_ ids: [Int64], at: Int64) throws {
        try connection.transaction {
            for id in ids {
                let ended = try connection.run(
                    "UPDATE alert_silences SET ended_at = ?1 WHERE id = ?2 AND ended_at IS NULL AND until_at > ?1",
                    [.integer(at), .integer(id)])
                guard ended == 1 else {
                    throw AlertUsageError("there is no silence \(id) in force; esiwh alerts list names them")
                }
            }
        }
    }

    public func silences(inForceAt moment: Int64) throws(SQLiteError) -> [AlertSilence] {
        try AlertSilence.inForce(at: moment, on: connection)
    }

    // MARK: Outbox

    /// Makes messages due at once that wait or were given up; all of them where none is named.
    public func retry(_ ids: [Int64], now: Int64) throws {
        try changeOutbox(
            ids,
            """
            UPDATE alert_outbox SET status = 'waiting', due_at = ?1, attempts = 0
            WHERE status IN ('waiting', 'dead')
            """, now: now)
    }

    /// Gives messages up that wait or were given up.
    public func drop(_ ids: [Int64], now: Int64) throws {
        try changeOutbox(
            ids,
            "UPDATE alert_outbox SET status = 'dropped', lease = NULL, tried_at = coalesce(tried_at, ?1) "
                + "WHERE status IN ('waiting', 'dead')", now: now)
    }

    /// A message of several events is one: what is done to a row of it is done to all.
    private func changeOutbox(_ ids: [Int64], _ update: String, now: Int64) throws {
        try connection.transaction {
            guard !ids.isEmpty else {
                try connection.run(update, [.integer(now)])
                return
            }
            for id in ids {
                let changed = try connection.run(
                    update + " AND (id = ?2 OR delivery = (SELECT delivery FROM alert_outbox WHERE id = ?2))",
                    [.integer(now), .integer(id)])
                guard changed > 0 else {
                    throw AlertUsageError("no message \(id) waits or was given up; esiwh alerts outbox lists them")
                }
            }
        }
    }
}

extension AlertSummary {
    fileprivate init(_ row: [Value]) {
        id = row[0].integer ?? 0
        rule = row[1].plainText
        title = row[2].plainText
        key = row[3].plainText
        state = AlertState(rawValue: row[4].plainText) ?? .inactive
        severity = Severity(rawValue: row[5].plainText) ?? .warning
        since = row[6].integer ?? 0
        asOf = row[7].integer ?? 0
        firedAt = row[8].integer
        resolvedAt = row[9].integer
        owner = row[10].text
        labels = row[11].plainText
        verdict = row[12].plainText
        held = row[13].text
        acknowledgedAt = row[14].integer
        acknowledgement = row[15].text
        isBaseline = row[16] == 1
    }
}
