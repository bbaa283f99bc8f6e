import ESI
import SQLite
import Warehouse

/// Fetches and decodes the partitions of one dataset.
struct Fetcher: Sendable {
    let dataset: Dataset
    let client: ESIClient
    let force: Bool
    /// Whether the partitions are ids of a POST body.
    let isBatched: Bool
    private let plan: DecodePlan
    private let route: Route
    private let sharing: Sharing?

    /// - Parameters:
    ///   - readers: the datasets that read the same answers.
    ///   - chosen: names of the datasets of this run.
    init(
        _ dataset: Dataset, _ template: RouteTemplate, readers: [Dataset], chosen: Set<String>, client: ESIClient,
        force: Bool
    ) {
        self.dataset = dataset
        self.client = client
        self.force = force
        plan = dataset.decodePlan(siblings: readers)
        route = Route(
            method: template.method == .post ? .post : .get, path: template.path,
            query: template.query.map { Route.Parameter($0.name, $0.value) }, group: template.group,
            isPaged: template.paging == .pages, negative: dataset.negative)
        isBatched = template.paging == .ids
        let asking = readers.count { chosen.contains($0.name) && $0.route?.query == template.query }
        sharing = asking > 1 ? Sharing(reader: dataset.name, readers: asking) : nil
    }

    // MARK: Routes of one partition

    /// Fetches one partition. Only cancellation is thrown: everything else is an outcome.
    /// - Parameter room: told how large the partition is, as soon as its first page tells.
    func fetch(
        _ partition: Partition, state: PartitionState?, redecode: Bool,
        room: @escaping @Sendable (_ bytes: Int) async throws -> Void = { _ in }
    ) async throws -> Fetched {
        let start = client.clockNow()
        do {
            if redecode, let kept = try await keptSnapshot(partition) { return .snapshot(kept) }
            let pages = PageStore()
            let outcome = try await client.sweep(
                target(partition), lastComplete: redecode ? nil : state?.completeAt, force: force || redecode
            ) { page in
                let place = page.number > 1 ? "page \(page.number): " : ""
                let rows = try decode(page.body, place)
                if page.number == 1 { try await room(rows.byteCount * page.count) }
                await pages.store(rows, page.number, page.lastModified)
            }
            let milliseconds = Int((client.clockNow() - start) * 1000)
            return await fetched(outcome, partition, pages, milliseconds, redecode)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            return await nothing(partition, Attempt(.failed, reason: "\(error)"))
        }
    }

    /// What a partition is likely to take up, before it is asked.
    func bytes(expectedOf state: PartitionState?) -> Int {
        max(state?.rows ?? 0, 1000) * plan.fields.count * 9
    }

    /// - Throws: `BodyRejected`, which makes a body that is none be asked for again.
    private func decode(_ body: [UInt8], _ place: String = "") throws(BodyRejected) -> DecodedRows {
        do throws(DecodeError) {
            return try plan.decode(body)
        } catch {
            throw BodyRejected(isWorthRetrying: error.isMalformed, reason: "\(place)\(error)")
        }
    }

    private func fetched(
        _ outcome: SweepOutcome, _ partition: Partition, _ pages: PageStore, _ milliseconds: Int, _ redecode: Bool
    ) async -> Fetched {
        switch outcome {
        case .complete(let sweep), .partial(let sweep, _):
            var snapshot = Snapshot(
                dataset: dataset, partition: partition, observedAt: sweep.observedAt, expiresAt: sweep.expiresAt,
                fetchedAt: Int64(await client.serverNow()), pages: await pages.accepted(sweep), bytes: sweep.bytes,
                milliseconds: milliseconds, isRedecoded: redecode)
            if case .partial(_, let reason) = outcome {
                snapshot.isComplete = false
                snapshot.reason = reason
            }
            return .snapshot(snapshot)
        case .unchanged(let sweep):
            let facts = await facts(partition, sweep, milliseconds)
            return .nothing(Attempt(.unchanged), facts)
        case .absent(_, let reason, let askAgainAt):
            return await nothing(partition, Attempt(.absent, reason: reason), askAgainAt: askAgainAt)
        case .failed(let reason, _):
            // Breaker and backoff live within a run: the next one asks again once the last known Expires has passed.
            return await nothing(partition, Attempt(.failed, reason: reason))
        }
    }

    /// What is still kept of a partition's last answer, decoded by the dataset's new file.
    private func keptSnapshot(_ partition: Partition) async throws -> Snapshot? {
        guard let (pages, sweep) = try await client.kept(target(partition)) else { return nil }
        var rows: [DecodedRows] = []
        for page in pages {
            // A body that the new file cannot read is asked for again.
            guard let decoded = try? plan.decode(page.body) else { return nil }
            rows.append(decoded)
        }
        return Snapshot(
            dataset: dataset, partition: partition, observedAt: sweep.observedAt, expiresAt: sweep.expiresAt,
            fetchedAt: Int64(await client.serverNow()), pages: rows, isRedecoded: true)
    }

