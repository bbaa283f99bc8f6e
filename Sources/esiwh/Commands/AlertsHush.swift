internal import ArgumentParser
internal import Rules
internal import Warehouse

struct AlertsAck: Command {
    static let configuration = CommandConfiguration(
        commandName: "ack", abstract: "Acknowledge alerts: they are told no more until they end.",
        discussion: """
              esiwh alerts ack 12 --why "I shall relist it tonight"
            """)

    @Argument(help: "The alerts' numbers.") var id: [Int64]
    @Option(help: "Why, for whoever looks at it.") var why: String?
    @OptionGroup(title: "Common options") var common: CommonOptions

    func run(in context: Context) throws -> CommandStatus {
        let (store, connection) = try context.alertStore()
        try store.acknowledge(id, why: why, at: try context.serverNow(connection, try context.configuration()))
        return .done
    }
}

struct AlertsUnack: Command {
    static let configuration = CommandConfiguration(
        commandName: "unack", abstract: "Take acknowledgements back.",
        discussion: """
              esiwh alerts unack 12
            """)

    @Argument(help: "The alerts' numbers.") var id: [Int64]
    @OptionGroup(title: "Common options") var common: CommonOptions

    func run(in context: Context) throws -> CommandStatus {
        try context.alertStore().store.unacknowledge(id)
        return .done
    }
}

struct AlertsSilence: Command {
    static let configuration = CommandConfiguration(
        commandName: "silence", abstract: "Tell nobody of some alerts until a moment.",
        discussion: """
            They live on: what still fires when the silence is over is told then. An alert is silenced that has the rule, every
            part of the key, and the label.

              esiwh alerts silence --rule order-undercut --until 2d --why "prices are moving"
              esiwh alerts silence --label area=contracts --until 2026-12-01T08:00Z
            """)

    @Option(help: "Alerts of this rule.", completion: .names(of: .rule)) var rule: String?
    @Option(
        help: ArgumentHelp("Alerts whose key has this part: contract_id=224. Repeatable.", valueName: "name=value"))
    var key: [Assignment] = []
    @Option(help: ArgumentHelp("Alerts with this label.", valueName: "name=value")) var label: Assignment?
    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Until when: a date, a time, or from now on 8h, 2d.", valueName: "moment"))
    var until: String
    @Option(help: "Why, for whoever wonders.") var why: String?
    @OptionGroup(title: "Common options") var common: CommonOptions

    func validate() throws {
        if rule == nil, key.isEmpty, label == nil {
            throw ValidationError("name what to silence: --rule, --key or --label")
        }
    }

    func run(in context: Context) throws -> CommandStatus {
        let configuration = try context.configuration()
        if let rule, rule != Blindness.rule {
            let library = context.library([.rule])
            let book = RuleBook(library)
            _ = try Context.rule(rule, book, library.faults + book.faults)
        }
        let (store, connection) = try context.alertStore()
        let now = try context.serverNow(connection, configuration)
        let end = try Timestamp.span(until).map { now + $0 } ?? context.moment(until)
        guard end > now else {
            throw CommandError(.usage, "--until \(until) is over already", mend: "give a later moment, or 8h")
        }
        let id = try store.silence(
            rule: rule, key: key.map { ($0.name, $0.value) }, label: label.map { "\($0.name)=\($0.value)" },
            until: end, why: why, at: now)
        try context.out.write("silence \(id) until \(Timestamp.text(end))\n")
        return .done
    }
}

struct AlertsUnsilence: Command {
    static let configuration = CommandConfiguration(
        commandName: "unsilence", abstract: "End silences before their time.",
        discussion: """
              esiwh alerts unsilence 3
            """)

    @Argument(help: "The silences' numbers.") var id: [Int64]
    @OptionGroup(title: "Common options") var common: CommonOptions

    func run(in context: Context) throws -> CommandStatus {
        let (store, connection) = try context.alertStore()
        try store.unsilence(id, at: try context.serverNow(connection, try context.configuration()))
        return .done
    }
}
