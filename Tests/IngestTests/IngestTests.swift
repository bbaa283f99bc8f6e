import Foundation
import HTTP
import Ingest
import SQLite
import Sandbox
import Testing
import Warehouse

@Suite struct IngestTests {
    @Test func `everything due is ingested in the order that each query needs`() async throws {
        try await withWorkbench { bench in
            let summary = try await bench.ingest()
            #expect(!summary.isIncomplete, "\(summary.lines.flatMap(\.reasons)) \(summary.lines.compactMap(\.fault))")
            let named = try await bench.ingest(bench.catalogue.datasets.filter(\.isOnlyByName).map(\.name))
            #expect(!named.isIncomplete, "\(named.lines.flatMap(\.reasons)) \(named.lines.compactMap(\.fault))")
            // Of the last two a universe this small has none at that hour.
            let empty: Set = ["region_ids", "raidable_skyhooks", "sovereignty_campaign_participants"]
            for dataset in bench.catalogue.datasets where dataset.route != nil && !empty.contains(dataset.name) {
                let table = dataset.name
                #expect(try bench.value("SELECT count(*) > 0 FROM \(table)") == 1, "\(table) is empty")
            }
            #expect(try bench.value("SELECT name FROM types WHERE type_id = 587") == "Rifter")
            #expect(try bench.value("SELECT category FROM names WHERE id = 90000001") == "character")
        }
    }

    @Test func `nothing is due before it expires, and then only what changed is written`() async throws {
        try await withWorkbench { bench in
            try await bench.ingest()
            let requests = await bench.server.log().count
            let again = try await bench.ingest()
            #expect(await bench.server.log().count == requests)
            #expect(!again.lines.contains { !$0.outcomes.isEmpty })

            await bench.server.advance(3600)
            let later = try await bench.ingest(["market_orders"])
            let line = try #require(later.lines.first)
            #expect(line.outcomes == [.complete: 1])
            #expect(line.changed > 0)
            let versions = try bench.value("SELECT count(*) FROM market_orders_history")
            #expect(versions == .integer(Int64(line.changed + line.removed)))
        }
    }

    @Test func `the past is what was seen then`() async throws {
        try await withWorkbench { bench in
            try await bench.ingest(["market_orders"])
            let then = Int64(await bench.server.now)
            let sql = "SELECT order_id, price, volume_remain FROM market_orders ORDER BY order_id"
            let before = try bench.rows(sql)
            for _ in 0..<3 {
                await bench.server.advance(1800)
                try await bench.ingest(["market_orders"])
            }
            #expect(try bench.rows(sql) != before)
            #expect(try bench.rows(sql, asOf: then) == before)
            #expect(try bench.value("SELECT as_of()", asOf: then) == .integer(then))
            #expect(try bench.value("SELECT count(*) FROM market_orders", asOf: then - 1) == 0)
        }
    }

    @Test func `a page that cannot be had makes a partial snapshot, which closes nothing`() async throws {
        try await withWorkbench(size: Universe.Size("2500")!) { bench in
            try await bench.ingest(["market_orders"])
            let before = try bench.value("SELECT count(*) FROM market_orders")
            await bench.server.advance(40_000)
            await bench.server.add(Fault(route: "/markets/*/orders", effect: .status, status: 502, pages: [2]))
            let summary = try await bench.ingest(["market_orders"])
            let line = try #require(summary.lines.first)
            #expect(line.outcomes == [.partial: 1])
            #expect(line.removed == 0)
            #expect(line.reasons.first?.reason.contains("page 2 of 3: HTTP 502") == true)
            #expect(summary.isIncomplete)
            let count = try bench.value("SELECT count(*) FROM market_orders")
            #expect(try #require(count?.integer) > #require(before?.integer))

            await bench.server.clearFaults()
            await bench.server.advance(300)
            let whole = try await bench.ingest(["market_orders"])
            #expect(whole.lines.first?.outcomes == [.complete: 1])
            #expect(try #require(whole.lines.first).removed > 0)
        }
    }

