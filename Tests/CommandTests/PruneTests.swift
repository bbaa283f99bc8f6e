import Ingest
import SQLite
import Testing
import Warehouse

@testable import esiwh

@Suite struct PruneTests {
    private static let day: Int64 = 86_400
    private static let now = "2026-09-27T12:00:00Z"

    /// Eight days of The Forge with one order, whose price changes at each noon.
    private func home() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let warehouse = try Warehouse(
            path: folder.path + "/warehouse.sqlite", catalogue: Catalogue(Library()), now: 0)
        let catalogue = Catalogue(Library())
        let dataset = try #require(catalogue.dataset("market_orders"))
        let plan = dataset.decodePlan()
        let end = try #require(Timestamp.parse(Self.now))
        for day in Int64(0)...10 {
            let body = """
                [{"order_id":1,"type_id":34,"is_buy_order":false,"price":\(100 + day),"volume_remain":\(50 - day),
                "volume_total":50,"min_volume":1,"location_id":60003760,"system_id":30000142,"range":"region",
                "duration":90,"issued":"2026-09-17T12:00:00Z"}]
                """
            let moment = end - (10 - day) * Self.day
            _ = try warehouse.apply([
                Snapshot(
                    dataset: dataset, partition: Partition([.init(name: "region_id", value: 10_000_002)]),
                    observedAt: moment, fetchedAt: moment, isComplete: true,
                    pages: [try plan.decode(Array(body.utf8))])
            ])
        }
        return folder
    }

    private func run(_ arguments: [String], _ folder: TemporaryFolder) async -> Run {
        await Run(arguments, home: folder, environment: ["ESIWH_NOW": Self.now])
    }

    @Test func `a past that was pruned is refused, what is left is shown, and the roll-up has the days before`()
        async throws
    {
        let folder = try home()
        let dry = await run(["prune", "--dry-run", "--format", "csv"], folder)
        #expect(dry.status == .done)
        let line = "market_orders,2026-09-20T00:00:00Z,,10,2,0\r\n"
        #expect(dry.out == "dataset,horizon,held_by,days,versions,kept\r\n" + line)
        #expect(
            await run(["query", "SELECT price FROM market_orders", "--as-of", "2026-09-18", "--format", "csv"], folder)
                .out == "price\r\n100\r\n")
        let pruned = await run(["prune", "--format", "csv"], folder)
        #expect(pruned.out == dry.out)
        #expect(pruned.err.hasSuffix(" free in the file, which are used before it grows\n"))

        let past =
            "the past of market_orders before 2026-09-20T00:00:00Z was pruned, "
            + "so it cannot be shown as of 2026-09-18T00:00:00Z: ask for a later moment; "
            + "the days before are in market_orders_daily"
        let query = await run(["query", "SELECT price FROM market_orders", "--as-of", "2026-09-18"], folder)
        #expect(query.status == .failed)
        #expect(query.err.contains(past))
        let report = await run(["query", "best-prices", "--as-of", "2026-09-18"], folder)
        #expect(report.status == .failed)
        #expect(report.err.contains(past))
        let diff = await run(["diff", "market_orders", "--from", "2026-09-18", "--to", "2026-09-26"], folder)
        #expect(diff.status == .usage)
        #expect(diff.err.contains(past))
        // Another table's past is whole.
        #expect(
            await run(["query", "SELECT count(*) FROM public_contracts", "--as-of", "2026-09-18"], folder).status
                == .done)

        let edge = await run(
            ["query", "SELECT price FROM market_orders", "--as-of", "2026-09-20", "--format", "csv"], folder)
        #expect(edge.out == "price\r\n102\r\n")
        let history = await run(["history", "market_orders", "10000002", "1"], folder)
        #expect(history.err.contains("versions that ended by 2026-09-20T00:00:00Z were pruned"))
        let days = await run(
            [
                "query", "SELECT day, orders, volume, best, filled FROM market_orders_daily ORDER BY day LIMIT 2",
                "--format", "csv",
            ], folder)
        #expect(
            days.out
                == "day,orders,volume,best,filled\r\n2026-09-17T00:00:00Z,1,50,100,0\r\n2026-09-18T00:00:00Z,1,49,101,1\r\n"
        )
        // Under --as-of, of the roll-up only the days that were over.
        let over = await run(
            [
                "query", "SELECT count(*) AS n FROM market_orders_daily", "--as-of", "2026-09-20T01:00:00Z", "--format",
                "csv",
            ], folder)
        #expect(over.out == "n\r\n3\r\n")
        let status = await run(["status", "--section", "datasets", "--format", "csv"], folder)
        let row = try #require(status.out.split(separator: "\r\n").first { $0.hasPrefix("market_orders,") })
        let cells = row.split(separator: ",", omittingEmptySubsequences: false)
        #expect(cells.last == "2026-09-20T00:00:00Z")
        #expect(cells[cells.count - 3] == "1")
        #expect(Int(cells[cells.count - 2]).map { $0 > 50 } == true)
    }

    @Test func `the types of one's own orders are kept in full`() async throws {
        let folder = try home()
        try folder.write("owners: { orders: [1] }\nregions: [10000002]\n", to: "esiwh.yaml")
        let pruned = await run(["prune", "market_orders", "--format", "csv"], folder)
        #expect(pruned.out.hasSuffix("market_orders,2026-09-20T00:00:00Z,,10,0,2\r\n"))
    }

    @Test func `a rule that looks back holds the horizon`() async throws {
        let folder = try home()
        try folder.write(
            """
            /*---
            title: Changed within nine days
            key: [order_id]
            lookback: 9d
            ---*/
            SELECT order_id FROM market_orders_versions WHERE valid_to > as_of() - 777600
            """, to: "sql/rules/changed.sql")
        let pruned = await run(["prune", "--format", "csv"], folder)
        #expect(pruned.out.hasSuffix("market_orders,2026-09-18T00:00:00Z,changed,10,0,0\r\n"))
    }

    @Test func `a rule that reads old versions and does not say how far back holds all of them`() async throws {
        let folder = try home()
        let rule = """
            /*---
            title: Cheaper than ever
            key: [order_id]
            ---*/
            SELECT order_id FROM market_orders AS o
            WHERE price < (SELECT min(price) FROM market_orders_versions AS v WHERE v.type_id = o.type_id)
            """
        try folder.write(rule, to: "sql/rules/cheap.sql")
        #expect(await run(["prune", "--format", "csv"], folder).out.hasSuffix("market_orders,,cheap,10,0,0\r\n"))
        let current = rule.replacing("market_orders_versions", with: "market_orders")
        try folder.write(current, to: "sql/rules/cheap.sql")
        let pruned = await run(["prune", "--format", "csv"], folder)
        #expect(pruned.out.hasSuffix("market_orders,2026-09-20T00:00:00Z,,0,2,0\r\n"))
    }

    @Test func `an unknown dataset, a missing warehouse and a running ingest are told`() async throws {
        let folder = try home()
        let unknown = await run(["prune", "orders"], folder)
        #expect(unknown.status == .usage)
        #expect(unknown.err.contains("no dataset orders; there are "))
        let none = await run(["prune"], try TemporaryFolder())
        #expect(none.status == .failed)
        let lock = try IngestLock(path: folder.path + "/ingest.lock", since: "now")
        #expect(await run(["prune"], folder).status == .tryLater)
        withExtendedLifetime(lock) {}
    }

    @Test func `Ctrl-C ends pruning between transactions, and the next one goes on`() async throws {
        let folder = try home()
        let interrupts = Interrupts()
        interrupts.interrupt()
        let (out, err) = (Sink(terminal: false), Sink(terminal: false))
        let status = await Program.run(
            ["prune", "--home", folder.path], environment: ["ESIWH_NOW": Self.now], out: out, err: err,
            interrupts: interrupts)
        #expect(status == .partial)
        #expect(err.text.contains("stopped; what is done is kept"))
        #expect(await run(["prune", "--format", "csv", "--shrink"], folder).out.hasSuffix(",10,2,0\r\n"))
    }
}
