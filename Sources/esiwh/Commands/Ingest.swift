internal import ArgumentParser
internal import ESI
internal import FoundationEssentials
internal import HTTP
internal import Ingest
internal import SQLite
internal import Warehouse

struct IngestCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "ingest",
        abstract: "Ask ESI for what is due and apply it to the warehouse.",
        discussion: """
            Without a name, all datasets that are due, those first that others depend on. Naming a dataset does not ask its
            dependencies. One partition that fails never stops the others; Ctrl-C keeps what is whole. Exit code 2 where
            something is partial or failed, 69 where ESI answers nothing at all, 75 where another ingest is running, 78 without a
            contact for the real ESI.

              esiwh ingest
              esiwh ingest market_orders --where region_id=10000002
              esiwh ingest --dry-run

            The name sde stands for CCP's static data export (docs/static-data.md), which is read from a file: nothing is asked.
            A file of it that cannot be read leaves its tables as they were and makes exit code 2; an export that cannot be
            used at all, 65.

              esiwh ingest sde --from eve-online-static-data-3142455-jsonl.zip
            """)

    @Argument(help: "Names of datasets.", completion: .names(of: .dataset)) var dataset: [String] = []

    @Option(
        name: .customLong("where"),
        help: ArgumentHelp(
            "Only partitions with this path parameter: --where region_id=10000002. Repeatable.",
            valueName: "name=value"))
    var conditions: [Assignment] = []

    @Option(
        help: ArgumentHelp(
            "With sde: the static data export, an archive or the folder that it unpacks to.", valueName: "file"),
        completion: .file())
    var from: String?

    @Flag(help: "List what would be asked, and ask nothing.") var dryRun = false

    @Flag(help: "Ignore validators, `once`, `refresh` and negative answers; never Expires or a limit of ESI's.")
    var force = false

    @Option(help: ArgumentHelp("How to write the summary or the list: \(OutputFormat.names).", valueName: "format"))
    var format = OutputFormat.table

    @OptionGroup(title: "Common options") var common: CommonOptions

    func run(in context: Context) async throws -> CommandStatus {
        let configuration = try context.configuration()
        let esi = isStatic ? nil : try esiConfiguration(configuration)
        for path in [context.paths.warehouse, context.paths.cache] { try Init.makeFolder(Paths.folder(of: path)) }
        let catalogue = Catalogue(context.library())
        for name in dataset {
            if let fault = Context.fault(.dataset, name, in: catalogue.faults) { throw fault }
        }
        for fault in catalogue.faults { try context.complain("\(fault)") }
        try checkStatic(catalogue)
        let lock = try IngestLock(
            path: Paths.folder(of: context.paths.warehouse) + "/ingest.lock", since: Timestamp.text(context.clock.now))
        defer { withExtendedLifetime(lock) {} }
        guard let esi else { return try await ingestStatic(configuration, catalogue, context) }
        let client = Client(.init(caFile: configuration.esiCA))
        defer { client.shutdown() }
        let (events, feed) = AsyncStream<IngestEvent>.makeStream()
        let ingestor = try await makeIngestor(esi, client, catalogue, configuration, context) { feed.yield($0) }
        if dryRun { return try await listDue(ingestor, context) }
        let summary = try await display.follow(events, feed, context) { try await ingestor.run() }
        // A dataset whose file cannot be used was not ingested, where all were asked for.
        let isMissing = dataset.isEmpty && catalogue.faults.contains { $0.file.contains("datasets/") }
        let requests = "\(summary.requests) request\(summary.requests == 1 ? "" : "s")"
        try conclude(summary, context, last: "\(requests), \(HumanStyle.bytes(summary.bytes)) received")
        if summary.isUnavailable, !summary.isCancelled { return .unavailable }
        return isMissing || summary.isCancelled || summary.isIncomplete ? .partial : .done
    }

    private func esiConfiguration(_ configuration: Configuration) throws -> ESIConfiguration {
        let esi = try ESIConfiguration(url: configuration.esiURL, contact: configuration.contact, version: version)
        if let file = configuration.esiCA, !FileManager.default.isReadableFile(atPath: file) {
            throw CommandError(
                .badConfiguration, "esi.ca: \(file) cannot be read", mend: "name a PEM file that is there")
        }
        return esi
    }

    private func makeIngestor(
        _ esi: ESIConfiguration, _ client: Client, _ catalogue: Catalogue, _ configuration: Configuration,
        _ context: Context, report: @escaping @Sendable (IngestEvent) -> Void
    ) async throws -> Ingestor {
        var options = IngestOptions()
        options.datasets = dataset
        options.conditions = conditions.map { .init(name: $0.name, value: $0.value) }
        options.force = force
        options.command = (["ingest"] + dataset).joined(separator: " ")
        let clock = context.clock
        let cache = try ResponseCache(path: context.paths.cache)
        return try await Ingestor(
            path: context.paths.warehouse, catalogue: catalogue, settings: configuration.settings, options: options,
            now: clock.now, url: configuration.esiURL,
            makeClient: { offset in
                ESIClient(
                    esi, transport: client.transport, cache: cache,
                    clock: ESI.Clock(now: { clock.precise }, sleep: { try await Task.sleep(for: .seconds($0)) }),
                    serverOffset: offset)
            }, report: report)
    }

    var display: EventDisplay { EventDisplay(isVerbose: common.verbose, unit: "to ask") }

    private func listDue(_ ingestor: Ingestor, _ context: Context) async throws -> CommandStatus {
        let (planned, faults) = try await ingestor.dryRun()
        for fault in faults { try context.complain(fault) }
        let status = try list(planned, context)
        return faults.isEmpty ? status : .partial
    }

    func list(_ planned: [PlannedRequest], _ context: Context) throws -> CommandStatus {
        let rows = planned.map { [$0.dataset, $0.partition, $0.why].map(Value.text) }
        try context.write(rows, ["dataset", "partition", "why"].map { OutputColumn($0) }, as: format)
        return .done
    }

    /// Tells what an ingest did. Where nobody reads it, the exit code still does.
    /// - Parameter last: a note on what it cost.
    func conclude(_ summary: IngestSummary, _ context: Context, last: String) throws {
        do {
            try write(summary, context)
            try context.note(last)
            if summary.isCancelled { try context.complain("stopped; what was whole is kept") }
            try context.out.flush()
        } catch is OutputClosed {
            return
        }
    }

    private func write(_ summary: IngestSummary, _ context: Context) throws {
        if !common.quiet { try context.write(summary.rows, IngestSummary.columns, as: format) }
        for line in summary.lines {
            if let fault = line.fault { try context.complain("\(line.dataset): \(fault)") }
            for (partition, outcome, reason) in line.reasons {
                let name = partition.isEmpty ? line.dataset : "\(line.dataset) \(partition)"
                let text = "\(name): \(outcome): \(reason)"
                if [.partial, .failed].contains(outcome) { try context.complain(text) } else { try context.note(text) }
            }
            let untold = line.untold
            if untold > 0 { try context.note("\(line.dataset): \(untold) more; esiwh status shows why") }
        }
    }
}

extension IngestSummary {
    static let columns = [
        "dataset", "fresh", "unchanged", "stale", "absent", "partial", "failed", "not_due", "added", "changed",
        "removed",
    ].map { OutputColumn($0) }

    var rows: [[Value]] {
        lines.map { line in
            let outcomes: [AttemptOutcome] = [.complete, .unchanged, .stale, .absent, .partial, .failed]
            let counts =
                outcomes.map { line.outcomes[$0] ?? 0 } + [line.notDue, line.added, line.changed, line.removed]
            return [.text(line.dataset)] + counts.map { .integer(Int64($0)) }
        }
    }
}

extension IngestSummary.Line {
    /// Partitions with a reason that is not among those kept.
    var untold: Int {
        let told: [AttemptOutcome] = [.stale, .absent, .partial, .failed]
        return told.reduce(0) { $0 + (outcomes[$1] ?? 0) } - reasons.count
    }
}
