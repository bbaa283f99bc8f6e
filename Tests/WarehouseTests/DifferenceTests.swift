import Foundation
import SQLite
import Testing

@testable import Warehouse

/// `esiwh diff` against whole copies, over histories in which partitions overtake each other.
@Suite struct DifferenceTests {
    private typealias Key = InvariantTests.Key

    @Test(arguments: 1...4)
    func `a difference is that of the whole tables at its two moments`(seed: UInt64) throws {
        let path = NSTemporaryDirectory() + "esiwh-diff-\(UUID().uuidString).sqlite"
        defer {
            // Not every file is there.
            for end in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + end) }
        }
        let file = InvariantTests.file(absence: "closes")
        let core = embeddedFiles.filter { $0.key.hasPrefix("schema/core/") }
        let catalogue = Catalogue(Library(shipped: core.merging([file.path: file.text]) { $1 }))
        let warehouse = try Warehouse(path: path, catalogue: catalogue, now: 0)
        let dataset = try #require(catalogue.dataset("things"))
        let plan = dataset.decodePlan()
        var random = InvariantTests.Generator(state: seed)
        var rows: [Int64: [Key: InvariantTests.Row]] = [1: [:], 2: [:]]
        // One partition runs ahead of the other in time, so that versions are not numbered in the order of their ends.
        var clocks: [Int64: Int64] = [1: 1000, 2: 1000]
        for _ in 0..<60 {
            let place = Int64.random(in: 1...2, using: &random)
            clocks[place]! += Int64.random(in: 1...40, using: &random)
            rows[place] = InvariantTests.step(rows[place]!, &random)
            let pages = InvariantTests.pages(rows[place]!, &random)
            let snapshot = Snapshot(
                dataset: dataset, partition: Partition([.init(name: "place", value: .integer(place))]),
                observedAt: clocks[place]!, fetchedAt: clocks[place]!,
                isComplete: Int.random(in: 0..<4, using: &random) > 0,
                pages: try pages.map(plan.decode))
            _ = try warehouse.apply([snapshot])
        }
        let session = try Session(path: path, catalogue: catalogue, settings: Settings())
        let end = clocks.values.max()! + 1
        for _ in 0..<60 {
            let from = Int64.random(in: 990...end, using: &random)
            let to = Int64.random(in: from...end, using: &random)
            let difference = try session.difference(of: "things", from: from, to: to)
            #expect(difference.entries.map(Self.text).sorted() == (try expected(session, from, to)), "\(from) to \(to)")
            let keys = difference.entries.map { "\($0.key[0].plainText) \(1000 + ($0.key[1].integer ?? 0))" }
            #expect(keys == keys.sorted(), "not by key")
        }
    }

    private static func text(_ entry: TableDifference.Entry) -> String {
        let changes = entry.columns.map { change in
            "\(change.column): \(change.old?.plainText ?? "-") to \(change.new?.plainText ?? "-")"
        }
        return "\(entry.kind) \(entry.key.map(\.plainText)) \(changes)"
    }

    private func expected(_ session: Session, _ from: Int64, _ to: Int64) throws -> [String] {
        func table(_ moment: Int64) throws -> [[Value]: [Value]] {
            let rows = try session.connection.query(
                """
                SELECT place, id, kind, price, note, flag FROM things_versions
                WHERE valid_from <= ?1 AND (valid_to IS NULL OR valid_to > ?1)
                """, [.integer(moment)])
            return Dictionary(rows.map { (Array($0.prefix(3)), Array($0.dropFirst(3))) }) { first, _ in first }
        }
        let (old, new) = (try table(from), try table(to))
        let names = ["price", "note", "flag"]
        return Set(old.keys).union(new.keys).filter { old[$0] != new[$0] }.map { key in
            let kind: TableDifference.Kind = old[key] == nil ? .added : new[key] == nil ? .removed : .changed
            let columns = names.indices.filter { kind != .changed || old[key]![$0] != new[key]![$0] }
            return Self.text(
                .init(
                    kind: kind, key: key,
                    columns: columns.map { .init(column: names[$0], old: old[key]?[$0], new: new[key]?[$0]) }))
        }.sorted()
    }
}
