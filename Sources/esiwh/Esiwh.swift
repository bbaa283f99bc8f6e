internal import ArgumentParser

/// The program's version, which also goes into the User-Agent.
let version = "0.1.0"

/// A command of ours: it is given its surroundings rather than looking for them.
protocol Command: ParsableCommand {
    var common: CommonOptions { get }
    func run(in context: Context) async throws -> CommandStatus
}

struct Esiwh: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "esiwh",
        abstract: "A warehouse of EVE Online's public data: every table, as of any moment.",
        discussion: """
            Begin with `esiwh init`, then `esiwh ingest`, then `esiwh query --list`.

              esiwh query 'SELECT count(*) FROM market_orders' --as-of yesterday

            Exit codes: docs/exit-codes.md. Settings: docs/configuration.md.
            """,
        version: version,
        groupedSubcommands: [
            CommandGroup(
                name: "Warehouse",
                subcommands: [
                    Init.self, IngestCommand.self, BackfillCommand.self, Status.self, Prune.self, Backup.self,
                ]),
            CommandGroup(name: "Reading", subcommands: [QueryCommand.self, History.self, Diff.self]),
            CommandGroup(name: "Alerting", subcommands: [RulesCommand.self, AlertsCommand.self]),
            CommandGroup(name: "Tools", subcommands: [SQL.self, Cache.self, Doctor.self, Completions.self]),
        ])
}

/// Options of every command.
struct CommonOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The folder of configuration and data, instead of ESIWH_HOME and the XDG folders.", valueName: "dir"))
    var home: String?

    @Option(
        help: ArgumentHelp(
            "Set a key of the configuration: --set regions=10000002,10000043. Repeatable.", valueName: "key=value"))
    var set: [String] = []

    @Flag(name: .shortAndLong, help: "Say nothing on stderr but errors.")
    var quiet = false

    @Flag(name: .shortAndLong, help: "Say more on stderr.")
    var verbose = false
}
