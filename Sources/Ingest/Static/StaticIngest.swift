public import Warehouse

/// Reads CCP's static data export into the datasets that its files feed.
///
/// A file is applied whole, for all datasets that it feeds, or not at all; what is wrong with one does not stop the others.
public struct StaticIngest: Sendable {
    private let export: StaticExport
    private let warehousePath: String
    private let catalogue: Catalogue
    private let settings: Settings
    private let now: Int64
    private let report: @Sendable (IngestEvent) -> Void

    /// - Throws: `StaticExportError` or `ArchiveError` where the export cannot be used at all.
    public init(
        export: String, warehouse: String, catalogue: Catalogue, settings: Settings, now: Int64,
        report: @escaping @Sendable (IngestEvent) -> Void = { _ in }
    ) throws {
        self.export = try StaticExport(path: export)
        warehousePath = warehouse
        self.catalogue = catalogue
        self.settings = settings
        self.now = now
        self.report = report
    }

    public var build: Build { export.build }

    /// The datasets by the file that feeds them.
    private var files: [String: [Dataset]] {
        Dictionary(grouping: catalogue.datasets.filter { $0.exportFile != nil }) { $0.exportFile ?? "" }
    }

    /// What would be read, without reading.
    public func dryRun() -> [PlannedRequest] {
        files.sorted { $0.key < $1.key }.flatMap { file, datasets in
            datasets.map { PlannedRequest(dataset: $0.name, partition: "", why: "\(file) of build \(build.number)") }
        }
    }

    /// Ingests. Cancelled, it keeps the files that were applied.
    /// - Throws: `StaticExportError` where the build contradicts what is recorded of another.
    public func run() throws -> IngestSummary {
        let warehouse = try Warehouse(path: warehousePath, catalogue: catalogue, now: now)
        try warehouse.use(settings)
        var work = StaticWork(warehouse: warehouse, export: export, files: files, now: now, report: report)
        return try work.run()
    }
}
