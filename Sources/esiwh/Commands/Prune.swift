internal import ArgumentParser
internal import FoundationEssentials
internal import Ingest
internal import Rules
internal import SQLite
internal import Warehouse

struct Prune: Command {
    static let configuration = CommandConfiguration(
        abstract: "Roll up the days that are over, and drop old versions that need not be kept.",
        discussion: """
            How long versions are kept, and which roll-up outlives them, stands in each dataset's file (`retention`). Nothing is
            dropped that a rule looks back to, or that is protected by name. Ctrl-C keeps what is done, and the next call goes
            on. Room within the file is used again before the file grows; --shrink gives it back to the disk.

              esiwh prune --dry-run
              esiwh prune market_orders
            """)

    @Argument(help: "Names of datasets; all where none is given.", completion: .names(of: .dataset))
    var dataset: [String] = []

    @Flag(help: "Say what would be written and dropped, and do neither.") var dryRun = false

    @Flag(help: "Rewrite the file without its free pages. Takes as much room again while it runs.") var shrink = false

    @Option(help: ArgumentHelp("How to write the summary: \(OutputFormat.names).", valueName: "format"))
    var format = OutputFormat.table

    @OptionGroup(title: "Common options") var common: CommonOptions

    func run(in context: Context) throws -> CommandStatus {
        let path = context.paths.warehouse
        guard FileManager.default.fileExists(atPath: path) else { throw WarehouseError.missing(path) }
        let library = context.library()
        let catalogue = Catalogue(library)
        for name in dataset {
            if let fault = Context.fault(.dataset, name, in: catalogue.faults) { throw fault }
            guard catalogue.dataset(name) == nil else { continue }
            throw TableUsageError(
                "no dataset \(name); there are \(catalogue.datasets.map(\.name).joined(separator: ", "))")
        }
        for fault in catalogue.faults { try context.complain("\(fault)") }
        let now = context.clock.now
        let lock = try IngestLock(path: Paths.folder(of: path) + "/ingest.lock", since: Timestamp.text(now))
        defer { withExtendedLifetime(lock) {} }
        let warehouse = try Warehouse(path: path, catalogue: catalogue, now: now)
        try warehouse.use(try context.configuration().settings)
        let interrupts = context.interrupts
        warehouse.connection.setDeadline(nil) { interrupts.isInterrupted }
        let chosen = catalogue.datasets.filter { dataset.isEmpty || dataset.contains($0.name) }
        return try prune(
            chosen, in: warehouse, lookbacks: RuleBook(library).lookbacks(over: catalogue, now: now), context)
    }

    private func prune(
        _ datasets: [Dataset], in warehouse: Warehouse, lookbacks: [Lookback], _ context: Context
    ) throws -> CommandStatus {
        let interrupts = context.interrupts
        var prunings: [Pruning] = []
        var isStopped = false
        do {
            for dataset in datasets {
                prunings.append(
                    try warehouse.prune(dataset, now: context.clock.now, lookbacks: lookbacks, isDryRun: dryRun) {
                        interrupts.isInterrupted
                    })
            }
            if shrink, !dryRun { try warehouse.connection.execute("VACUUM; PRAGMA wal_checkpoint(TRUNCATE)") }
        } catch let error where interrupts.isInterrupted && (error is CancellationError || Self.isInterrupt(error)) {
            isStopped = true
        }
        let shown = prunings.filter { $0.horizon != nil || $0.days > 0 || dataset.contains($0.dataset) }
        if !common.quiet { try context.write(shown.map(Self.row), Self.columns, as: format) }
        if isStopped {
            try context.complain("stopped; what is done is kept, and the next prune goes on")
            return .partial
        }
        let free =
            try warehouse.connection.value(
                "SELECT freelist_count * page_size FROM pragma_freelist_count, pragma_page_size")?.integer ?? 0
        try context.note("\(HumanStyle.bytes(Int(free))) free in the file, which are used before it grows")
        return .done
    }

    private static func isInterrupt(_ error: any Error) -> Bool { (error as? SQLiteError)?.isInterrupt == true }

    private static let columns =
        [OutputColumn("dataset"), OutputColumn("horizon", .timestamp), OutputColumn("held_by", .text)]
        + ["days", "versions", "kept"].map { OutputColumn($0) }

    private static func row(_ pruning: Pruning) -> [Value] {
        [
            .text(pruning.dataset), pruning.horizon.map(Value.integer) ?? .null,
            pruning.heldBy.map(Value.text) ?? .null, .integer(Int64(pruning.days)),
            .integer(Int64(pruning.versions)), .integer(Int64(pruning.kept)),
        ]
    }
}
