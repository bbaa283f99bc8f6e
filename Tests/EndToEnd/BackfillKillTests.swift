import Foundation
import SQLite
import Sandbox
import Testing

/// Invariant 7 for back-filling: killed at any point, the warehouse is whole, and running again goes on.
@Suite struct BackfillKillTests {
    private static let kills = ProcessInfo.processInfo.environment["ESIWH_SOAK"] == "1" ? 300 : 12

    private func start(_ home: String, _ paths: [String]) throws -> Process {
        let process = Process()
        process.executableURL = URL(filePath: Shell.programs + "/esiwh")
        process.arguments = ["backfill", "--quiet", "--from"] + paths
        process.environment = ["ESIWH_HOME": home, "PATH": "/usr/bin:/bin"]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    private func versions(_ path: String) throws -> [[Value]] {
        let db = try Connection(path: path, mode: .readOnly)
        return try [
            "SELECT region_id, order_id, price, volume_remain, valid_from, valid_to FROM market_orders_versions",
            "SELECT region_id, contract_id, price, valid_from, valid_to, 0 FROM public_contracts_versions",
            "SELECT region_id, type_id, date, average, valid_from, valid_to FROM market_history_versions",
            "SELECT contract_id, record_id, type_id, quantity, valid_from, valid_to FROM public_contract_items_versions",
            "SELECT contract_id, bid_id, amount, 0, valid_from, valid_to FROM public_contract_bids_versions",
        ].flatMap { try db.query($0 + " ORDER BY 1, 2, 3, 4, 5") }
    }

    @Test func `killed at random points, a back-fill leaves a whole warehouse and the next one completes it`() throws {
        let folder = NSTemporaryDirectory() + "esiwh-backfill-kill-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }  // In /tmp: what stays is the system's to clear.
        let (home, fresh, archives) = (folder + "/killed", folder + "/fresh", folder + "/archives")
        for path in [home, fresh, archives] {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }
        let size = Universe.Size(regions: 2, forgeOrders: 1_000, otherOrders: 200, forgeContracts: 60, types: 60)
        try PublicArchives(universe: Universe(size: size, seed: 7, start: 1_790_510_400)).write(days: 4, to: archives)
        // The newest sweeps first, so that the others go in before them.
        let newest = [
            "market-orders-2026-09-26_12-00-00.v3.csv.bz2", "public-contracts-2026-09-26_12-00-00.v2.tar.bz2",
        ]
        for path in [home, fresh] {
            let process = try start(path, newest.map { archives + "/" + $0 })
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
        }
        var state: UInt64 = 42
        var killed = 0
        for _ in 0..<Self.kills {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            // By the bytes that the process has written, so that a busy machine moves the point little; the first at once.
            let fuse = killed == 0 ? 0 : Int(state >> 33) % (2 << 20)
            let process = try start(home, [archives])
            while process.isRunning, Self.bytesWritten(by: process.processIdentifier) < fuse {}
            if process.isRunning {
                kill(process.processIdentifier, SIGKILL)
                killed += 1
            }
            process.waitUntilExit()
            let db = try Connection(path: home + "/warehouse.sqlite", mode: .readWrite)
            #expect(try db.value("PRAGMA integrity_check") == "ok")
        }
        #expect(killed > 0)
        for path in [home, fresh] {
            let process = try start(path, [archives])
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
        }
        let (left, right) = (try versions(home + "/warehouse.sqlite"), try versions(fresh + "/warehouse.sqlite"))
        #expect(left.count > 1_000)
        #expect(left == right)
    }

    /// What all threads of a process have written, from /proc; `.max` where it is gone.
    private static func bytesWritten(by pid: Int32) -> Int {
        guard let text = try? String(contentsOfFile: "/proc/\(pid)/io", encoding: .utf8),  // It has ended.
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("wchar: ") }),
            let bytes = Int(line.dropFirst(7))
        else { return .max }
        return bytes
    }
}
