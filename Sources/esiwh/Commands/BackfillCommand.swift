internal import ArgumentParser
internal import Ingest
internal import SQLite
internal import Warehouse

struct BackfillCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "backfill",
        abstract: "Read public archives into the past.",
        discussion: """
            Daily tables of market history, sweeps of market orders and of public contracts, as CSV, plain or in bzip2, gzip,
            tar or zip: docs/backfill.md says where they are. Without a name, all datasets that the files fill. Folders
            are read with all that is below them, the oldest file first. A file that was read before is passed over; Ctrl-C
            keeps what is whole, and running again goes on. What is known already is never changed: the past is extended.
            Exit code 2 where a file, or a part of one, could not be kept, 65 where a path is not there or holds no archive.

              esiwh backfill market_orders --from archives/2024 --dry-run
              esiwh backfill market_orders --from archives/2024
              esiwh backfill --from public-contracts-2024-05-01_00-00-05.v2.tar.bz2
            """)

    @Argument(help: "Names of datasets.", completion: .names(of: .dataset)) var dataset: [String] = []

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp("Archives, or folders of them.", valueName: "path"), completion: .file())
    var from: [String]

    @Flag(help: "List what would be read, and read nothing.") var dryRun = false

    @Option(
        help: ArgumentHelp(
            "GiB that one archive may unpack to; a larger one is refused where it passes the bound.",
            valueName: "number"))
    var maxGib = 16.0

    @Option(help: ArgumentHelp("How to write the summary or the list: \(OutputFormat.names).", valueName: "format"))
    var format = OutputFormat.table

    @OptionGroup(title: "Common options") var common: CommonOptions

    func run(in context: Context) async throws -> CommandStatus {
        let configuration = try context.configuration()
        guard maxGib > 0, maxGib < 1_000_000 else {
            throw CommandError(.usage, "--max-gib is not \(maxGib)", mend: "give a number of GiB, such as 16")
        }
        try Init.makeFolder(Paths.folder(of: context.paths.warehouse))
        let catalogue = Catalogue(context.library())
        for name in dataset {
            if let fault = Context.fault(.dataset, name, in: catalogue.faults) { throw fault }
        }
        let lock = try IngestLock(
            path: Paths.folder(of: context.paths.warehouse) + "/ingest.lock", since: Timestamp.text(context.clock.now))
        defer { withExtendedLifetime(lock) {} }
        let (events, feed) = AsyncStream<IngestEvent>.makeStream()
        let clock = context.clock
        let backfill = try Backfill(
            path: context.paths.warehouse, catalogue: catalogue, settings: configuration.settings, options: options,
            now: { clock.now }, report: { feed.yield($0) })
        if dryRun { return try list(try await backfill.dryRun(), context) }
        let display = EventDisplay(isVerbose: common.verbose, unit: "files to read")
        let summary = try await display.follow(events, feed, context) { try await backfill.run() }
        try write(summary, context)
        return summary.isCancelled || summary.isIncomplete ? .partial : .done
    }

    private var options: BackfillOptions {
        var options = BackfillOptions()
        options.datasets = dataset
        options.paths = from
        options.inflatedBytes = Int64(maxGib * 1_073_741_824)
        options.command = (["backfill"] + dataset).joined(separator: " ")
        return options
    }

    private func list(_ planned: [PlannedFile], _ context: Context) throws -> CommandStatus {
        let rows = planned.map { [.text($0.dataset), .text($0.path), .integer($0.size)] as [Value] }
        try context.write(rows, ["dataset", "path", "bytes"].map { OutputColumn($0) }, as: format)
        return .done
    }

    private func write(_ summary: BackfillSummary, _ context: Context) throws {
        for fault in summary.faults { try context.complain(fault) }
        let untold = summary.faultCount - summary.faults.count
        if untold > 0 { try context.complain("\(untold) more faults; the table archive_files has each file's") }
        if summary.isCancelled { try context.complain("stopped; what was whole is kept, and running again goes on") }
        for line in summary.lines where line.pruned > 0 {
            try context.complain(
                "\(line.dataset): \(line.pruned) rows lie behind its horizon, where nothing is kept (docs/retention.md)"
            )
        }
        try context.note("\(HumanStyle.bytes(summary.bytes)) of archives read")
        do {
            if !common.quiet { try context.write(summary.rows, BackfillSummary.columns, as: format) }
            try context.out.flush()
        } catch is OutputClosed {
            // Nobody reads the summary: the exit code still tells how it went.
        }
    }
}

extension BackfillSummary {
    static let columns = [
        "dataset", "files", "read_before", "partial", "failed", "rows", "added", "changed", "removed", "known",
    ].map { OutputColumn($0) }

    var rows: [[Value]] {
        lines.map { line in
            let counts = [
                line.files, line.skipped, line.partial, line.failed, line.rows, line.added, line.changed, line.removed,
                line.known,
            ]
            return [.text(line.dataset)] + counts.map { .integer(Int64($0)) }
        }
    }
}
