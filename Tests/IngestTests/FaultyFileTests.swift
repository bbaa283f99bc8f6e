import Foundation
import Ingest
import SQLite
import Sandbox
import Testing
import Warehouse

/// Files of a user's that cannot be asked, or that do not fit what ESI answers: said where, and in nobody else's way.
@Suite struct FaultyFileTests {
    private static func dataset(_ name: String, _ head: String) -> String {
        """
        /*---
        title: A file of the user's
        \(head)
        ---*/
        CREATE TABLE \(name) (id INTEGER NOT NULL PRIMARY KEY, name TEXT, valid_from INTEGER NOT NULL) STRICT;
        """
    }

    private func write(_ files: [String: String], to bench: Workbench) throws {
        for (name, text) in files {
            try text.write(toFile: "\(bench.userFolder)/datasets/\(name).sql", atomically: true, encoding: .utf8)
        }
    }

    /// Two that wait for each other, one behind them, and one that reads a table which is not there.
    private static let waiting = [
        "left_hand": "SELECT id FROM right_hand", "right_hand": "SELECT id FROM left_hand",
        "follower": "SELECT id FROM left_hand", "broken": "SELECT id FROM nowhere",
    ].reduce(into: [String: String]()) { files, entry in
        files[entry.key] = dataset(entry.key, "route: GET /universe/\(entry.key)/{id}\neach: \(entry.value)")
    }

    @Test func `a dataset whose each does not run is left out and named, and the others are asked`() async throws {
        try await withWorkbench { bench in
            try write(Self.waiting, to: bench)
            let names = Self.waiting.keys + ["region_ids"]
            let due = try await bench.ingestor(names).dryRun()
            #expect(due.planned.map(\.dataset) == ["region_ids"] && due.faults.count == 3)
            let summary = try await bench.ingest(names)
            let faults = Dictionary(uniqueKeysWithValues: summary.lines.map { ($0.dataset, $0.fault) })
            let folder = bench.userFolder + "/datasets"
            #expect(faults["broken"] == "\(folder)/broken.sql:4: each does not run: no such table: nowhere")
            let circle = "datasets wait for each other in a circle: left_hand, right_hand"
            let mend = "let one of their each queries read something else"
            for name in ["left_hand", "right_hand"] {
                #expect(faults[name] == "\(folder)/\(name).sql:4: \(circle); \(mend)")
            }
            // It waits for what is in a circle, but is not itself.
            #expect(faults["follower"] == .some(nil))
            #expect(summary.isIncomplete)
            #expect(summary.lines.first { $0.dataset == "region_ids" }?.outcomes == [.complete: 1])
            #expect(try bench.value("SELECT count(*) > 0 FROM region_ids") == 1)
        }
    }

    // MARK: What ESI answers

    /// A workbench that answers one route with a body.
    private func withAnswer(
        _ body: String, to path: String, _ datasets: [String], _ test: (Workbench) async throws -> Void
    ) async throws {
        let folder = NSTemporaryDirectory() + "esiwh-replay-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }  // left behind, it is no failure of the test
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let record = """
            {"request": {"uri": "https://esi.evetech.net\(path)"}, "status": 200, "headers": {
              "Content-Type": "application/json", "Last-Modified": "Sun, 27 Sep 2026 04:25:14 GMT"}}
            """
        try Data(record.utf8).write(to: URL(filePath: folder + "/one.http.json"))
        try Data(body.utf8).write(to: URL(filePath: folder + "/one.body.json"))
        try await withWorkbench(replay: try Replay(folder: folder), datasets: datasets) { try await test($0) }
    }

    @Test(arguments: [
        (
            "insurance_prices", "/insurance/prices",
            """
            [{"type_id":587,"levels":[]},{"type_id":588,"levels":[{"name":"Gold","cost":1,"payout":2},
            {"name":"Basic","cost":1,"payout":2},{"name":"Gold","cost":3,"payout":4}]}]
            """, "/1/levels/2: the same key as /1/levels/0: type_id 588, name Gold"
        ),
        (
            "raidable_skyhooks", "/skyhooks/raidable",
            """
            {"skyhooks":[{"planet_id":40310253,"solar_system_id":1,
            "theft_vulnerability":{"start":"2026-09-27T02:27:06Z","end":"2026-09-27T04:27:06Z"}},
            {"planet_id":40310253,"solar_system_id":1,
            "theft_vulnerability":{"start":"2026-09-27T02:27:06Z","end":"2026-09-27T04:27:06Z"}}]}
            """, "/skyhooks/1: the same key as /skyhooks/0: planet_id 40310253"
        ),
        (
            "system_jumps", "/universe/system_jumps",
            #"[{"system_id":1,"ship_jumps":1},{"system_id":2,"ship_jumps":1},{"system_id":1,"ship_jumps":2}]"#,
            "/2: the same key as /0: system_id 1"
        ),
    ])
    func `two rows of one key are named by where they stand`(
        dataset: String, path: String, body: String, reason: String
    ) async throws {
        try await withAnswer(body, to: path, [dataset]) { bench in
            let line = try #require(try await bench.ingest().lines.first)
            #expect(line.outcomes == [.failed: 1])
            #expect(line.reasons.first?.reason == reason)
            #expect(try bench.value("SELECT count(*) FROM \(dataset)") == 0)
        }
    }

    @Test func `a new field is told once for its route, by whichever dataset meets it first`() async throws {
        let body = """
            [{"constellation_id":20000645,"faction_id":500019,"has_boss":false,"infested_solar_systems":[30004416],
              "influence":0.3,"staging_solar_system_id":30004417,"state":"established","type":"Incursion","boss_id":7}]
            """
        try await withAnswer(body, to: "/incursions", ["incursions", "incursion_systems"]) { bench in
            let news = "incursion_systems: GET /incursions has a new field, boss_id; add a column to keep it"
            for notes in [[news], []] {
                let (stream, feed) = AsyncStream<String>.makeStream()
                let summary = try await bench.ingestor(force: true) { event in
                    if case .note(let text) = event { feed.yield(text) }
                }.run()
                feed.finish()
                #expect(summary.lines.count == 2 && !summary.isIncomplete)
                var told: [String] = []
                for await note in stream { told.append(note) }
                #expect(told == notes)
            }
            #expect(try bench.value("SELECT count(*) FROM incursion_systems") == 1)
        }
    }
}