    @Test func `an answer that fails is no unavailable ESI`() async throws {
        try await withWorkbench { bench in
            await bench.server.add(Fault(route: "/universe/regions", effect: .status, status: 502))
            let summary = try await bench.ingest(["region_ids"])
            #expect(summary.isIncomplete && !summary.isUnavailable)
            let deaf = Transport { _ in throw HTTPError(.connect, "refused", url: "") }
            let silent = try await bench.ingestor(["region_ids"], transport: deaf).run()
            #expect(silent.isIncomplete && silent.isUnavailable)
        }
    }

    @Test(arguments: [
        (Fault.Effect.cutJSON, "not JSON"), (.html, "instead of JSON"), (.notUTF8, "not JSON"),
        (.wrongType, "/0/price: not a number"),
        (.truncate, "transfer"), (.drop, "transfer"),
    ])
    func `a body that is none fails its snapshot and leaves the data as it was`(
        effect: Fault.Effect, reason: String
    ) async throws {
        try await withWorkbench { bench in
            try await bench.ingest(["market_orders"])
            let before = try bench.rows("SELECT * FROM market_orders_versions ORDER BY 1, 2")
            await bench.server.advance(3600)
            await bench.server.add(Fault(route: "/markets/*/orders", effect: effect))
            let summary = try await bench.ingest(["market_orders"])
            #expect(summary.lines.first?.outcomes == [.failed: 1])
            let told = summary.lines.first?.reasons.first?.reason ?? ""
            #expect(told.contains(reason), "\(told)")
            #expect(try bench.rows("SELECT * FROM market_orders_versions ORDER BY 1, 2") == before)
            // A body of another shape is kept until it expires: mending the dataset's file needs no new answer.
            await bench.server.clearFaults()
            await bench.server.advance(300)
            #expect(try await bench.ingest(["market_orders"]).lines.first?.outcomes == [.complete: 1])
        }
    }

    @Test func `items are asked once for ever, and a contract without them is asked later`() async throws {
        try await withWorkbench { bench in
            try await bench.ingest(["public_contracts"])
            await bench.server.add(
                Fault(route: "/contracts/public/items/190000001", effect: .status, status: 404))
            let first = try await bench.ingest(["public_contract_items"])
            #expect(first.lines.first?.outcomes[.absent] == 1)
            #expect(!first.isIncomplete)
            await bench.server.clearFaults()
            await bench.server.clearLog()
            await bench.server.advance(7200)
            try await bench.ingest(["public_contract_items"])
            #expect(await bench.server.log().count == 0)
            await bench.server.advance(80_000)
            try await bench.ingest(["public_contract_items"])
            #expect(await bench.server.log().map(\.path) == ["/contracts/public/items/190000001?page=1"])
        }
    }

    @Test func `one bad id does not spoil the names of the others`() async throws {
        try await withWorkbench { bench in
            try await bench.ingest(["public_contracts"])
            await bench.server.clearLog()
            let summary = try await bench.ingest(["names"])
            #expect(summary.lines.first?.outcomes.keys.sorted { $0.rawValue < $1.rawValue } == [.complete])
            #expect(await bench.server.log().count == 1)
        }
    }

    @Test func `a user's dataset file works without recompiling, and a new column is filled from what is kept`()
        async throws
    {
        try await withWorkbench { bench in
            func write(_ columns: String) throws {
                let text = """
                    /*---
                    title: Average prices
                    route: GET /markets/prices
                    cache: 3600
                    columns: { average_price: isk }
                    ---*/
                    CREATE TABLE market_prices (
                        type_id INTEGER NOT NULL PRIMARY KEY, \(columns) average_price REAL, valid_from INTEGER NOT NULL
                    ) STRICT;
                    """
                try text.write(
                    toFile: bench.userFolder + "/datasets/market_prices.sql", atomically: true, encoding: .utf8)
            }
            try write("")
            #expect(try await bench.ingest(["market_prices"]).lines.first?.added == 48)
            await bench.server.clearLog()
            try write("adjusted_price REAL,")
            let summary = try await bench.ingest(["market_prices"])
            #expect(summary.lines.first?.changed == 48)
            #expect(await bench.server.log().isEmpty)
            #expect(try bench.value("SELECT count(*) FROM market_prices WHERE adjusted_price IS NULL") == 0)
        }
    }
}
