import Foundation
import Warehouse

/// The pages of a folder, in the order of their names.
struct Pages {
    let paths: [String]

    init(_ folder: String) throws {
        paths = try FileManager.default.contentsOfDirectory(atPath: folder)
            .filter { $0.hasSuffix(".json") }.sorted().map { folder + "/" + $0 }
    }

    func read(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: path)))
    }

    /// Read and decoded, page by page.
    func decoded(_ plan: DecodePlan) throws -> [DecodedRows] {
        try paths.map { try plan.decode(read($0)) }
    }
}

/// The dataset and its plan, with the indexes of its file or without.
struct Orders {
    let catalogue: Catalogue
    let dataset: Dataset
    let plan: DecodePlan

    init(indexed: Bool) throws {
        var files = embeddedFiles
        if !indexed {
            let path = "schema/datasets/market_orders.sql"
            files[path] = files[path]?.split(separator: "\n", omittingEmptySubsequences: false)
                .filter { !$0.hasPrefix("CREATE INDEX") }.joined(separator: "\n")
        }
        catalogue = Catalogue(Library(shipped: files))
        guard let dataset = catalogue.dataset("market_orders") else { fatalError("no market_orders") }
        self.dataset = dataset
        plan = dataset.decodePlan()
    }

    func snapshot(_ pages: [DecodedRows], observedAt: Int64) -> Snapshot {
        guard let partition = Partition("region_id=10000002", of: dataset) else { fatalError("no partition") }
        return Snapshot(
            dataset: dataset, partition: partition, observedAt: observedAt, fetchedAt: observedAt, pages: pages)
    }
}
