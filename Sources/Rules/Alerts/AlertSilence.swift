internal import SQLite
internal import Warehouse

/// While it lasts, nobody is told of the alerts that it matches.
public struct AlertSilence: Sendable, Equatable {
    public var id: Int64
    /// nil: of any rule.
    public var rule: String?
    /// Members that an alert's key must have, as a JSON object; nil: any key.
    public var key: String?
    /// `name=value`; nil: any labels.
    public var label: String?
    public var until: Int64
    public var why: String?

    static func inForce(at moment: Int64, on connection: Connection) throws(SQLiteError) -> [AlertSilence] {
        try connection.query(
            """
            SELECT id, rule, key, label, until_at, why FROM alert_silences
            WHERE ended_at IS NULL AND until_at > ? ORDER BY id
            """, [.integer(moment)]
        ).map { row in
            AlertSilence(
                id: row[0].integer ?? 0, rule: row[1].text, key: row[2].text, label: row[3].text,
                until: row[4].integer ?? 0, why: row[5].text)
        }
    }

    func matches(
        _ rule: String, _ key: String, _ labels: [String: String], on connection: Connection
    ) throws(SQLiteError) -> Bool {
        if let named = self.rule, named != rule { return false }
        if let label, !labels.contains(where: { "\($0.key)=\($0.value)" == label }) { return false }
        guard let wanted = self.key else { return true }
        let members = try AlertJSON.texts(key, on: connection)
        return try AlertJSON.texts(wanted, on: connection).allSatisfy { members[$0.key] == $0.value }
    }
}
