internal import Rules
internal import SQLite
internal import Warehouse

extension Context {
    /// The alerts, for writing.
    func alertStore() throws -> (store: AlertStore, connection: Connection) {
        let connection = try Warehouse.writer(path: paths.warehouse, library: library([]))
        return (AlertStore(connection), connection)
    }

    /// Now by ESI's clock, as the last ingest found it: alerts and the data they are about go by one clock.
    func serverNow(_ connection: Connection, _ configuration: Configuration) throws -> Int64 {
        let offset = try connection.value(
            "SELECT value FROM notes WHERE key LIKE 'server\\_offset:%' ESCAPE '\\' ORDER BY key = ? DESC, key LIMIT 1",
            [.text("server_offset:\(configuration.esiURL)")])
        return Int64((clock.precise + (offset?.text.flatMap(Double.init) ?? 0)).rounded(.down))
    }

    /// Who is told of alerts, and how.
    /// - Throws: `ConfigurationError` for what is missing or does not fit together.
    func messenger(_ configuration: Configuration) throws -> Messenger {
        let settings = try messageSettings(configuration)
        let names = settings.all
        guard !names.isEmpty else { return .none }
        let clock = clock
        let sender = MessageSender(settings, templates(), now: { clock.now })
        // A program's webhook gets each event as a message of its own: its body is one event's.
        let programs = settings.webhooks.filter { $0.kind == .json }.map(\.name)
        let quiet = try quietHours(configuration)
        var policy = OutboxPolicy()
        for name in names {
            policy.receivers[name] = OutboxPolicy.Receiver(
                quietHours: quiet, perHour: configuration.messagesPerHour, gathers: !programs.contains(name))
        }
        return Messenger(
            policy: policy, receivers: { sender.receivers(for: $0) }, deliver: { await sender.deliver($0) })
    }

    private func quietHours(_ configuration: Configuration) throws -> QuietHours? {
        guard let setting = configuration.quietHours else { return nil }
        guard let hours = QuietHours(setting.text) else {
            throw ConfigurationError(
                setting.place, "notify.quiet_hours: \"\(setting.text.withVisibleControls())\" is no part of a day",
                mend: "write 22:00-07:00, in UTC")
        }
        return hours
    }

    /// Delivers what the outbox holds and is due; what fails is told and tried again later.
    /// - Returns: whether all of it went out.
    func deliver(_ connection: Connection, _ messenger: Messenger) async throws -> Bool {
        let clock = clock
        let interrupts = interrupts
        let deliverer = Deliverer(
            connection, messenger, lockPath: Paths.folder(of: paths.warehouse) + "/outbox.lock", now: { clock.now })
        let report = try await deliverer.run { interrupts.isInterrupted }
        for failure in report.failures {
            let next = failure.isDead ? "given up" : "tried again later"
            try complain("\(failure.receiver): \(failure.code) \(failure.text.withVisibleControls()) (\(next))")
        }
        if report.sent > 0 { try note("\(report.sent) message\(report.sent == 1 ? "" : "s") sent") }
        return report.failures.isEmpty
    }

    /// A rule by its name.
    static func rule(_ name: String, _ book: RuleBook, _ faults: [FileError]) throws -> Rule {
        if let found = book.rule(name) { return found }
        if let fault = fault(.rule, name, in: faults) { throw fault }
        let names = book.rules.map(\.name).joined(separator: ", ")
        throw CommandError(.usage, "there is no rule \"\(name)\"", mend: "there are \(names)")
    }

    /// How each rule's alerts live. Settings were held against the rules when their views were made.
    func policy(of rule: Rule, _ configuration: Configuration) throws -> AlertPolicy {
        try rule.policy(settings: (configuration.rules[rule.name] ?? [:]).mapValues(\.text))
    }
}
