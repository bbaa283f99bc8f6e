public import ESI
public import Warehouse

/// What to ingest, and how.
public struct IngestOptions: Sendable {
    /// `--where region_id=10000002`
    public struct Condition: Sendable, Hashable {
        public var name: String
        public var value: String

        public init(name: String, value: String) {
            self.name = name
            self.value = value
        }

        func matches(_ partition: Partition) -> Bool {
            partition[name].map { $0.plainText == value } ?? true
        }
    }

    /// Names, or none for all.
    public var datasets: [String] = []
    public var conditions: [Condition] = []
    public var force = false
    /// As the user typed it, for the record.
    public var command = "ingest"

    public init() {}
}

/// A name or condition that fits no dataset.
public struct IngestUsageError: Error, Equatable, Sendable, CustomStringConvertible {
    public var description: String
}

/// Asks ESI for what is due and applies it: fetch ▶ decode ▶ apply, overlapping.
public struct Ingestor: Sendable {
    private let keeper: Keeper
    private let client: ESIClient
    private let options: IngestOptions
    private let report: @Sendable (IngestEvent) -> Void

    /// Opens (or makes) the warehouse.
    /// - Parameters:
    ///   - makeClient: makes the client, given what the server's clock was ahead of ours by in the last run.
    ///   - report: told what happens.
    public init(
        path: String, catalogue: Catalogue, settings: Settings, options: IngestOptions, now: Int64, url: String,
        makeClient: (_ serverOffset: Double) throws -> ESIClient,
        report: @escaping @Sendable (IngestEvent) -> Void = { _ in }
    ) async throws {
        keeper = try Keeper(path: path, catalogue: catalogue, settings: settings, now: now)
        client = try makeClient(try await keeper.serverOffset(url))
        self.options = options
        self.report = report
    }

    // MARK: What is due

    private typealias Chosen = (dataset: Dataset, fault: FileError?)

    private func chosen() async throws -> [Chosen] {
        let all = await keeper.order()
        for name in options.datasets where !all.contains(where: { $0.dataset.name == name }) {
            let names = all.map(\.dataset.name).sorted().joined(separator: ", ")
            throw IngestUsageError(description: "no dataset \(name); there are \(names)")
        }
        let chosen = all.filter { dataset, _ in
            options.datasets.isEmpty ? !dataset.isOnlyByName : options.datasets.contains(dataset.name)
        }
        for condition in options.conditions
        where !chosen.contains(where: { $0.dataset.partitionColumns.contains(condition.name) }) {
            throw IngestUsageError(description: "no chosen dataset has a parameter \(condition.name)")
        }
        // A condition leaves datasets without that parameter alone.
        return chosen.filter { dataset, _ in
            options.conditions.allSatisfy { dataset.partitionColumns.contains($0.name) }
        }
    }

    /// What would be asked, without asking; and the faults of datasets that could not be.
    public func dryRun() async throws -> (planned: [PlannedRequest], faults: [String]) {
        var planned: [PlannedRequest] = []
        var faults: [String] = []
        for (dataset, fault) in try await chosen() {
            do {
                if let fault { throw fault }
                planned += try await plan(dataset)
            } catch let fault as FileError {
                faults.append("\(dataset.name): \(fault)")
            }
        }
        return (planned, faults)
    }

    private func plan(_ dataset: Dataset) async throws -> [PlannedRequest] {
        let now = Int64(await client.serverNow())
        let plan = try await keeper.plan(
            dataset, now: now, force: options.force, filter: options.conditions, marks: false)
        return plan.compactMap { item in
            let why: String
            switch item.due {
            case .ask: why = item.state == nil ? "not there yet" : "expired"
            case .redecode: why = "its dataset's file changed"
            case .probe: why = "older than its refresh; asked if the server's build changed"
            case .not: return nil
            }
            return PlannedRequest(dataset: dataset.name, partition: "\(item.partition)", why: why)
        }
    }

    // MARK: Running

