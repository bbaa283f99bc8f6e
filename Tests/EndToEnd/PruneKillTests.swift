import Foundation
import SQLite
import Testing
import Warehouse

/// Invariant 7 for pruning: killed at any point, nothing that is behind the horizon is shown, nothing before it is lost.
@Suite struct PruneKillTests {
    private static let kills = ProcessInfo.processInfo.environment["ESIWH_SOAK"] == "1" ? 300 : 10
    private static let start: Int64 = 1_790_467_200  // 2026-09-27T00:00:00Z
    private static let half: Int64 = 43_200
    private static let halves = 30

    /// 2,000 orders whose volume falls with each of thirty snapshots, two a day.
    private static func fill(_ path: String) throws {
        let warehouse = try Warehouse(path: path, catalogue: Catalogue(Library()), now: start)
        try warehouse.connection.transaction {
            try warehouse.connection.execute(
                """
                CREATE TEMP TABLE steps AS
                WITH RECURSIVE k(k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM k WHERE k < \(halves)) SELECT k FROM k;
                CREATE TEMP VIEW orders AS
                WITH RECURSIVE o(o) AS (SELECT 1 UNION ALL SELECT o + 1 FROM o WHERE o < 2000)
                SELECT k, 10000002 AS region_id, o AS order_id, 34 + o % 50 AS type_id, o % 2 AS is_buy_order,
                    100.0 + o + k AS price, 1000 - k AS volume_remain, 1000 AS volume_total, 1 AS min_volume,
                    60003760 AS location_id, 30000142 AS system_id, 'region' AS range, 90 AS duration,
                    \(start) AS issued, \(start) + k * \(half) AS valid_from
                FROM steps, o;
                INSERT INTO market_orders_history (region_id, order_id, type_id, is_buy_order, price, volume_remain,
                    volume_total, min_volume, location_id, system_id, range, duration, issued, valid_from, valid_to)
                SELECT region_id, order_id, type_id, is_buy_order, price, volume_remain, volume_total, min_volume,
                    location_id, system_id, range, duration, issued, valid_from, valid_from + \(half)
                FROM orders WHERE k < \(halves) ORDER BY k, order_id;
                INSERT INTO market_orders
                SELECT region_id, order_id, type_id, is_buy_order, price, volume_remain, volume_total, min_volume,
                    location_id, system_id, range, duration, issued, valid_from
                FROM orders WHERE k = \(halves);
                INSERT INTO snapshots (dataset, partition, observed_at, fetched_at, outcome, last_at, first_version_id,
                    last_version_id)
                SELECT 'market_orders', 'region_id=10000002', \(start) + k * \(half), 0, 'complete',
                    \(start) + k * \(half), iif(k > 0, (k - 1) * 2000 + 1, NULL), iif(k > 0, k * 2000, NULL)
                FROM steps;
                INSERT INTO partitions (dataset, partition, observed_at, complete_at, outcome)
                VALUES ('market_orders', 'region_id=10000002', \(start) + \(halves) * \(half),
                    \(start) + \(halves) * \(half), 'complete');
                """)
        }
        try warehouse.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    }

    private func prune(_ home: String) throws -> Process {
        let process = Process()
        process.executableURL = URL(filePath: Shell.programs + "/esiwh")
        process.arguments = ["prune", "--quiet"]
        process.environment = [
            "ESIWH_HOME": home, "ESIWH_NOW": Timestamp.text(Self.start + Int64(Self.halves) * Self.half),
            "PATH": "/usr/bin:/bin",
        ]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    /// Days rolled up and thousands of versions dropped.
    private func progress(_ db: Connection) throws -> Int64 {
        let sql = "SELECT (SELECT count(*) FROM rollup_days) + 60 - (SELECT count(*) FROM market_orders_history) / 1000"
        return try db.value(sql)?.integer ?? 0
    }

    private func content(_ db: Connection, asOf moment: Int64) throws -> [[Value]] {
        try db.query(
            """
            SELECT count(*), sum(order_id * volume_remain), sum(price) FROM market_orders_versions
            WHERE valid_from <= ?1 AND (valid_to IS NULL OR valid_to > ?1)
            """, [.integer(moment)])
    }

    private func check(_ path: String, against whole: Connection) throws {
        let db = try Connection(path: path, mode: .readWrite)
        #expect(try db.value("PRAGMA integrity_check") == "ok")
        let horizon = try db.value("SELECT horizon FROM horizons WHERE dataset = 'market_orders'")?.integer
        for half in 0...Int64(Self.halves) {
            let moment = Self.start + half * Self.half
            if moment < horizon ?? 0 { continue }
            #expect(try content(db, asOf: moment) == content(whole, asOf: moment), "as of \(Timestamp.text(moment))")
        }
        // Before a version goes, its days are rolled up.
        let days = try db.query("SELECT day FROM rollup_days ORDER BY day").compactMap(\.first?.integer)
        if let horizon { #expect((days.last ?? 0) + 2 * Self.half >= horizon) }
        #expect(days == days.indices.map { Self.start + Int64($0) * 2 * Self.half })
        let rows = try db.value("SELECT count(*) FROM market_orders_daily")?.integer ?? 0
        #expect(rows == Int64(days.count) * 50)
    }

    @Test func `killed at random points, pruning loses nothing before the horizon and the next one completes it`()
        throws
    {
        let folder = NSTemporaryDirectory() + "esiwh-prune-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }  // what stays is in the temporary folder
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let pristine = folder + "/pristine.sqlite"
        try Self.fill(pristine)
        let whole = try Connection(path: pristine, mode: .readOnly)
        let (home, path) = (folder + "/home", folder + "/home/warehouse.sqlite")
        var state: UInt64 = 7
        var killed = 0
        for _ in 0..<Self.kills {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let fuse = Int64(state >> 33) % 40
            try? FileManager.default.removeItem(atPath: home)  // the first time there is none
            try FileManager.default.createDirectory(atPath: home, withIntermediateDirectories: true)
            try FileManager.default.copyItem(atPath: pristine, toPath: path)
            let watch = try Connection(path: path, mode: .readOnly)
            let process = try prune(home)
            while process.isRunning, try progress(watch) < fuse {}
            if process.isRunning {
                kill(process.processIdentifier, SIGKILL)
                killed += 1
            }
            process.waitUntilExit()
            try check(path, against: whole)
        }
        #expect(killed > 0)
        let last = try prune(home)
        last.waitUntilExit()
        #expect(last.terminationStatus == 0)
        try check(path, against: whole)
        let db = try Connection(path: path, mode: .readOnly)
        // Seven days of thirty halves stay: fourteen, and the one that ended at the horizon is gone.
        #expect(try db.value("SELECT count(*) FROM market_orders_history") == 28_000)
        #expect(try db.value("SELECT is_finished FROM horizons") == 1)
    }
}
