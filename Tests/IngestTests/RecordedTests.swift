import Foundation
import Ingest
import SQLite
import Sandbox
import Testing
import Warehouse

/// Answers as ESI once gave them, through the whole machine.
@Suite struct RecordedTests {
    private static let samples = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "shared/esi/samples").path
    private static let isThere = FileManager.default.fileExists(atPath: samples)

    /// Points a shipped dataset at what was recorded.
    private func point(_ bench: Workbench, _ dataset: String, at each: String) throws {
        let file = try #require(bench.catalogue.dataset(dataset)).file
        var lines = file.text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let first = try #require(lines.firstIndex { $0.hasPrefix("each:") })
        var end = first + 1
        while lines[end].hasPrefix(" ") { end += 1 }
        lines.replaceSubrange(first..<end, with: ["each: \(each)"])
        try lines.joined(separator: "\n").write(
            toFile: bench.userFolder + "/datasets/\(dataset).sql", atomically: true, encoding: .utf8)
    }

    @Test(.enabled(if: isThere, "the recordings are not beside the project (../shared/esi/samples)"))
    func `recorded answers are ingested without loss`() async throws {
        try await withWorkbench(regions: [10_000_001], replay: try Replay(folder: Self.samples)) { bench in
            try point(bench, "public_contract_items", at: "SELECT 157872948 AS contract_id UNION SELECT 235495752")
            try point(bench, "public_contract_bids", at: "SELECT 236437896 AS contract_id")
            try point(bench, "types", at: "SELECT 192 AS type_id")
            try point(bench, "groups", at: "SELECT 450 AS group_id")
            try point(bench, "categories", at: "SELECT 6 AS category_id")
            try point(bench, "constellations", at: "SELECT 20000001 AS constellation_id")
            try point(bench, "systems", at: "SELECT 30000001 AS system_id")
            let names = [
                "public_contract_items", "public_contract_bids", "types", "groups", "categories", "regions",
                "constellations", "systems", "region_ids",
            ]
            let summary = try await bench.ingest(names)
            #expect(!summary.isIncomplete, "\(summary.lines.flatMap(\.reasons))")
            for (table, file) in [
                ("types", "universe.types.one/types_192"), ("groups", "universe.groups.one/groups_450"),
                ("systems", "universe.systems.one/systems_30000001"),
                ("regions", "universe.regions.one/regions_10000001"),
                ("public_contract_items", "contracts.public.items/235495752_bpc"),
            ] {
                try compare(table, file, bench)
            }
            #expect(try bench.value("SELECT count(*) FROM public_contract_bids") == 0)
            let regions = try ids("universe.regions/regions")
            #expect(try bench.value("SELECT count(*) FROM region_ids") == .integer(Int64(regions)))
        }
    }

    private func document(_ name: String) throws -> Any {
        let data = try Data(contentsOf: URL(fileURLWithPath: Self.samples + "/\(name).body.json"))
        return try JSONSerialization.jsonObject(with: data)
    }

    private func ids(_ name: String) throws -> Int { (try document(name) as? [Any])?.count ?? 0 }

    /// Every number and text of the recording stands in the table.
    private func compare(_ table: String, _ name: String, _ bench: Workbench) throws {
        let document = try document(name)
        let object = document as? [String: Any]
        let rows = document as? [[String: Any]] ?? object.map { [$0] } ?? []
        #expect(!rows.isEmpty)
        for row in rows {
            let key = row["record_id"].map { "WHERE record_id = \($0)" } ?? ""
            for (member, value) in row where value is NSNumber || value is String {
                let stored = try bench.value("SELECT \(member) FROM \(table) \(key)")
                switch stored {
                case .integer(let number): #expect(number == (value as? NSNumber)?.int64Value, "\(table).\(member)")
                case .real(let number): #expect(number == (value as? NSNumber)?.doubleValue, "\(table).\(member)")
                case .text(let text): #expect(text == value as? String, "\(table).\(member)")
                default: Issue.record("\(table).\(member) is \(String(describing: stored)), not \(value)")
                }
            }
        }
    }
}
