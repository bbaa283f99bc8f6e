import Foundation
import SQLite
import Testing

@testable import Warehouse

/// Random histories of two partitions, applied and held against a naive model that keeps whole copies.
/// The numbers are those of the invariants in Warehouse+Apply.swift.
@Suite struct InvariantTests {
    /// `ESIWH_SOAK=1` multiplies the work.
    static let steps = ProcessInfo.processInfo.environment["ESIWH_SOAK"] == "1" ? 5_000 : 400

    struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var z = state
            z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
            z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
            return z ^ (z >> 31)
        }
    }

    struct Row: Hashable {
        var price: Double
        var note: String?
        var flag: Bool
    }

    static func file(absence: String, layout: String = "STRICT, WITHOUT ROWID") -> StoredFile {
        let text = """
            /*---
            title: Things
            route: GET /things/{place}
            each: SELECT 1 AS place
            paging: pages
            absence: \(absence)
            columns: { price: isk, flag: boolean }
            ---*/
            CREATE TABLE things (
                place INTEGER NOT NULL, id INTEGER NOT NULL, kind TEXT NOT NULL, price REAL NOT NULL, note TEXT,
                flag INTEGER NOT NULL DEFAULT 0, valid_from INTEGER NOT NULL, PRIMARY KEY (place, id, kind)
            ) \(layout);
            CREATE INDEX things_by_price ON things (price);
            """
        // The text above is a file that can be used.
        return try! StoredFile(
            kind: .dataset, name: "things", path: "schema/datasets/things.sql", origin: .shipped, text: text)
    }

    struct Key: Hashable, Comparable {
        var id: Int
        var kind: String
        static func < (left: Key, right: Key) -> Bool { (left.id, left.kind) < (right.id, right.kind) }
    }

    /// Pages of JSON in random order of rows and members, with numbers written in several ways.
    static func pages(_ rows: [Key: Row], _ random: inout Generator) -> [[UInt8]] {
        var objects = rows.map { key, row in
            let price =
                row.price == row.price.rounded() && Bool.random(using: &random) ? "\(Int(row.price))" : "\(row.price)"
            var members = ["\"id\":\(key.id)", "\"kind\":\"\(key.kind)\"", "\"price\":\(price)"]
            if let note = row.note { members.append("\"note\":\"\(note)\"") }
            if row.flag || Bool.random(using: &random) { members.append("\"flag\":\(row.flag)") }
            return "{" + members.shuffled(using: &random).joined(separator: ",") + "}"
        }
        objects.shuffle(using: &random)
        let half = objects.count / 2
        // A row that slid stands on both pages.
        let second = objects[half...] + (Bool.random(using: &random) ? objects[..<half].suffix(1) : [])
        return [objects[..<half], second].map { Array("[\($0.joined(separator: ","))]".utf8) }
    }

    static func step(_ rows: [Key: Row], _ random: inout Generator) -> [Key: Row] {
        var rows = rows
        for _ in 0..<Int.random(in: 0...6, using: &random) {
            let key = Key(
                id: .random(in: 1...12, using: &random), kind: ["a", "b", "é"].randomElement(using: &random)!)
            rows[key] =
                Int.random(in: 0..<4, using: &random) == 0
                ? nil
                : Row(
                    price: [1, 2.5, 100].randomElement(using: &random)!,
                    note: [nil, "", "x"].randomElement(using: &random)!, flag: .random(using: &random))
        }
        return rows
    }

    final class World {
        let warehouse: Warehouse
        let dataset: Dataset
        let plan: DecodePlan
        /// What was true from a moment on, as the as-of view should tell it.
        var truth: [Int: [(at: Int64, rows: [Key: Row])]] = [1: [], 2: []]

        init(absence: String, layout: String = "STRICT, WITHOUT ROWID", path: String = ":memory:") throws {
            let file = InvariantTests.file(absence: absence, layout: layout)
            let library = Library(
                shipped: embeddedFiles.filter { $0.key.hasPrefix("schema/core/") }.merging([file.path: file.text]) {
                    $1
                })
            let catalogue = Catalogue(library)
            warehouse = try Warehouse(path: path, catalogue: catalogue, now: 0)
            dataset = try #require(catalogue.dataset("things"))
            plan = dataset.decodePlan()
        }

        func snapshot(_ place: Int, _ pages: [[UInt8]], at moment: Int64, isComplete: Bool) throws -> Snapshot {
            Snapshot(
                dataset: dataset, partition: Partition([.init(name: "place", value: .integer(Int64(place)))]),
                observedAt: moment, fetchedAt: moment, isComplete: isComplete, pages: try pages.map(plan.decode))
        }

        func stored(_ place: Int, asOf moment: Int64? = nil) throws -> [Key: Row] {
            let test =
                moment.map { "AND valid_from <= \($0) AND (valid_to IS NULL OR valid_to > \($0))" }
                ?? "AND valid_to IS NULL"
            var rows: [Key: Row] = [:]
            for row in try warehouse.connection.query(
                "SELECT id, kind, price, note, flag FROM things_versions WHERE place = ? \(test)",
                [.integer(Int64(place))])
            {
                let key = Key(id: Int(row[0].integer!), kind: row[1].text!)
                #expect(rows[key] == nil, "two versions of \(key) at one moment")
                rows[key] = Row(price: row[2].real!, note: row[3].text, flag: row[4] == 1)
            }
            return rows
        }

        func told(_ place: Int, at moment: Int64) -> [Key: Row] {
            truth[place]!.last { $0.at <= moment }?.rows ?? [:]
        }
    }

    @Test(arguments: ["closes", "keeps"], [UInt64(1), 2, 3])
    func `invariants 2 to 6 hold over random histories`(absence: String, seed: UInt64) throws {
        var random = Generator(state: seed)
        // Also where a scan is broken off behind each difference, and where the table does not lie in the key's order.
        let world = try World(absence: absence, layout: seed == 3 ? "STRICT" : "STRICT, WITHOUT ROWID")
        world.warehouse.batchSize = [2048, 1, 3][Int(seed) % 3]
        var actual: [Int: [Key: Row]] = [1: [:], 2: [:]]
        var now: Int64 = 1000
        for _ in 0..<Self.steps {
            let place = Int.random(in: 1...2, using: &random)
            now += Int64.random(in: 0...3, using: &random)
            let last = world.truth[place]!.last?.at
            if last == now { now += 1 }
            actual[place] = Self.step(actual[place]!, &random)
            let pages = Self.pages(actual[place]!, &random)
            let isComplete = Int.random(in: 0..<4, using: &random) > 0
            let seen = isComplete ? pages : [pages[0]]
            let before = world.told(place, at: now)
            let snapshot = try world.snapshot(place, seen, at: now, isComplete: isComplete)
            let attempt = try #require(try world.warehouse.apply([snapshot]).first)
            #expect([.complete, .unchanged, .partial].contains(attempt.outcome))

            // Invariants 2 and 4: what it should be now.
            var expected = isComplete && absence == "closes" ? [:] : before
            let decoded = Set(snapshot.pages.flatMap { page in (0..<page.rowCount).map { page.value($0, 0).integer! } })
            for (key, row) in actual[place]! {
                let isSeen = snapshot.pages.contains { page in
                    (0..<page.rowCount).contains {
                        page.value($0, 0) == .integer(Int64(key.id)) && page.value($0, 1) == .text(key.kind)
                    }
                }
                if isSeen { expected[key] = row }
            }
            #expect(decoded.count <= 12)
            #expect(try world.stored(place) == expected)
            world.truth[place]!.append((now, expected))

            // Invariant 5: the same again, written otherwise, writes no data row.
            if isComplete {
                let changes = world.warehouse.connection.totalChanges
                let again = try world.snapshot(
                    place, Self.pages(actual[place]!, &random), at: now + 1, isComplete: true)
                let versions = try world.warehouse.connection.value("SELECT count(*) FROM things_history")
                #expect(try world.warehouse.apply([again]).first?.outcome == .unchanged)
                #expect(try world.warehouse.connection.value("SELECT count(*) FROM things_history") == versions)
                // Its record: a snapshots row and the partition's.
                #expect(world.warehouse.connection.totalChanges - changes <= 3)
                now += 1
                world.truth[place]!.append((now, expected))
            }

            // Invariant 6: an older observation is refused.
            let stale = try world.snapshot(place, [Array("[]".utf8)], at: now - 5, isComplete: true)
            #expect(try world.warehouse.apply([stale]).first?.outcome == .stale)
        }
        // Invariant 4 at every moment, and invariant 3.
        for moment in stride(from: Int64(999), to: now + 2, by: max(Self.steps / 200, 1)) {
            for place in 1...2 { #expect(try world.stored(place, asOf: moment) == world.told(place, at: moment)) }
        }
        let overlapping = """
            SELECT count(*) FROM things_versions a JOIN things_versions b USING (place, id, kind)
            WHERE a.valid_from < b.valid_from AND coalesce(a.valid_to, 1 << 60) > b.valid_from
            """
        #expect(try world.warehouse.connection.value(overlapping) == 0)
        #expect(
            try world.warehouse.connection.value("SELECT count(*) FROM things_history WHERE valid_from >= valid_to")
                == 0)
    }

    @Test func `a partial snapshot is completed by one of the same moment, in place`() throws {
        let world = try World(absence: "closes")
        func body(_ text: String) -> [UInt8] { Array(text.utf8) }
        _ = try world.warehouse.apply([
            world.snapshot(
                1, [body(#"[{"id":1,"kind":"a","price":1},{"id":2,"kind":"a","price":1}]"#)], at: 10, isComplete: true)
        ])
        let partial = try world.snapshot(
            1, [body(#"[{"id":1,"kind":"a","price":2},{"id":3,"kind":"a","price":3}]"#)], at: 20, isComplete: false)
        #expect(try world.warehouse.apply([partial]).first?.outcome == .partial)
        #expect(try world.stored(1).count == 3)
        let whole = try world.snapshot(
            1, [body(#"[{"id":1,"kind":"a","price":2.5},{"id":3,"kind":"a","price":3}]"#)], at: 20, isComplete: true)
        #expect(try world.warehouse.apply([whole]).first?.outcome == .complete)
        #expect(
            try world.stored(1) == [
                Key(id: 1, kind: "a"): Row(price: 2.5, note: nil, flag: false),
                Key(id: 3, kind: "a"): Row(price: 3, note: nil, flag: false),
            ])
        // Row 1 was corrected in place: one version ended, that of moment 10.
        #expect(try world.warehouse.connection.value("SELECT count(*) FROM things_history WHERE id = 1") == 1)
        #expect(try world.warehouse.apply([whole]).first?.outcome == .unchanged)
    }

    @Test func `a snapshot that cannot be written whole leaves nothing, and the others of its group stay`() throws {
        let world = try World(absence: "closes")
        let good = try world.snapshot(1, [Array(#"[{"id":1,"kind":"a","price":1}]"#.utf8)], at: 10, isComplete: true)
        try world.warehouse.connection.execute(
            "CREATE TRIGGER full BEFORE INSERT ON things WHEN new.id = 7 BEGIN SELECT raise(ABORT, 'disk full'); END")
        let bad = try world.snapshot(
            2, [Array(#"[{"id":1,"kind":"a","price":1},{"id":7,"kind":"a","price":1}]"#.utf8)], at: 10, isComplete: true
        )
        #expect(throws: SQLiteError.self) { try world.warehouse.apply([good, bad]) }
        #expect(try world.warehouse.connection.value("SELECT count(*) FROM things") == 0)
        #expect(try world.warehouse.connection.value("SELECT count(*) FROM snapshots") == 0)
        _ = try world.warehouse.apply([good])
        #expect(try world.warehouse.connection.value("SELECT count(*) FROM things") == 1)
    }

    @Test func `lone surrogates are counted in the snapshot's row`() throws {
        let world = try World(absence: "closes")
        let snapshot = try world.snapshot(
            1, [Array(#"[{"id":1,"kind":"a","price":1,"note":"\ud800x"}]"#.utf8)], at: 10, isComplete: true)
        _ = try world.warehouse.apply([snapshot])
        #expect(try world.warehouse.connection.value("SELECT replaced FROM snapshots") == 1)
        #expect(try world.stored(1).values.first?.note == "\u{FFFD}x")
    }
}
