import Archive
import Warehouse

/// One reading of an export into a warehouse, on one task.
struct StaticWork {
    let warehouse: Warehouse
    let export: StaticExport
    let files: [String: [Dataset]]
    let now: Int64
    let report: @Sendable (IngestEvent) -> Void
    private var runNumber: Int64 = 0
    private var lines: [String: IngestSummary.Line] = [:]
    /// Files that were applied or have failed.
    private var done: Set<String> = []

    init(
        warehouse: Warehouse, export: StaticExport, files: [String: [Dataset]], now: Int64,
        report: @escaping @Sendable (IngestEvent) -> Void
    ) {
        self.warehouse = warehouse
        self.export = export
        self.files = files
        self.now = now
        self.report = report
    }

    mutating func run() throws -> IngestSummary {
        let order = try warehouse.order(of: export.build)
        if case .contradicts(let known) = order { throw contradiction(known) }
        runNumber = try warehouse.beginRun("ingest sde", at: now)
        report(.began(dataset: "sde", partitions: files.count))
        var summary = IngestSummary()
        if case .older(let known) = order {
            let reason = "build \(export.build.number) is older than \(known.number), which was applied"
            for file in files.keys.sorted() { try note(Attempt(.stale, reason: reason), file) }
        } else {
            summary.isCancelled = try !ingestFiles()
        }
        summary.lines = lines.values.sorted { $0.dataset < $1.dataset }
        let outcome = summary.isCancelled ? "cancelled" : summary.isIncomplete ? "partial" : "done"
        try warehouse.endRun(runNumber, outcome: outcome, requests: 0, bytes: 0, at: now)
        return summary
    }

    private func contradiction(_ known: Build) -> StaticExportError {
        func text(_ build: Build) -> String { "build \(build.number), released \(Timestamp.text(build.releasedAt))" }
        return StaticExportError(
            path: export.path, message: "it says \(text(export.build)), which cannot be beside \(text(known))",
            mend: "take the export as CCP gives it")
    }

    /// - Returns: false where it was cancelled; what was applied stays.
    private mutating func ingestFiles() throws -> Bool {
        var ending = "\(export.path) has no such file"
        var fault: (any Error)?
        do {
            try export.read(Set(files.keys)) { file, archive in
                guard !Task.isCancelled, !done.contains(file) else { return !Task.isCancelled }
                do { try ingest(file, archive) } catch { fault = error }
                return fault == nil && done.count < files.count
            }
        } catch {
            // The archive ends here: what was not reached has failed with it.
            ending = "not reached: \(error)"
        }
        if let fault { throw fault }
        guard !Task.isCancelled else { return false }
        for file in files.keys.sorted() where !done.contains(file) {
            try note(Attempt(.failed, reason: "\(file): \(ending)"), file)
        }
        return true
    }

    /// Reads one file and applies it for each dataset that it feeds.
    /// - Throws: only what the warehouse throws; what is wrong with the file is its outcome.
    private mutating func ingest(_ file: String, _ archive: ArchiveReader) throws {
        let datasets = files[file] ?? []
        let pages: [[DecodedRows]]
        do {
            pages = try decode(file, archive, datasets)
        } catch {
            return try note(Attempt(.failed, reason: "\(error)"), file)
        }
        do {
            let snapshots = try zip(datasets, pages).map { try snapshot($0, $1) }
            let attempts = try warehouse.apply(snapshots, of: export.build, source: export.path, run: runNumber)
            finish(file, zip(datasets, attempts).map { ($0, $1) })
        } catch let error as DecodeError {
            try note(Attempt(.failed, reason: "\(file): \(error)"), file)
        }
    }

    /// - Throws: a `StaticFileError`, or the archive's error.
    private func decode(
        _ file: String, _ archive: ArchiveReader, _ datasets: [Dataset]
    ) throws -> [[DecodedRows]] {
        let plans = datasets.map { $0.decodePlan() }
        var pages: [[DecodedRows]] = datasets.map { _ in [] }
        var blocks = LineBlocks(archive)
        do {
            while let block = try blocks.next() {
                for index in plans.indices { pages[index].append(try plans[index].decodeLines(block)) }
            }
        } catch let error as LineError {
            throw StaticFileError(file: file, line: blocks.linesBefore + error.line, message: "\(error.error)")
        } catch let error as LineBlocks.LineTooLong {
            throw StaticFileError(file: file, line: blocks.linesBefore + 1, message: "\(error)")
        }
        return pages
    }

    private func snapshot(_ dataset: Dataset, _ pages: [DecodedRows]) throws -> Snapshot {
        let state = try warehouse.partitionState(dataset.name, "")
        return Snapshot(
            dataset: dataset, partition: Partition(), observedAt: export.build.releasedAt, fetchedAt: now,
            pages: pages, isRedecoded: state?.mustRedecode ?? false)
    }

    /// Records what became of a file without anything of it being applied.
    private mutating func note(_ attempt: Attempt, _ file: String) throws {
        let datasets = files[file] ?? []
        try warehouse.record(
            datasets.map { (attempt, AttemptFacts(dataset: $0.name, partition: "", fetchedAt: now)) }, run: runNumber)
        finish(file, datasets.map { ($0, attempt) })
    }

    private mutating func finish(_ file: String, _ attempts: [(Dataset, Attempt)]) {
        for (dataset, attempt) in attempts {
            var line = IngestSummary.Line(dataset: dataset.name)
            line.count(attempt, "")
            lines[dataset.name] = line
        }
        done.insert(file)
        report(.advanced(dataset: "sde", done: done.count, of: files.count))
    }
}

/// A file of the export that cannot be read as its datasets say.
struct StaticFileError: Error, CustomStringConvertible {
    var file: String
    var line: Int
    var message: String

    var description: String { "\(file):\(line): \(message)" }
}
