import Foundation
import SQLite
import Sandbox
import Testing

/// Invariant 7: killed at any point, the warehouse is whole, and the next run needs no repair.
@Suite struct KillTests {
    private static let kills = ProcessInfo.processInfo.environment["ESIWH_SOAK"] == "1" ? 300 : 10

    private func start(_ home: String, _ server: SandboxServer, now: Int) throws -> Process {
        let process = Process()
        process.executableURL = URL(filePath: Shell.programs + "/esiwh")
        process.arguments = ["ingest", "--quiet"]
        process.environment = [
            "ESIWH_HOME": home, "ESIWH_ESI_URL": server.url, "ESIWH_REGIONS": "10000002,10000043",
            "ESIWH_NOW": SandboxTime.text(now), "PATH": "/usr/bin:/bin",
        ]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    private func check(_ path: String) throws {
        guard FileManager.default.fileExists(atPath: path) else { return }
        let db = try Connection(path: path, mode: .readWrite)
        #expect(try db.value("PRAGMA integrity_check") == "ok")
        guard try db.value("SELECT 1 FROM sqlite_schema WHERE name = 'market_orders_history'") != nil else { return }
        for (table, key) in [("market_orders", "region_id, order_id"), ("public_contracts", "region_id, contract_id")] {
            let overlapping = """
                SELECT count(*) FROM \(table)_versions AS a JOIN \(table)_versions AS b USING (\(key))
                WHERE a.valid_from < b.valid_from AND coalesce(a.valid_to, 1 << 60) > b.valid_from
                """
            #expect(try db.value(overlapping) == 0, "\(table): versions of one key overlap")
        }
        // Invariant 1: rows are there only with the record of the snapshot that brought them.
        let orphans = """
            SELECT count(*) FROM market_orders AS m
            WHERE NOT EXISTS (
                SELECT 1 FROM snapshots AS s
                WHERE s.dataset = 'market_orders' AND s.partition = 'region_id=' || m.region_id
                  AND s.observed_at = m.valid_from AND s.outcome IN ('complete', 'partial'))
            """
        #expect(try db.value(orphans) == 0, "rows without their snapshot")
        let ranges = """
            SELECT (SELECT coalesce(sum(last_version_id - first_version_id + 1), 0)
                    FROM snapshots WHERE dataset = 'market_orders') - (SELECT count(*) FROM market_orders_history)
            """
        #expect(try db.value(ranges) == 0, "versions that no snapshot closed")
    }

    private func content(_ path: String) throws -> [[Value]] {
        let db = try Connection(path: path, mode: .readOnly)
        return try db.query("SELECT region_id, order_id, price, volume_remain FROM market_orders ORDER BY 1, 2")
            + db.query("SELECT contract_id, record_id, type_id, quantity FROM public_contract_items ORDER BY 1, 2")
    }

    @Test func `killed at random points, an ingest leaves a whole warehouse and the next one completes it`()
        async throws
    {
        let size = Universe.Size(regions: 2, forgeOrders: 3_000, otherOrders: 500, forgeContracts: 120, types: 60)
        let server = try await SandboxServer(universe: Universe(size: size, seed: 7, start: 1_790_510_400))
        let folder = NSTemporaryDirectory() + "esiwh-kill-\(UUID().uuidString)"
        let (home, fresh) = (folder + "/killed", folder + "/fresh")
        for path in [home, fresh] {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
        // Random, but the same each time: after how many requests of its own the ingest dies.
        var state: UInt64 = 42
        var killed = 0
        for _ in 0..<Self.kills {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let fuse = Int(state >> 33) % 200
            await server.clearLog()
            let process = try start(home, server, now: await server.now)
            while process.isRunning, await server.log().count < fuse { await Task.yield() }
            if process.isRunning {
                kill(process.processIdentifier, SIGKILL)
                killed += 1
            }
            process.waitUntilExit()
            try check(home + "/warehouse.sqlite")
            await server.advance(Int(state >> 40) % 400)
        }
        #expect(killed > 0)
        await server.advance(4_000)
        for path in [home, fresh] {
            let process = try start(path, server, now: await server.now)
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
            try check(path + "/warehouse.sqlite")
        }
        let orders = try content(home + "/warehouse.sqlite")
        // Items of contracts that ended meanwhile stay known.
        let all = Set(orders)
        #expect(try content(fresh + "/warehouse.sqlite").allSatisfy(all.contains))
        await server.stop()
        try FileManager.default.removeItem(atPath: folder)
    }
}