    /// Ingests. Cancelled, it keeps what is whole and says so in the summary.
    public func run() async throws -> IngestSummary {
        var summary = IngestSummary()
        let datasets = try await chosen()
        try await keeper.beginRun(options.command, at: Int64(await client.serverNow()))
        let chosen = Set(datasets.map(\.dataset.name))
        for (dataset, fault) in datasets {
            var line = IngestSummary.Line(dataset: dataset.name)
            do {
                if let fault { throw fault }
                try await ingest(dataset, among: chosen, &line)
                try await keeper.setFault(nil, of: dataset)
            } catch is CancellationError {
                summary.isCancelled = true
            } catch let fault as FileError {
                line.fault = "\(fault)"
                try await keeper.setFault(line.fault, of: dataset)
            }
            summary.lines.append(line)
            if summary.isCancelled { break }
        }
        try await finish(&summary)
        return summary
    }

    private func finish(_ summary: inout IngestSummary) async throws {
        try await client.flush()
        (summary.requests, summary.bytes) = await client.traffic
        if summary.requests > 0 {
            try await keeper.setServerOffset(await client.serverOffset, client.configuration.url)
        }
        try await keeper.endRun(summary, at: Int64(await client.serverNow()))
    }

    private func ingest(
        _ dataset: Dataset, among chosen: Set<String>, _ line: inout IngestSummary.Line
    ) async throws {
        let now = Int64(await client.serverNow())
        let plan = try await keeper.plan(
            dataset, now: now, force: options.force, filter: options.conditions, marks: options.conditions.isEmpty)
        let probes = plan.filter { $0.due == .probe }
        var work = plan.filter { $0.due == .ask || $0.due == .redecode }
        line.notDue = plan.count - work.count - probes.count
        guard !work.isEmpty || !probes.isEmpty, let route = dataset.route else { return }
        let fetcher = Fetcher(
            dataset, route, readers: await keeper.readers(of: dataset), chosen: chosen, client: client,
            force: options.force)
        report(.began(dataset: dataset.name, partitions: work.count + probes.count))
        work += try await changed(probes, fetcher, &line)
        var counter = Counter(dataset: dataset, total: work.count, line: line)
        defer { line = counter.line }
        if fetcher.isBatched {
            try await ingestIDs(work.map(\.partition), fetcher, &counter)
        } else {
            try await ingestPartitions(work, fetcher, &counter)
        }
    }

    private typealias Item = (partition: Partition, due: Due, state: PartitionState?)

    /// Of static partitions past their refresh, those to ask again. One probe tells whether the server's build changed
    /// (ESI.md A2: one Last-Modified for every static route); those of a build that still runs count as fresh.
    private func changed(_ probes: [Item], _ fetcher: Fetcher, _ line: inout IngestSummary.Line) async throws -> [Item]
    {
        guard let probe = probes.first, !fetcher.isBatched else { return probes }
        let result = try await fetcher.fetch(probe.partition, state: probe.state, redecode: false)
        var counter = Counter(dataset: fetcher.dataset, total: probes.count, line: line)
        defer { line = counter.line }
        try await keep([result], &counter)
        guard case .nothing(let attempt, _) = result, attempt.outcome == .unchanged else {
            return Array(probes.dropFirst())
        }
        let same = probes.filter { $0.state?.completeAt == probe.state?.completeAt }
        try await keeper.touch(same.map(\.partition), of: fetcher.dataset, at: Int64(await client.serverNow()))
        counter.line.notDue += same.count - 1
        return probes.filter { $0.state?.completeAt != probe.state?.completeAt }
    }

    private struct Counter {
        let dataset: Dataset
        var total: Int
        var line: IngestSummary.Line
        var done = 0
    }

    private func keep(_ results: [Fetched], _ counter: inout Counter) async throws {
        let attempts = try await keeper.keep(results)
        for (result, attempt) in zip(results, attempts) { counter.line.count(attempt, result.partition) }
        counter.done += results.count
        report(.advanced(dataset: counter.dataset.name, done: counter.done, of: counter.total))
        let unknown = results.flatMap { result in
            if case .snapshot(let snapshot) = result { snapshot.pages.flatMap(\.unknownMembers) } else { [String]() }
        }
        guard !unknown.isEmpty, let route = counter.dataset.route else { return }
        let members = Set(unknown).sorted()
        let news = try await keeper.newUnknownMembers(members, of: route)
        if !news.isEmpty {
            let list = news.joined(separator: ", ")
            report(.note("\(counter.dataset.name): \(route) has a new field, \(list); add a column to keep it"))
        }
    }