    private func target(_ partition: Partition) -> Target {
        let parameters = partition.parameters.map { Route.Parameter($0.name, $0.value.plainText) }
        return Target(route, parameters: parameters, sharing: sharing)
    }

    private func facts(_ partition: Partition, _ sweep: Sweep, _ milliseconds: Int) async -> AttemptFacts {
        AttemptFacts(
            dataset: dataset.name, partition: "\(partition)", observedAt: sweep.observedAt, expiresAt: sweep.expiresAt,
            fetchedAt: Int64(await client.serverNow()), pages: sweep.pages, bytes: sweep.bytes,
            milliseconds: milliseconds)
    }

    private func nothing(_ partition: Partition, _ attempt: Attempt, askAgainAt: Int64? = nil) async -> Fetched {
        let facts = AttemptFacts(
            dataset: dataset.name, partition: "\(partition)", expiresAt: askAgainAt,
            fetchedAt: Int64(await client.serverNow()))
        return .nothing(attempt, facts)
    }

    // MARK: Routes of many ids

    /// Asks for ids in batches; each id is a partition of its own.
    func fetch(
        ids partitions: [Partition], deliver: @escaping @Sendable ([Fetched]) async throws -> Void
    ) async throws {
        var byID: [Int64: Partition] = [:]
        for partition in partitions {
            if let id = partition.parameters.first?.value.integer { byID[id] = partition }
        }
        let partitions = byID
        try await client.batch(route, ids: partitions.keys.sorted(), sharing: sharing) { outcome in
            try await deliver(try await results(outcome, partitions))
        }
    }

    private func results(_ outcome: BatchOutcome, _ partitions: [Int64: Partition]) async throws -> [Fetched] {
        switch outcome {
        case .answered(let ids, let body, let observedAt, let bytes):
            return await snapshots(try decode(body), ids, partitions, observedAt, bytes)
        case .absent(let ids, let reason, let askAgainAt):
            return await each(ids, partitions, Attempt(.absent, reason: reason), askAgainAt: askAgainAt)
        case .failed(let ids, let reason):
            return await each(ids, partitions, Attempt(.failed, reason: reason))
        }
    }

    private func snapshots(
        _ rows: DecodedRows, _ ids: [Int64], _ partitions: [Int64: Partition], _ observedAt: Int64, _ bytes: Int
    ) async -> [Fetched] {
        let cell = plan.fields.firstIndex { $0.name == dataset.key.first } ?? 0
        var places: [Int64: [RowReference]] = [:]
        for row in 0..<rows.rowCount {
            guard let id = rows.value(row, cell).integer else { continue }
            places[id, default: []].append(RowReference(page: 0, row: row))
        }
        let now = Int64(await client.serverNow())
        var results: [Fetched] = []
        var missing: [Int64] = []
        for id in ids {
            guard let partition = partitions[id] else { continue }
            guard let place = places[id] else {
                missing.append(id)
                continue
            }
            results.append(
                .snapshot(
                    Snapshot(
                        dataset: dataset, partition: partition, observedAt: observedAt,
                        expiresAt: dataset.cache.map { observedAt + $0 }, fetchedAt: now, pages: [rows],
                        selection: place, bytes: bytes / max(ids.count, 1))))
        }
        let absent = Attempt(.absent, reason: "not in the answer")
        return results + (await each(missing, partitions, absent, askAgainAt: now + 12 * 3600))
    }

    private func each(
        _ ids: [Int64], _ partitions: [Int64: Partition], _ attempt: Attempt, askAgainAt: Int64? = nil
    ) async -> [Fetched] {
        var results: [Fetched] = []
        for id in ids {
            guard let partition = partitions[id] else { continue }
            results.append(await nothing(partition, attempt, askAgainAt: askAgainAt))
        }
        return results
    }
}

/// The decoded pages of one sweep, as they come.
private actor PageStore {
    private var pages: [Int: (rows: DecodedRows, moment: Int64)] = [:]

    func store(_ rows: DecodedRows, _ number: Int, _ moment: Int64) {
        pages[number] = (rows, moment)
    }

    /// Those that belong together, in order.
    func accepted(_ sweep: Sweep) -> [DecodedRows] {
        sweep.accepted.sorted().compactMap { number in
            pages[number].flatMap { $0.moment == sweep.observedAt ? $0.rows : nil }
        }
    }
}
