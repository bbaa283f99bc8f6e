import ESI
import SQLite
import Warehouse

/// Keeps the warehouse on one task at a time, on a thread of its own.
actor Keeper {
    private let warehouse: Warehouse
    private var run: Int64?
    private let queue = WriterQueue()

    nonisolated var unownedExecutor: UnownedSerialExecutor { queue.asUnownedSerialExecutor() }

    init(path: String, catalogue: Catalogue, settings: Settings, now: Int64) throws {
        warehouse = try Warehouse(path: path, catalogue: catalogue, now: now)
        try warehouse.use(settings)
    }

    func order() -> [(dataset: Dataset, fault: FileError?)] { warehouse.ingestOrder() }

    func readers(of dataset: Dataset) -> [Dataset] { warehouse.catalogue.readers(of: dataset) }

    func beginRun(_ command: String, at now: Int64) throws {
        run = try warehouse.beginRun(command, at: now)
    }

    func endRun(_ summary: IngestSummary, at now: Int64) throws {
        guard let run else { return }
        let outcome = summary.isCancelled ? "cancelled" : summary.isIncomplete ? "partial" : "done"
        try warehouse.endRun(run, outcome: outcome, requests: summary.requests, bytes: summary.bytes, at: now)
    }

    /// The partitions of a dataset with what is to be done about each.
    func plan(
        _ dataset: Dataset, now: Int64, force: Bool, filter: [IngestOptions.Condition], marks: Bool
    ) throws -> [(partition: Partition, due: Due, state: PartitionState?)] {
        warehouse.now = now
        let all = try warehouse.partitions(of: dataset)
        if marks { try warehouse.setActive(all, of: dataset) }
        let chosen = all.filter { partition in filter.allSatisfy { $0.matches(partition) } }
        let states = try warehouse.partitionStates(of: dataset, among: chosen)
        return chosen.map { partition in
            let state = states["\(partition)"]
            return (partition, Due(dataset.lifetime, state, now: now, force: force), state)
        }
    }

    /// Applies what was fetched, in one transaction.
    func keep(_ results: [Fetched]) throws -> [Attempt] {
        var attempts: [Attempt?] = results.map { result in
            if case .nothing(let attempt, _) = result { attempt } else { nil }
        }
        let snapshots = results.compactMap { if case .snapshot(let snapshot) = $0 { snapshot } else { nil } }
        let applied = try warehouse.apply(snapshots, run: run)
        try warehouse.record(
            results.compactMap { if case .nothing(let attempt, let facts) = $0 { (attempt, facts) } else { nil } },
            run: run)
        var next = applied.makeIterator()
        for index in attempts.indices where attempts[index] == nil { attempts[index] = next.next() }
        return attempts.compactMap { $0 }
    }

    func setFault(_ text: String?, of dataset: Dataset) throws {
        try warehouse.setFault(text, of: dataset.name)
    }

    func touch(_ partitions: [Partition], of dataset: Dataset, at now: Int64) throws {
        try warehouse.touch(partitions, of: dataset, at: now)
    }

    func newUnknownMembers(_ members: [String], of route: RouteTemplate) throws -> [String] {
        try warehouse.newUnknownMembers(members, of: route)
    }

    // MARK: The server's clock, between runs

    func serverOffset(_ url: String) throws -> Double {
        try warehouse.note("server_offset:\(url)").flatMap(Double.init) ?? 0
    }

    func setServerOffset(_ offset: Double, _ url: String) throws {
        try warehouse.setNote("server_offset:\(url)", String(offset))
    }
}

/// What became of one partition.
enum Fetched: Sendable {
    case snapshot(Snapshot)
    case nothing(Attempt, AttemptFacts)

    var partition: String {
        switch self {
        case .snapshot(let snapshot): "\(snapshot.partition)"
        case .nothing(_, let facts): facts.partition
        }
    }

    /// Rows that wait in memory.
    var rows: Int {
        guard case .snapshot(let snapshot) = self else { return 0 }
        return snapshot.selection?.count ?? snapshot.pages.reduce(0) { $0 + $1.rowCount }
    }

    /// What the rows take up.
    var bytes: Int {
        guard case .snapshot(let snapshot) = self else { return 0 }
        return snapshot.pages.reduce(0) { $0 + $1.byteCount }
    }
}
