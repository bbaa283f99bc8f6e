internal import Archive
internal import ArgumentParser
internal import FoundationEssentials
internal import Ingest
internal import SQLite
internal import Warehouse

// `esiwh ingest sde --from`: CCP's static data export, which is a file and not a route.

extension IngestCommand {
    /// The word in the place of datasets' names.
    static let staticData = "sde"

    var isStatic: Bool { dataset == [Self.staticData] }

    /// What goes together and what does not.
    func checkStatic(_ catalogue: Catalogue) throws(CommandError) {
        let mend = "esiwh ingest sde --from FILE.zip"
        if dataset.contains(Self.staticData), !isStatic {
            throw CommandError(.usage, "sde is ingested on its own", mend: mend)
        }
        if isStatic, from == nil {
            throw CommandError(.usage, "which static data export? It is a file that CCP lets download", mend: mend)
        }
        if !isStatic, from != nil {
            throw CommandError(.usage, "--from is where the static data export is", mend: mend)
        }
        if isStatic, !conditions.isEmpty || force {
            throw CommandError(.usage, "--where and --force are for ESI's routes", mend: "leave them out")
        }
        if let name = dataset.first(where: { catalogue.dataset($0)?.exportFile != nil }) {
            throw CommandError(.usage, "\(name) comes from the static data export", mend: mend)
        }
    }

    func ingestStatic(
        _ configuration: Configuration, _ catalogue: Catalogue, _ context: Context
    ) async throws -> CommandStatus {
        let (events, feed) = AsyncStream<IngestEvent>.makeStream()
        let ingest = try StaticIngest(
            export: from ?? "", warehouse: context.paths.warehouse, catalogue: catalogue,
            settings: configuration.settings, now: context.clock.now, report: { feed.yield($0) })
        if dryRun { return try list(ingest.dryRun(), context) }
        let summary = try await display.follow(events, feed, context) { try ingest.run() }
        let released = Timestamp.text(ingest.build.releasedAt)
        try conclude(summary, context, last: "build \(ingest.build.number), released \(released)")
        return summary.isCancelled || summary.isIncomplete ? .partial : .done
    }
}
