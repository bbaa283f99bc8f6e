public import Warehouse

/// Reads the public archives into the past: files ▶ decode ▶ keep, the next file being decoded while one is kept.
public actor Backfill {
    private let warehouse: Warehouse
    private let options: BackfillOptions
    private let now: @Sendable () -> Int64
    private let report: @Sendable (IngestEvent) -> Void

    /// Rows of small files are kept together: the table is gone through once for all of them.
    private static let rowsAtOnce = 500_000

    /// Opens (or makes) the warehouse.
    /// - Parameter report: told what happens.
    public init(
        path: String, catalogue: Catalogue, settings: Settings, options: BackfillOptions,
        now: @escaping @Sendable () -> Int64, report: @escaping @Sendable (IngestEvent) -> Void = { _ in }
    ) throws {
        warehouse = try Warehouse(path: path, catalogue: catalogue, now: now())
        try warehouse.use(settings)
        self.options = options
        self.now = now
        self.report = report
    }

    // MARK: What is to be read

    private struct Work {
        var file: ArchiveFile
        var datasets: [Dataset]
    }

    private func chosen() throws -> [Dataset] {
        let all = warehouse.catalogue.datasets.filter { $0.archive != nil }
        for name in options.datasets where !all.contains(where: { $0.name == name }) {
            let isThere = warehouse.catalogue.dataset(name) != nil
            let names = all.map(\.name).sorted().joined(separator: ", ")
            throw IngestUsageError(
                description: isThere
                    ? "no archive fills \(name): its file has no `archive`; there are archives for \(names)"
                    : "no dataset \(name); archives fill \(names)")
        }
        return options.datasets.isEmpty ? all : all.filter { options.datasets.contains($0.name) }
    }

    private func work(_ summary: inout BackfillSummary) throws -> [Work] {
        let datasets = try chosen()
        for dataset in datasets { _ = try CSVDecoder(dataset) }
        let files = try ArchiveFolder(options.paths).files
        var work: [Work] = []
        try forgetWhatCameTooEarly(datasets, files)
        for file in files {
            let fitting = datasets.filter(file.mayFill)
            for dataset in fitting where !summary.lines.contains(where: { $0.dataset == dataset.name }) {
                summary.lines.append(.init(dataset: dataset.name))
            }
            let unread = try fitting.filter { try !warehouse.isRead(file.identity, for: $0) }
            for dataset in fitting where !unread.contains(where: { $0.name == dataset.name }) {
                summary.update(dataset.name) { $0.skipped += 1 }
            }
            if !unread.isEmpty { work.append(Work(file: file, datasets: unread)) }
        }
        guard !summary.lines.isEmpty else {
            throw BackfillSourceError(
                description: "\(options.paths.joined(separator: ", ")): no archive that fills "
                    + "\(datasets.map(\.name).joined(separator: ", "))")
        }
        return work
    }

    /// Sweeps wait in the order of their time. Where a killed run left some and older ones have come since, all of them are
    /// read again.
    private func forgetWhatCameTooEarly(_ datasets: [Dataset], _ files: [ArchiveFile]) throws {
        for dataset in datasets {
            guard let newest = try warehouse.pendingFiles(of: dataset).map(ArchiveFolder.time).max() else { continue }
            let older = try files.first {
                try $0.mayFill(dataset) && $0.time < newest && !warehouse.isRead($0.identity, for: dataset)
            }
            if older != nil { try warehouse.discardPast(of: dataset) }
        }
    }

    /// What would be read, without reading it.
    public func dryRun() throws -> [PlannedFile] {
        var summary = BackfillSummary()
        return try work(&summary).flatMap { work in
            work.datasets.map {
                PlannedFile(
                    dataset: $0.name, path: work.file.path, size: work.file.identity.size, why: "not read yet")
            }
        }
    }

    // MARK: Running

    /// Back-fills. Cancelled, it keeps what is whole and says so in the summary.
    public func run() async throws -> BackfillSummary {
        var summary = BackfillSummary()
        let work = try work(&summary)
        let run = try warehouse.beginRun(options.command, at: now())
        let label = summary.lines.map(\.dataset).joined(separator: ", ")
        report(.began(dataset: label, partitions: work.count))
        do {
            try await read(work, label, run, &summary)
            for dataset in try chosen() { try warehouse.settlePast(of: dataset, run: run) }
        } catch is CancellationError {
            summary.isCancelled = true
        }
        let outcome = summary.isCancelled ? "cancelled" : summary.isIncomplete ? "partial" : "done"
        try warehouse.endRun(run, outcome: outcome, requests: 0, bytes: summary.bytes, at: now())
        return summary
    }

    private func read(_ work: [Work], _ label: String, _ run: Int64, _ summary: inout BackfillSummary) async throws {
        var batch = Batch()
        var next = work.first.map(decode)
        defer { next?.cancel() }
        do {
            for (index, item) in work.enumerated() {
                let isLast = index + 1 == work.count
                guard let decoding = next else { break }
                let decoded = try await withTaskCancellationHandler {
                    try await decoding.value
                } onCancel: {
                    decoding.cancel()
                }
                // One ahead while it is small: two whole universes at once would be twice the memory.
                let isSmall = decoded.file.rowCount < Self.rowsAtOnce
                next = isSmall && !isLast ? decode(work[index + 1]) : nil
                try tell(decoded, &summary)
                batch.add(decoded.file)
                // Files of one day's name are judged together.
                let isSame = !isLast && work[index + 1].file.identity.name == item.file.identity.name
                if isLast || (batch.isFull && !isSame) { try keep(&batch, label, work.count, run, &summary) }
                if next == nil, !isLast { next = decode(work[index + 1]) }
            }
        } catch is CancellationError {
            try keep(&batch, label, work.count, run, &summary)
            throw CancellationError()
        }
    }

    /// Files that are kept in one transaction.
    private struct Batch {
        var files: [ArchivedFile] = []
        var rows = 0
        var done = 0

        mutating func add(_ file: ArchivedFile) {
            files.append(file)
            rows += file.rowCount
        }

        /// Sweeps are big, and gain nothing from company.
        var isFull: Bool { rows >= rowsAtOnce || !files.allSatisfy(\.isJudgedByRow) }
    }

    private func keep(
        _ batch: inout Batch, _ label: String, _ total: Int, _ run: Int64, _ summary: inout BackfillSummary
    ) throws {
        for result in try warehouse.keep(batch.files, run: run, at: now()) {
            summary.update(result.dataset) { $0.count(result) }
        }
        summary.bytes += batch.files.reduce(0) { $0 + Int($1.identity.size) }
        batch = Batch(done: batch.done + batch.files.count)
        report(.advanced(dataset: label, done: batch.done, of: total))
    }

    private func decode(_ work: Work) -> Task<ArchiveDecoder.Decoded, any Error> {
        let decoder = ArchiveDecoder(datasets: work.datasets, inflatedBytes: options.inflatedBytes)
        let file = work.file
        return Task.detached { try decoder.decode(file) }
    }

    private func tell(_ decoded: ArchiveDecoder.Decoded, _ summary: inout BackfillSummary) throws {
        for fault in decoded.faults {
            summary.faultCount += 1
            if summary.faults.count < BackfillSummary.faultsKept { summary.faults.append(fault) }
        }
        for (name, columns) in decoded.unknown {
            guard let route = warehouse.catalogue.dataset(name)?.route else { continue }
            let news = try warehouse.newUnknownMembers(columns.map { "csv:\($0)" }, of: route)
            guard !news.isEmpty else { continue }
            let list = news.map { $0.dropFirst(4) }.joined(separator: ", ")
            report(.note("\(name): the archive has columns that the table lacks, \(list)"))
        }
    }
}

extension ArchivedFile {
    fileprivate var isJudgedByRow: Bool { tables.allSatisfy(\.isJudgedByRow) }
}

extension BackfillSummary {
    fileprivate mutating func update(_ dataset: String, _ change: (inout Line) -> Void) {
        if let index = lines.firstIndex(where: { $0.dataset == dataset }) { change(&lines[index]) }
    }
}
