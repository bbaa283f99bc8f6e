internal import ArgumentParser
internal import Rules
internal import SQLite
internal import Warehouse

struct AlertsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "alerts",
        abstract: "List the alerts and the messages on them, acknowledge and silence.",
        discussion: """
            An alert is a verdict that fires and lasts; `esiwh rules run` keeps them. docs/alerts.md tells their life.

              esiwh alerts list
              esiwh alerts silence --rule contract-outbid --key contract_id=224 --until 8h --why "on holiday"
            """,
        subcommands: [
            AlertsList.self, AlertsShow.self, AlertsAck.self, AlertsUnack.self, AlertsSilence.self,
            AlertsUnsilence.self, AlertsOutbox.self, AlertsNotifyTest.self,
        ])
}

struct AlertsList: Command {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the alerts that are pending or firing, and those that ended lately.",
        discussion: """
            `since` is as of when an alert has been in its state, `as_of` the moment of the data of its last known verdict. An
            alert that is held has a verdict that is unknown now, for that reason; its state is the one before. What ended is
            listed for a day, or with --all for ever.

              esiwh alerts list --format json
              esiwh alerts list --rule contract-outbid --human
            """)

    @Option(help: "Only the alerts of this rule.", completion: .names(of: .rule)) var rule: String?
    @Flag(help: "Also alerts that ended long ago, and those that never fired.") var all = false
    @OptionGroup var output: FormatOptions
    @OptionGroup(title: "Common options") var common: CommonOptions

    func run(in context: Context) throws -> CommandStatus {
        let reader = try AlertReader(context)
        let alerts = try reader.alerts(endedAfter: all ? nil : reader.now - 86_400, rule: rule)
        var writer = output.format.writer(to: context.out, human: output.style(context))
        try writer.begin(
            [
                OutputColumn("id"), OutputColumn("rule", .text), OutputColumn("key", .json),
                OutputColumn("state", .text), OutputColumn("since", .timestamp), OutputColumn("severity", .text),
                OutputColumn("as_of", .timestamp), OutputColumn("owner", .text), OutputColumn("held", .text),
                OutputColumn("acknowledged", .boolean), OutputColumn("silence"),
            ])
        for alert in alerts {
            try writer.row([
                .integer(alert.id), .text(alert.rule), .text(try reader.key(alert, output.format)),
                .text(alert.state.rawValue), .integer(alert.since), .text(alert.severity.rawValue),
                .integer(alert.asOf), alert.owner.sqlValue, alert.held.sqlValue,
                .integer(alert.acknowledgedAt == nil ? 0 : 1), alert.silence.sqlValue,
            ])
        }
        try writer.end()
        for silence in try reader.silences() { try context.note(silence) }
        return .done
    }
}