    // MARK: Partitions of their own

    /// Bytes of rows that wait to be applied besides the largest partition's.
    private static let lookahead = 8 << 20

    /// Fetches while what came before is applied. Small partitions commit together.
    private func ingestPartitions(_ work: [Item], _ fetcher: Fetcher, _ counter: inout Counter) async throws {
        let lookahead = Lookahead(limit: Self.lookahead)
        let (arrivals, feed) = AsyncStream<Arrival>.makeStream()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                defer { feed.finish() }
                try await Self.fetchAll(work, fetcher, lookahead) { feed.yield($0) }
            }
            var batch = Batch()
            for await arrival in arrivals {
                batch.add(arrival, at: client.clockNow())
                if batch.isFull(at: client.clockNow()) { try await keep(batch.take(), &counter, lookahead) }
            }
            // Also when cancelled: what is whole is kept.
            try await keep(batch.take(), &counter, lookahead)
            try Task.checkCancellation()
            try await group.waitForAll()
        }
    }

    private func keep(_ arrivals: [Arrival], _ counter: inout Counter, _ lookahead: Lookahead) async throws {
        guard !arrivals.isEmpty else { return }
        try await keep(arrivals.map(\.fetched), &counter)
        for arrival in arrivals { await lookahead.end(arrival.ticket) }
    }

    private static func fetchAll(
        _ work: [Item], _ fetcher: Fetcher, _ lookahead: Lookahead, deliver: @escaping @Sendable (Arrival) -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (ticket, item) in work.enumerated() {
                if ticket >= ESIClient.requestsAtOnce { try await group.next() }
                group.addTask { deliver(try await fetch(item, ticket, fetcher, lookahead)) }
            }
            try await group.waitForAll()
        }
    }

    private static func fetch(
        _ item: Item, _ ticket: Lookahead.Ticket, _ fetcher: Fetcher, _ lookahead: Lookahead
    ) async throws -> Arrival {
        try await lookahead.begin(ticket, expecting: fetcher.bytes(expectedOf: item.state))
        let fetched = try await fetcher.fetch(
            item.partition, state: item.state, redecode: item.due == .redecode,
            room: { try await lookahead.settle(ticket, at: $0) })
        await lookahead.shrink(ticket, to: fetched.bytes)
        return Arrival(ticket: ticket, fetched: fetched)
    }

    private struct Arrival: Sendable {
        var ticket: Lookahead.Ticket
        var fetched: Fetched
    }

    /// Small partitions commit together: up to 1,000, or a second's worth (invariant 7). A batch holds its part of the
    /// lookahead: it is full long before nobody else finds room.
    private struct Batch {
        private var arrivals: [Arrival] = []
        private var rows = 0
        private var bytes = 0
        private var began: Double = 0

        mutating func add(_ arrival: Arrival, at now: Double) {
            if arrivals.isEmpty { began = now }
            arrivals.append(arrival)
            rows += arrival.fetched.rows
            bytes += arrival.fetched.bytes
        }

        func isFull(at now: Double) -> Bool {
            arrivals.count >= 1000 || rows >= 1000 || bytes >= Ingestor.lookahead / 4 || now - began >= 1
        }

        mutating func take() -> [Arrival] {
            defer { self = Batch() }
            return arrivals
        }
    }

    // MARK: Ids

    private func ingestIDs(_ partitions: [Partition], _ fetcher: Fetcher, _ counter: inout Counter) async throws {
        let (stream, continuation) = AsyncThrowingStream<[Fetched], any Error>.makeStream()
        let task = Task {
            do {
                try await fetcher.fetch(ids: partitions) { continuation.yield($0) }
                continuation.finish()
            } catch {
                continuation.finish(throwing: error)
            }
        }
        try await withTaskCancellationHandler {
            for try await results in stream { try await keep(results, &counter) }
            try Task.checkCancellation()
        } onCancel: {
            task.cancel()
        }
    }
}
