internal import ArgumentParser
internal import Rules
internal import SQLite
internal import Warehouse

struct AlertsNotifyTest: Command {
    static let configuration = CommandConfiguration(
        commandName: "notify-test", abstract: "Send a message to each receiver, to see that it arrives.",
        discussion: """
            Without a name, to all that mail, webhooks and notify.routes of the configuration name; quiet hours and the outbox
            have no part in it. Exit code 0 where all took it, 2 where some did, 1 where none did.

              esiwh alerts notify-test
              esiwh alerts notify-test mail
            """)

    @Argument(help: "Names of receivers: mail, an address, or a webhook's name.") var receiver: [String] = []
    @Option(help: ArgumentHelp("How to write what became of it: \(OutputFormat.names).", valueName: "format"))
    var format = OutputFormat.table
    @OptionGroup(title: "Common options") var common: CommonOptions

    func run(in context: Context) async throws -> CommandStatus {
        let settings = try context.messageSettings(try context.configuration())
        let names = try receivers(settings)
        let templates = context.templates()
        for fault in templates.faults { try context.complain("\(fault)") }
        let now = context.clock.now
        let sender = MessageSender(settings, templates) { now }
        var rows: [[Value]] = []
        var sent = 0
        for name in names {
            let id = "test-\(now)-\(rows.count)"
            let event = AlertEvent(
                id: id, alertID: id, rule: "notify-test", title: "A test message of esiwh",
                key: [("receiver", .text(name))], state: .firing, previous: .inactive, severity: .info, asOf: now,
                since: now, at: now,
                verdict: [("receiver", .text(name)), ("note", "Where this arrives, alerts arrive.")])
            switch await sender.deliver(Delivery(id: id, receiver: name, events: [event])) {
            case .sent(let words):
                sent += 1
                rows.append([.text(name), "sent", .null, .text(words)])
            case .retry(let code, let text, _), .refused(let code, let text):
                rows.append([.text(name), "failed", .text(code), .text(text)])
                try context.complain("\(name): \(code) \(text.withVisibleControls())")
            }
        }
        try context.write(rows, ["receiver", "status", "code", "answer"].map { OutputColumn($0, .text) }, as: format)
        return sent == names.count ? .done : sent > 0 ? .partial : .failed
    }

    private func receivers(_ settings: MessageSettings) throws -> [String] {
        let all = settings.all
        guard !all.isEmpty else {
            throw CommandError(
                .badConfiguration, "nobody is to be told of alerts",
                mend: "configure mail or webhooks: docs/messages.md")
        }
        return try receiver.flatMap { name in
            let found = settings.receivers(named: name).filter { all.contains($0) }
            guard !found.isEmpty else {
                throw CommandError(
                    .usage, "there is no receiver \"\(name)\"", mend: "there are \(all.joined(separator: ", "))")
            }
            return found
        } + (receiver.isEmpty ? all : [])
    }
}