struct AlertsShow: Command {
    enum Section: String, CaseIterable, ExpressibleByArgument {
        case alert, verdict, events, messages
    }

    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show an alert: its evidence, what happened, and who was told.",
        discussion: """
            Formats other than table, markdown and html write one section, alert unless another is named.

              esiwh alerts show 12 --human
              esiwh alerts show 12 --section events --format json
            """)

    @Argument(help: "The alert's number, as alerts list says.") var id: Int64
    @Option(help: "Only this section: alert, verdict, events or messages.") var section: Section?
    @OptionGroup var output: FormatOptions
    @OptionGroup(title: "Common options") var common: CommonOptions

    func run(in context: Context) throws -> CommandStatus {
        let reader = try AlertReader(context)
        guard let alert = try reader.alerts(endedAfter: nil, id: id).first else {
            throw CommandError(.usage, "there is no alert \(id)", mend: "esiwh alerts list --all shows them")
        }
        let sections = section.map { [$0] } ?? (output.format.isForPeople ? Section.allCases : [.alert])
        for (index, section) in sections.enumerated() {
            if sections.count > 1 {
                if index > 0 { try context.out.write("\n") }
                try context.writeHeading(section.rawValue, output.format)
            }
            let (columns, rows) = try content(section, alert, reader)
            var writer = output.format.writer(to: context.out, human: output.style(context))
            try writer.begin(columns)
            for row in rows { try writer.row(row) }
            try writer.end()
        }
        return .done
    }

    private typealias Content = (columns: [OutputColumn], rows: [[Value]])

    private func content(_ section: Section, _ alert: AlertSummary, _ reader: AlertReader) throws -> Content {
        switch section {
        case .alert: try self.alert(alert, reader)
        case .verdict: try verdict(alert, reader)
        case .events:
            try reader.query(
                """
                SELECT e.at, e.as_of, e.previous, e.state, e.cause, e.is_told FROM alert_events AS e
                WHERE e.alert = ? ORDER BY e.id
                """, [.integer(alert.id)], kinds: ["is_told": .boolean])
        case .messages:
            try reader.query(
                """
                SELECT o.id, o.receiver, e.state, o.status, o.attempts, o.due_at, o.sent_at, o.code, o.text
                FROM alert_events AS e JOIN alert_outbox AS o ON o.event = e.id WHERE e.alert = ? ORDER BY o.id
                """, [.integer(alert.id)])
        }
    }

    private func alert(_ alert: AlertSummary, _ reader: AlertReader) throws -> Content {
        let columns: [(OutputColumn, Value)] = [
            (OutputColumn("id"), .integer(alert.id)), (OutputColumn("rule", .text), .text(alert.rule)),
            (OutputColumn("title", .text), .text(alert.title)),
            (OutputColumn("key", .json), .text(try reader.key(alert, output.format))),
            (OutputColumn("state", .text), .text(alert.state.rawValue)),
            (OutputColumn("since", .timestamp), .integer(alert.since)),
            (OutputColumn("severity", .text), .text(alert.severity.rawValue)),
            (OutputColumn("as_of", .timestamp), .integer(alert.asOf)),
            (OutputColumn("fired_at", .timestamp), alert.firedAt.sqlValue),
            (OutputColumn("resolved_at", .timestamp), alert.resolvedAt.sqlValue),
            (OutputColumn("owner", .text), alert.owner.sqlValue), (OutputColumn("labels", .json), .text(alert.labels)),
            (OutputColumn("held", .text), alert.held.sqlValue),
            (OutputColumn("baseline", .boolean), .integer(alert.isBaseline ? 1 : 0)),
            (OutputColumn("acknowledged_at", .timestamp), alert.acknowledgedAt.sqlValue),
            (OutputColumn("acknowledgement", .text), alert.acknowledgement.sqlValue),
            (OutputColumn("silence"), alert.silence.sqlValue),
        ]
        return (columns.map(\.0), [columns.map(\.1)])
    }

    /// The row that fired last, with the meaning of its columns.
    private func verdict(_ alert: AlertSummary, _ reader: AlertReader) throws -> Content {
        let units = try reader.units(of: alert)
        let members = try reader.members(alert.verdict)
        return (members.map { OutputColumn($0.name, units[$0.name]) }, [members.map(\.value)])
    }
}

/// The alerts as a reading command sees them; none in a warehouse of an older program.
struct AlertReader {
    let now: Int64
    private let session: Session
    private let store: AlertStore?

    init(_ context: Context) throws {
        session = try context.session(asOf: nil, for: "").session
        now = try context.serverNow(session.connection, try context.configuration())
        store = try AlertStore.isPresent(on: session.connection) ? AlertStore(session.connection) : nil
    }

    func alerts(endedAfter moment: Int64?, rule: String? = nil, id: Int64? = nil) throws -> [AlertSummary] {
        try store?.alerts(endedAfter: moment, rule: rule, id: id, now: now) ?? []
    }

    /// The silences in force, in words.
    func silences() throws -> [String] {
        try (store?.silences(inForceAt: now) ?? []).map { silence in
            let key = try members(silence.key ?? "{}").map { "\($0.name)=\($0.value.plainText)" }
            let what = [silence.rule ?? "any rule"] + key + (silence.label.map { [$0] } ?? [])
            let why = silence.why.map { ": " + $0.withVisibleControls() } ?? ""
            return "silence \(silence.id) until \(Timestamp.text(silence.until)), \(what.joined(separator: " "))\(why)"
        }
    }

    func members(_ object: String) throws -> [(name: String, value: Value)] { try store?.members(object) ?? [] }

    /// For programs an object, for people `contract_id=224`.
    func key(_ alert: AlertSummary, _ format: OutputFormat) throws -> String {
        if [.json, .ndjson].contains(format) { return alert.key }
        return try members(alert.key).map { "\($0.name)=\($0.value.plainText)" }.joined(separator: " ")
    }

    func units(of alert: AlertSummary) throws -> [String: ColumnKind] {
        let object = try session.connection.value(
            "SELECT units FROM alert_events WHERE alert = ? AND state = 'firing' ORDER BY id DESC LIMIT 1",
            [.integer(alert.id)])
        var kinds: [String: ColumnKind] = [:]
        for member in try members(object?.text ?? "{}") {
            kinds[member.name] = ColumnKind(rawValue: member.value.plainText)
        }
        return kinds
    }

    func query(
        _ sql: String, _ values: [Value], kinds: [String: ColumnKind] = [:]
    ) throws -> (columns: [OutputColumn], rows: [[Value]]) {
        guard store != nil else { return ([], []) }
        let query = try session.prepare(sql, kinds: kinds)
        try query.statement.bind(values)
        return (query.columns.map { OutputColumn($0.name, $0.kind) }, try query.rows())
    }
}
