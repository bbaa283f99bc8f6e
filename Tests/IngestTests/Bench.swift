import ESI
import Foundation
import HTTP
import Ingest
import SQLite
import Sandbox
import Warehouse

/// A sandbox, a folder and a clock that follows the sandbox's: what an ingest needs.
final class Workbench: Sendable {
    let server: SandboxServer
    let folder: String
    let http = Client()
    let settings: Settings
    let userFolder: String
    private let shipped: [String: String]

    var warehousePath: String { folder + "/warehouse.sqlite" }

    /// - Parameter datasets: of the shipped ones only these, and nothing that reads the others; nil for everything.
    init(
        size: Universe.Size = .tiny, seed: UInt64 = 1, regions: [Int64] = [10_000_002], watching: [Int64] = [],
        replay: Replay? = nil, datasets: [String]? = nil
    ) async throws {
        let paths = datasets.map { $0.map { "schema/datasets/\($0).sql" } }
        shipped = embeddedFiles.filter { path, _ in paths?.contains(path) ?? true || path.hasPrefix("schema/core/") }
        folder = NSTemporaryDirectory() + "esiwh-\(UUID().uuidString)"
        userFolder = folder + "/sql"
        try FileManager.default.createDirectory(atPath: userFolder + "/datasets", withIntermediateDirectories: true)
        let universe = Universe(size: size, seed: seed, start: 1_790_510_400)
        server = try await SandboxServer(universe: universe, replay: replay)
        settings = Settings(
            owners: [.init(kind: "character", id: 90_000_001), .init(kind: "corporation", id: 98_000_001)],
            regions: .some(regions), watchedTypes: watching)
    }

    var catalogue: Catalogue { Catalogue(Library(shipped: shipped, userFolder: userFolder)) }

    func ingestor(
        _ names: [String] = [], force: Bool = false, conditions: [IngestOptions.Condition] = [],
        transport: Transport? = nil, report: @escaping @Sendable (IngestEvent) -> Void = { _ in }
    ) async throws -> Ingestor {
        var options = IngestOptions()
        options.datasets = names
        options.force = force
        options.conditions = conditions
        let time = server.clock
        let clock = Clock(now: { Double(time.now) }, sleep: { time.advance(max(Int($0.rounded(.up)), 1)) })
        let cache = try ResponseCache(path: folder + "/cache.sqlite")
        let (url, transport) = (server.url, transport ?? http.transport)
        return try await Ingestor(
            path: warehousePath, catalogue: catalogue, settings: settings, options: options, now: Int64(time.now),
            url: url,
            makeClient: { offset in
                ESIClient(
                    try ESIConfiguration(url: url, contact: nil, version: "test"), transport: transport, cache: cache,
                    clock: clock, chance: Chance { 0.5 }, serverOffset: offset)
            }, report: report)
    }

    @discardableResult
    func ingest(_ names: [String] = [], force: Bool = false) async throws -> IngestSummary {
        try await ingestor(names, force: force).run()
    }

    func session(asOf: Int64? = nil) throws -> Session {
        try Session(path: warehousePath, catalogue: catalogue, settings: settings, asOf: asOf)
    }

    func rows(_ sql: String, asOf: Int64? = nil) throws -> [[Value]] {
        try session(asOf: asOf).prepare(sql).rows()
    }

    func value(_ sql: String, asOf: Int64? = nil) throws -> Value? { try rows(sql, asOf: asOf).first?.first }

    /// Writes behind the program's back.
    func execute(_ sql: String) throws { try Connection(path: warehousePath, mode: .readWrite).execute(sql) }

    func stop() async {
        await server.stop()
        http.shutdown()
        try? FileManager.default.removeItem(atPath: folder)  // a folder left behind is no failure of the test
    }
}

/// Runs `body` with a workbench and cleans up behind it.
func withWorkbench<T>(
    size: Universe.Size = .tiny, seed: UInt64 = 1, regions: [Int64] = [10_000_002], watching: [Int64] = [],
    replay: Replay? = nil, datasets: [String]? = nil, _ body: (Workbench) async throws -> T
) async throws -> T {
    let bench = try await Workbench(
        size: size, seed: seed, regions: regions, watching: watching, replay: replay, datasets: datasets)
    do {
        let result = try await body(bench)
        await bench.stop()
        return result
    } catch {
        await bench.stop()
        throw error
    }
}
