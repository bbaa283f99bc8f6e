import Foundation
import Ingest
import SQLite
import Sandbox
import Testing
import Warehouse

/// Several datasets of one route, over the sandbox, whose log counts what was asked.
@Suite struct SharedRouteTests {
    private static let members = """
        /*---
        title: The types of each group
        route: GET /universe/groups/{group_id}
        each: SELECT 18 AS group_id UNION SELECT 25 UNION SELECT 999999
        rows: /types
        refresh: 30d
        fields: { place: "#" }
        ---*/
        CREATE TABLE group_members (
            group_id INTEGER NOT NULL, type_id INTEGER NOT NULL, place INTEGER NOT NULL, valid_from INTEGER NOT NULL,
            PRIMARY KEY (group_id, type_id)
        ) STRICT, WITHOUT ROWID;
        """

    private static let names = """
        /*---
        title: Names of groups
        route: GET /universe/groups/{group_id}
        each: SELECT 18 AS group_id UNION SELECT 25 UNION SELECT 999999
        refresh: 30d
        ---*/
        CREATE TABLE group_names (
            group_id INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, valid_from INTEGER NOT NULL
        ) STRICT;
        """

    private static let chosen = ["group_members", "group_names"]

    private func withGroups(_ body: (Workbench) async throws -> Void) async throws {
        try await withWorkbench { bench in
            for (name, text) in [("group_members", Self.members), ("group_names", Self.names)] {
                try text.write(
                    toFile: bench.userFolder + "/datasets/\(name).sql", atomically: true, encoding: .utf8)
            }
            try await body(bench)
        }
    }

    @Test func `each answer is asked for once, whatever is there or forced`() async throws {
        try await withGroups { bench in
            let (stream, notes) = AsyncStream<String>.makeStream()
            let summary = try await bench.ingestor(Self.chosen) {
                if case .note(let text) = $0 { notes.yield(text) }
            }.run()
            notes.finish()
            #expect(!summary.isIncomplete)
            #expect(summary.lines.map { $0.outcomes } == [[.complete: 2, .absent: 1], [.complete: 2, .absent: 1]])
            #expect(await bench.server.log().count == 3)
            // The shipped dataset groups takes the members that these two leave.
            for await note in stream { Issue.record("\(note)") }
            let types = try bench.rows("SELECT place FROM group_members WHERE group_id = 25 ORDER BY place")
            #expect(!types.isEmpty)
            #expect(types == types.indices.map { [.integer(Int64($0))] })
            #expect(try bench.value("SELECT name FROM group_names WHERE group_id = 25") == "Frigate")

            await bench.server.clearLog()
            await bench.server.advance(90_000)
            try await bench.ingest(Self.chosen, force: true)
            #expect(await bench.server.log().count == 3)
        }
    }

    @Test func `what is old is asked again once, the probe included`() async throws {
        try await withGroups { bench in
            try await bench.ingest(Self.chosen)
            await bench.server.clearLog()
            await bench.server.advance(31 * 86_400)
            let summary = try await bench.ingest(Self.chosen)
            #expect(
                await bench.server.log().map(\.path).sorted() == [18, 25, 999_999].map { "/universe/groups/\($0)" })
            #expect(summary.lines.map { $0.outcomes } == [[.unchanged: 2, .absent: 1], [.unchanged: 2, .absent: 1]])
        }
    }

    @Test func `a dataset that comes later reads what is kept`() async throws {
        try await withGroups { bench in
            try await bench.ingest(["group_names"])
            await bench.server.clearLog()
            let summary = try await bench.ingest(["group_members"])
            #expect(summary.lines.first?.outcomes == [.complete: 2, .absent: 1])
            // What is there is kept; that a group is not there was not heard in this run.
            #expect(await bench.server.log().map(\.path) == ["/universe/groups/999999"])
        }
    }
}
