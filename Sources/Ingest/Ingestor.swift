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

    private func chosen() async throws -> [Dataset] {
        let all = try await keeper.order()
        for name in options.datasets where !all.contains(where: { $0.name == name }) {
            throw IngestUsageError(
                description: "no dataset \(name); there are \(all.map(\.name).sorted().joined(separator: ", "))")
        }
        let chosen = options.datasets.isEmpty ? all : all.filter { options.datasets.contains($0.name) }
        for condition in options.conditions
        where !chosen.contains(where: { $0.partitionColumns.contains(condition.name) }) {
            throw IngestUsageError(description: "no chosen dataset has a parameter \(condition.name)")
        }
        // A condition leaves datasets without that parameter alone.
        return chosen.filter { dataset in
            options.conditions.allSatisfy { dataset.partitionColumns.contains($0.name) }
        }
    }

    /// What would be asked, without asking.
    public func dryRun() async throws -> [PlannedRequest] {
        var planned: [PlannedRequest] = []
        for dataset in try await chosen() {
            let now = Int64(await client.serverNow())
            for item in try await keeper.plan(
                dataset, now: now, force: options.force, filter: options.conditions, marks: false)
            {
                let why: String
                switch item.due {
                case .ask: why = item.state == nil ? "not there yet" : "expired"
                case .redecode: why = "its dataset's file changed"
                case .probe: why = "older than its refresh; asked if the server's build changed"
                case .not: continue
                }
                planned.append(PlannedRequest(dataset: dataset.name, partition: "\(item.partition)", why: why))
            }
        }
        return planned
    }

    // MARK: Running

    /// Ingests. Cancelled, it keeps what is whole and says so in the summary.
    public func run() async throws -> IngestSummary {
        var summary = IngestSummary()
        let datasets = try await chosen()
        try await keeper.beginRun(options.command, at: Int64(await client.serverNow()))
        for dataset in datasets {
            var line = IngestSummary.Line(dataset: dataset.name)
            do {
                try await ingest(dataset, &line)
            } catch is CancellationError {
                summary.isCancelled = true
            } catch let fault as FileError {
                line.fault = "\(fault)"
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

    private func ingest(_ dataset: Dataset, _ line: inout IngestSummary.Line) async throws {
        let now = Int64(await client.serverNow())
        let plan = try await keeper.plan(
            dataset, now: now, force: options.force, filter: options.conditions, marks: options.conditions.isEmpty)
        let probes = plan.filter { $0.due == .probe }
        var work = plan.filter { $0.due == .ask || $0.due == .redecode }
        line.notDue = plan.count - work.count - probes.count
        guard !work.isEmpty || !probes.isEmpty, let route = dataset.route else { return }
        let fetcher = Fetcher(
            dataset, route, readers: await keeper.readers(of: dataset), client: client, force: options.force)
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
        guard !unknown.isEmpty else { return }
        let members = Set(unknown).sorted()
        let news = try await keeper.newUnknownMembers(members, of: counter.dataset)
        if !news.isEmpty {
            let list = news.joined(separator: ", ")
            report(.note("\(counter.dataset.name): ESI has a new field, \(list); add a column to keep it"))
        }
    }

    // MARK: Partitions of their own

    /// Few partitions are big ones, whose pages are fetched at once anyway: memory stays that of the largest.
    private static func atOnce(_ partitions: Int) -> Int { partitions <= 150 ? 2 : 32 }

    private func ingestPartitions(_ work: [Item], _ fetcher: Fetcher, _ counter: inout Counter) async throws {
        try await withThrowingTaskGroup(of: Fetched.self) { group in
            var next = work.makeIterator()
            for _ in 0..<Self.atOnce(work.count) {
                guard let item = next.next() else { break }
                group.addTask { try await Self.fetch(item, fetcher) }
            }
            var batch = Batch()
            do {
                while let result = try await group.next() {
                    if let item = next.next() { group.addTask { try await Self.fetch(item, fetcher) } }
                    batch.add(result, at: client.clockNow())
                    if batch.isFull(at: client.clockNow()) { try await keep(batch.take(), &counter) }
                }
            } catch is CancellationError {
                // What is whole is kept.
                try await keep(batch.take(), &counter)
                throw CancellationError()
            }
            try await keep(batch.take(), &counter)
        }
    }

    private static func fetch(_ item: Item, _ fetcher: Fetcher) async throws -> Fetched {
        try await fetcher.fetch(item.partition, state: item.state, redecode: item.due == .redecode)
    }

    /// Small partitions commit together: up to 1,000, or a second's worth (invariant 7).
    private struct Batch {
        private var results: [Fetched] = []
        private var rows = 0
        private var began: Double = 0

        mutating func add(_ result: Fetched, at now: Double) {
            if results.isEmpty { began = now }
            results.append(result)
            rows += result.rows
        }

        func isFull(at now: Double) -> Bool {
            results.count >= 1000 || rows >= 1000 || now - began >= 1
        }

        mutating func take() -> [Fetched] {
            defer { self = Batch() }
            return results
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
