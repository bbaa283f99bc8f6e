import Foundation
import SQLite
import Sandbox
import Testing
import Warehouse

@testable import esiwh

/// A simulated month of The Forge, read every five minutes and pruned every night: `Benchmarks/Sources/month` is the same
/// in full size, and docs/retention.md states what it takes.
@Suite struct MonthTests {
    private static let isSoak = ProcessInfo.processInfo.environment["ESIWH_SOAK"] == "1"
    private static let orders = isSoak ? 4_000 : 60
    /// The days behind the first that are dropped are alike; the soak has all of the month.
    private static let days = isSoak ? 30 : 12
    private static let retained = 7
    private static let day = 86_400
    private static let start = 1_790_467_200  // 2026-09-27T00:00:00Z

    /// Bytes of the file, and of what in it grows for ever.
    private struct Sizes {
        var file: Int64
        var lasting: Int64
        var history: Int64
        var versions: Int64

        init(_ db: Connection) throws {
            func value(_ sql: String) throws -> Int64 { try db.value(sql)?.integer ?? 0 }
            func bytes(_ tables: String) throws -> Int64 {
                try value(
                    """
                    SELECT sum(pgsize) FROM dbstat
                    WHERE name IN (SELECT name FROM sqlite_schema WHERE tbl_name IN (\(tables)))
                    """)
            }
            file = try value("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
            lasting = try bytes("'snapshots', 'market_orders_daily', 'rollup_days'")
            history = try bytes("'market_orders_history'")
            versions = try value("SELECT count(*) FROM market_orders_history")
        }
    }

    /// A day's snapshots, an hour's in one transaction.
    private func observe(_ day: Int, _ market: Market, _ warehouse: Warehouse, _ dataset: Dataset) throws {
        let plan = dataset.decodePlan()
        let partition = Partition([.init(name: "region_id", value: .integer(Int64(Universe.forge)))])
        for hour in 0..<24 {
            let times = (0..<12).map { Self.start + day * Self.day + hour * 3600 + $0 * Market.step }
            _ = try warehouse.apply(
                times.map { time in
                    Snapshot(
                        dataset: dataset, partition: partition, observedAt: Int64(time), fetchedAt: Int64(time),
                        isComplete: true,
                        pages: try (1...market.pages).map { try plan.decode(market.page($0, at: time)) })
                })
        }
    }

    @Test func `a month every five minutes stops growing a retention after its first prune`() async throws {
        let folder = try TemporaryFolder()
        let catalogue = Catalogue(Library())
        let warehouse = try Warehouse(path: folder.path + "/warehouse.sqlite", catalogue: catalogue, now: 0)
        let dataset = try #require(catalogue.dataset("market_orders"))
        let size = Universe.Size(
            regions: 1, forgeOrders: Self.orders, otherOrders: 0, forgeContracts: 0, types: max(Self.orders / 25, 8))
        let market = Market(universe: Universe(size: size, seed: 1, start: Self.start), region: Universe.forge)
        var sizes: [Sizes] = []
        for day in 0..<Self.days {
            try observe(day, market, warehouse, dataset)
            let pruned = await run(["prune", "--quiet"], folder, atEndOf: day)
            #expect(pruned.status == .done, "\(pruned.err)")
            sizes.append(try Sizes(warehouse.connection))
        }
        let steady = sizes[(Self.retained + 1)...]
        let (first, last) = (try #require(steady.first), try #require(steady.last))
        #expect(first.versions > Self.orders * 6 * Self.retained)
        for now in steady {
            #expect(abs(now.versions - first.versions) * 5 < first.versions)
            // But for a line a snapshot and the roll-up's days, no larger than after the first nights, give or take pages.
            #expect(now.file - now.lasting <= (first.file - first.lasting) * 11 / 10)
        }
        // Stated in docs/retention.md; half-filled pages weigh more here.
        #expect(last.history <= last.versions * 130 + 131_072, "\(last)")
        try await checkStatus(folder, last)
    }

    private func run(_ arguments: [String], _ folder: TemporaryFolder, atEndOf day: Int) async -> Run {
        let now = Timestamp.text(Int64(Self.start + (day + 1) * Self.day))
        return await Run(arguments, home: folder, environment: ["ESIWH_NOW": now])
    }

    /// What `esiwh status` says of a day, held against what the retained days take.
    private func checkStatus(_ folder: TemporaryFolder, _ sizes: Sizes) async throws {
        let status = await run(["status", "--section", "datasets", "--format", "csv"], folder, atEndOf: Self.days - 1)
        let lines = status.out.split(whereSeparator: \.isNewline).map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        let row = try #require(lines.first { $0[0] == "market_orders" })
        let column = try #require(lines[0].firstIndex(of: "bytes_a_day"))
        let bytes = try #require(Int64(row[column]))
        #expect(abs(bytes * Int64(Self.retained) - sizes.history) * 4 < sizes.history, "\(bytes) a day, \(sizes)")
    }
}
