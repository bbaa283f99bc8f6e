import Dispatch
import Foundation
import Glibc
import Warehouse

/// The pages of a folder, in the order of their names.
struct Pages {
    let paths: [String]

    init(_ folder: String) throws {
        paths = try FileManager.default.contentsOfDirectory(atPath: folder)
            .filter { $0.hasSuffix(".json") }.sorted().map { folder + "/" + $0 }
    }

    func read(_ path: String) throws -> [UInt8] {
        let file = open(path, O_RDONLY)
        guard file >= 0 else { throw CocoaError(.fileReadUnknown) }
        defer { close(file) }
        var status = stat()
        fstat(file, &status)
        return [UInt8](unsafeUninitializedCapacity: Int(status.st_size)) { buffer, count in
            while count < buffer.count {
                let got = Glibc.read(file, buffer.baseAddress! + count, buffer.count - count)
                guard got > 0 else { break }
                count += got
            }
        }
    }

    /// Read and decoded on both cores, as ingest decodes pages while others arrive; in the order of the pages.
    func decoded(_ plan: DecodePlan) throws -> [DecodedRows] {
        let parts = 2
        let results = Results(count: paths.count)
        DispatchQueue.concurrentPerform(iterations: parts) { part in
            for index in stride(from: part, to: paths.count, by: parts) {
                results.set(index, Result { try plan.decode(read(paths[index])) })
            }
        }
        return try results.all()
    }

    /// One place for each page, written by one thread each.
    private final class Results: @unchecked Sendable {
        private let places: UnsafeMutableBufferPointer<Result<DecodedRows, any Error>?>

        init(count: Int) {
            places = .allocate(capacity: count)
            places.initialize(repeating: nil)
        }

        deinit { places.deinitialize().deallocate() }

        func set(_ index: Int, _ result: Result<DecodedRows, any Error>) { places[index] = result }

        func all() throws -> [DecodedRows] { try places.map { try $0!.get() } }
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
