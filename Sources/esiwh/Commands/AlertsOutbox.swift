internal import ArgumentParser
internal import Rules
internal import SQLite
internal import Warehouse

struct AlertsOutbox: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "outbox",
        abstract: "List the messages that wait or were given up, try them again, or drop them.",
        discussion: """
              esiwh alerts outbox
              esiwh alerts outbox retry
            """,
        subcommands: [OutboxList.self, OutboxRetry.self, OutboxDrop.self], defaultSubcommand: OutboxList.self)
}

struct OutboxList: Command {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the messages that wait or were given up.",
        discussion: """
            One row for each event and receiver; rows of one delivery are one message. `code` and `text` are the peer's last
            answer.

              esiwh alerts outbox list --all --format json
            """)

    @Flag(help: "Also messages that were sent or dropped.") var all = false
    @OptionGroup var output: FormatOptions
    @OptionGroup(title: "Common options") var common: CommonOptions

    func run(in context: Context) throws -> CommandStatus {
        let reader = try AlertReader(context)
        let (columns, rows) = try reader.query(
            """
            SELECT o.id, o.receiver, o.status, a.rule, a.key, e.state, o.attempts, o.due_at, o.tried_at, o.sent_at,
                o.code, o.text, o.event, o.delivery
            FROM alert_outbox AS o
            JOIN alert_events AS e ON e.id = o.event
            JOIN alerts AS a ON a.id = e.alert
            WHERE ?1 OR o.status IN ('waiting', 'dead')
            ORDER BY o.id
            """, [.integer(all ? 1 : 0)], kinds: ["key": .json])
        var writer = output.format.writer(to: context.out, human: output.style(context))
        try writer.begin(columns)
        for row in rows { try writer.row(row) }
        try writer.end()
        return .done
    }
}

struct OutboxRetry: Command {
    static let configuration = CommandConfiguration(
        commandName: "retry", abstract: "Try messages again now: those named, or all that wait or were given up.",
        discussion: """
            Exit code 2 where one could not be delivered.

              esiwh alerts outbox retry
              esiwh alerts outbox retry 7
            """)

    @Argument(help: "The messages' numbers.") var id: [Int64] = []
    @OptionGroup(title: "Common options") var common: CommonOptions

    func run(in context: Context) async throws -> CommandStatus {
        let messenger = try context.messenger(try context.configuration())
        let (store, connection) = try context.alertStore()
        try store.retry(id, now: context.clock.now)
        return try await context.deliver(connection, messenger) ? .done : .partial
    }
}

struct OutboxDrop: Command {
    static let configuration = CommandConfiguration(
        commandName: "drop", abstract: "Give messages up that wait or were given up.",
        discussion: """
              esiwh alerts outbox drop 7 8
            """)

    @Argument(help: "The messages' numbers.") var id: [Int64]
    @OptionGroup(title: "Common options") var common: CommonOptions

    func validate() throws {
        if id.isEmpty { throw ValidationError("name the messages to drop; esiwh alerts outbox lists them") }
    }

    func run(in context: Context) throws -> CommandStatus {
        try context.alertStore().store.drop(id, now: context.clock.now)
        return .done
    }
}
