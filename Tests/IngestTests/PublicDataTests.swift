import FoundationEssentials
import Ingest
import SQLite
import Sandbox
import Testing
import Warehouse

/// Who and what is asked for beyond the books, and how often.
@Suite struct PublicDataTests {
    private static let day = 86_400

    @Test func `price histories are those of own and watched types, a request each, bound in the query`() async throws {
        try await withWorkbench(watching: [37]) { bench in
            try await bench.ingest()
            let asked = await bench.server.log().map(\.path).filter { $0.contains("/history?") }
            #expect(asked.contains("/markets/10000002/history?type_id=37"))
            #expect(asked.contains("/markets/10000002/history?type_id=587"))
            #expect(!asked.contains("/markets/10000002/history?type_id=40"))
            let partitions = try bench.value(
                "SELECT count(*) FROM partitions WHERE dataset = 'market_history' AND active")
            #expect(partitions == .integer(Int64(asked.count)))
            let days = try bench.rows(
                "SELECT min(date), max(date), count(*) FROM market_history WHERE region_id = 10000002 AND type_id = 37")
            #expect(days == [["2025-08-01", "2026-09-26", 422]])
        }
    }

    @Test func `a day that leaves ESI's sight is kept, and a revised one has two versions`() async throws {
        try await withWorkbench(watching: [34]) { bench in
            try await bench.ingest(["market_history"])
            await bench.server.advance(30 * Self.day)
            let line = try #require(try await bench.ingest(["market_history"]).lines.first)
            #expect(line.added == 30 && line.changed == 1 && line.removed == 0)
            #expect(try bench.value("SELECT min(date) FROM market_history") == "2025-08-01")
            let versions = try bench.rows(
                "SELECT date, count(*) FROM market_history_versions GROUP BY date HAVING count(*) > 1")
            #expect(versions == [["2026-09-26", 2]])
        }
    }

    @Test func `a type that no market trades is a negative answer, and asked again a day later`() async throws {
        try await withWorkbench(watching: [44_992]) { bench in
            let summary = try await bench.ingest(["market_history"])
            #expect(summary.lines.first?.outcomes == [.absent: 1])
            #expect(summary.lines.first?.reasons.first?.reason == "HTTP 400: Type not tradable on market!")
            #expect(!summary.isIncomplete)
            await bench.server.clearLog()
            await bench.server.advance(Self.day - 60)
            try await bench.ingest(["market_history"])
            #expect(await bench.server.log().isEmpty)
            await bench.server.advance(120)
            try await bench.ingest(["market_history"])
            #expect(await bench.server.log().count == 1)
        }
    }

    @Test func `affiliations come a thousand at a time, hold for an hour, and only changes are written`() async throws {
        try await withWorkbench(size: Universe.Size("2500")!) { bench in
            try await bench.ingest(["public_contracts"])
            await bench.server.clearLog()
            let first = try #require(try await bench.ingest(["character_affiliations"]).lines.first)
            #expect(first.added > 50)
            #expect(await bench.server.log().map(\.path) == ["/characters/affiliation"])
            await bench.server.advance(3599)
            try await bench.ingest(["character_affiliations"])
            #expect(await bench.server.log().count == 1)
            await bench.server.advance(5 * Self.day)
            let later = try #require(try await bench.ingest(["character_affiliations"]).lines.first)
            #expect(await bench.server.log().count == 2)
            #expect(later.changed > 0 && later.changed < first.added / 2)
            #expect(later.outcomes[.unchanged] == first.added - later.changed)
        }
    }

    @Test func `what is asked by name only is left alone by an ingest without names`() async throws {
        try await withWorkbench { bench in
            let text = """
                /*---
                title: Alliances' ids
                route: GET /alliances
                ingest: named
                ---*/
                CREATE TABLE everybody (
                    alliance_id INTEGER NOT NULL PRIMARY KEY, valid_from INTEGER NOT NULL
                ) STRICT;
                """
            try text.write(toFile: bench.userFolder + "/datasets/everybody.sql", atomically: true, encoding: .utf8)
            let all = try await bench.ingest()
            #expect(all.lines.map(\.dataset).contains("market_orders"))
            #expect(!all.lines.map(\.dataset).contains("everybody"))
            #expect(try await bench.ingest(["everybody"]).lines.first?.added == 20)
            // What was asked long ago does not make the warehouse's now old.
            await bench.server.advance(3600)
            try await bench.ingest(["market_orders"])
            let before = try bench.value("SELECT as_of()")
            try bench.execute("UPDATE partitions SET observed_at = 1 WHERE dataset = 'everybody'")
            #expect(try bench.value("SELECT as_of()") == before)
        }
    }

    @Test func `a default ingest asks for nobody's sheet but the owners' and friends'`() async throws {
        try await withWorkbench { bench in
            try await bench.ingest()
            let sheets = await bench.server.log().map(\.path).filter { path in
                path.split(separator: "/").count == 2
                    && ["/characters/9", "/corporations/9", "/alliances/9"].contains { path.hasPrefix($0) }
            }
            #expect(
                sheets.sorted() == ["/alliances/99000001", "/characters/90000001", "/corporations/98000001"])
            #expect(try bench.value("SELECT name FROM entity_names WHERE id = 99000001") == "Demo Alliance")
        }
    }

    @Test func `a jump leads from each gate to the system behind it`() async throws {
        try await withWorkbench { bench in
            try await bench.ingest()
            let ways = try bench.value(
                "SELECT count(*) FROM jumps AS j JOIN systems AS s ON s.system_id = j.to_system_id")
            let back = try bench.value(
                "SELECT count(*) FROM jumps AS j JOIN jumps AS b ON b.from_system_id = j.to_system_id AND b.to_system_id = j.from_system_id"
            )
            #expect(ways == back && ways != 0)
            #expect(try bench.value("SELECT system_name FROM locations WHERE location_id = 60003760") == "Jita")
        }
    }
}
