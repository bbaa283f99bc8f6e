import Foundation
import SQLite
import Testing

@testable import Warehouse

/// How snapshots are written, beyond the invariants that InvariantTests holds them to.
@Suite struct ApplyTests {
    typealias Key = InvariantTests.Key
    typealias Row = InvariantTests.Row

    private static func rows(_ count: Int, price: Double = 1) -> [Key: Row] {
        Dictionary(
            uniqueKeysWithValues: (0..<count).map {
                (Key(id: $0, kind: "a"), Row(price: price + Double($0), note: "note \($0)", flag: false))
            })
    }

    private static func page(_ rows: [Key: Row], _ random: inout InvariantTests.Generator) -> [[UInt8]] {
        InvariantTests.pages(rows, &random)
    }

    /// The numbers of the pages that the write-ahead log holds.
    private static func loggedPages(_ path: String) throws -> [UInt32] {
        let log = [UInt8](try Data(contentsOf: URL(filePath: path + "-wal")))
        func number(_ offset: Int) -> UInt32 { log[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) } }
        // A header of 32 bytes, then frames: 24 bytes that begin with the page's number, and the page.
        guard log.count > 32 else { return [] }
        return stride(from: 32, to: log.count, by: 24 + Int(number(8))).map(number)
    }

    @Test func `invariant 5: the same content again writes no page of the tables`() throws {
        let folder = NSTemporaryDirectory() + "esiwh-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }  // what is left lies in a temporary folder
        let path = folder + "/warehouse.sqlite"
        var random = InvariantTests.Generator(state: 5)
        let world = try InvariantTests.World(absence: "closes", path: path)
        let connection = world.warehouse.connection
        func apply(_ rows: [Key: Row], at moment: Int64) throws -> AttemptOutcome? {
            _ = try connection.query("PRAGMA wal_checkpoint(TRUNCATE)")
            let snapshot = try world.snapshot(1, Self.page(rows, &random), at: moment, isComplete: true)
            return try world.warehouse.apply([snapshot]).first?.outcome
        }
        #expect(try apply(Self.rows(3000), at: 10) == .complete)
        #expect(try apply(Self.rows(3000, price: 2), at: 20) == .complete)
        let pages = try connection.query(
            "SELECT pageno FROM dbstat WHERE name LIKE 'things%' OR name LIKE '%_things_%'")
        let tables = Set(pages.compactMap { $0[0].integer.map(UInt32.init) })
        #expect(tables.count > 10)
        #expect(try !tables.isDisjoint(with: Self.loggedPages(path)))

        #expect(try apply(Self.rows(3000, price: 2), at: 30) == .unchanged)
        let logged = try Self.loggedPages(path)
        #expect(!logged.isEmpty, "its record is written")
        #expect(tables.isDisjoint(with: logged))
    }

    @Test func `a snapshot of many batches numbers its versions in one range`() throws {
        var random = InvariantTests.Generator(state: 6)
        let world = try InvariantTests.World(absence: "closes")
        world.warehouse.batchSize = 7
        let later = Self.rows(100, price: 2).filter { $0.key.id % 3 > 0 }
        for (moment, rows) in [(Int64(10), Self.rows(100)), (20, later)] {
            let snapshot = try world.snapshot(1, Self.page(rows, &random), at: moment, isComplete: true)
            _ = try world.warehouse.apply([snapshot])
        }
        let connection = world.warehouse.connection
        let record = try connection.query(
            "SELECT added, changed, removed, first_version_id, last_version_id FROM snapshots WHERE observed_at = 20")
        #expect(record == [[0, 66, 34, 1, 100]])
        #expect(try connection.value("SELECT count(*) FROM things_history WHERE version_id BETWEEN 1 AND 100") == 100)
        #expect(try world.stored(1) == later)
        #expect(try world.stored(1, asOf: 19) == Self.rows(100))
    }

    @Test func `a first load builds its indexes behind the rows and leaves the cache as it was`() throws {
        var random = InvariantTests.Generator(state: 7)
        let world = try InvariantTests.World(absence: "closes")
        let connection = world.warehouse.connection
        let cache = try connection.value("PRAGMA cache_size")
        let snapshot = try world.snapshot(1, Self.page(Self.rows(10_000), &random), at: 10, isComplete: true)
        #expect(try world.warehouse.apply([snapshot]).first?.added == 10_000)
        #expect(
            try connection.value("SELECT count(*) FROM things INDEXED BY things_by_price WHERE price > 0") == 10_000)
        #expect(try connection.value("PRAGMA integrity_check") == "ok")
        #expect(try connection.value("PRAGMA cache_size") == cache)
    }

    /// A table without partitions whose rows lie as they came.
    @Test func `rows that do not lie in the order of their key are compared in it`() throws {
        let text = """
            /*---
            title: Heaps
            route: GET /heaps
            ---*/
            CREATE TABLE heaps (
                id INTEGER NOT NULL, kind TEXT NOT NULL, price REAL NOT NULL, valid_from INTEGER NOT NULL,
                PRIMARY KEY (kind, id)
            ) STRICT;
            """
        let shipped = embeddedFiles.filter { $0.key.hasPrefix("schema/core/") }
        let catalogue = Catalogue(Library(shipped: shipped.merging(["schema/datasets/heaps.sql": text]) { $1 }))
        let dataset = try #require(catalogue.dataset("heaps"))
        let warehouse = try Warehouse(path: ":memory:", catalogue: catalogue, now: 0)
        warehouse.batchSize = 2
        func apply(_ rows: [(Int, String, Double)], at moment: Int64) throws -> Attempt? {
            let body = rows.map { #"{"id":\#($0.0),"kind":"\#($0.1)","price":\#($0.2)}"# }.joined(separator: ",")
            let snapshot = Snapshot(
                dataset: dataset, partition: Partition([]), observedAt: moment, fetchedAt: moment,
                pages: [try dataset.decodePlan().decode(Array("[\(body)]".utf8))])
            return try warehouse.apply([snapshot]).first
        }
        let first = (0..<20).map { ($0 * 7 % 20, ["b", "a"][$0 % 2], 1.0) }
        let second = first.dropFirst(3).map { ($0.0, $0.1, $0.0 < 5 ? 2.0 : 1.0) } + [(99, "a", 1)]
        #expect(try apply(first, at: 10)?.added == 20)
        let attempt = try #require(try apply(second.reversed(), at: 20))
        let changed = second.filter { $0.2 == 2 }.count
        #expect(attempt.added == 1 && attempt.changed == changed && attempt.removed == 3)
        #expect(try apply(second, at: 30)?.outcome == .unchanged)
    }

    @Test func `rows are sorted by their integer, the equal ones as they came`() {
        var random = InvariantTests.Generator(state: 8)
        let rows = (0..<5000).map { index in
            let key = Int64.random(in: -40...40, using: &random) &* (index % 2 == 0 ? 1 : 1 << 40)
            return KeyedRow(key: UInt64(bitPattern: key) ^ (1 << 63), row: RowReference(page: 0, row: index))
        }
        let expected = rows.sorted { ($0.key, $0.row.row) < ($1.key, $1.row.row) }
        let sorted = KeyedRow.sorted(rows)
        #expect(sorted.map(\.row) == expected.map(\.row))
        #expect(!KeyedRow.check(rows).isSorted)
        #expect(KeyedRow.check(sorted).isSorted)
        #expect(!KeyedRow.check(sorted).isUnique)
        #expect(Int64(bitPattern: sorted[0].key ^ (1 << 63)) < 0)
    }

    @Test func `a table of more columns than can be compared is refused`() throws {
        let columns = (0..<130).map { "c\($0) INTEGER," }.joined(separator: "\n")
        let text = """
            /*---
            title: Wide
            route: GET /wide
            ---*/
            CREATE TABLE wide (id INTEGER PRIMARY KEY, \(columns) valid_from INTEGER NOT NULL) STRICT;
            """
        let file = try StoredFile(
            kind: .dataset, name: "wide", path: "schema/datasets/wide.sql", origin: .shipped, text: text)
        let error = #expect(throws: FileError.self) { try Dataset(file) }
        #expect(error?.message == "131 columns; 125 can be compared with an answer")
    }

    @Test func `a table that does not lie in the order of its key is not compared`() throws {
        var random = InvariantTests.Generator(state: 9)
        let world = try InvariantTests.World(absence: "closes")
        func apply(at moment: Int64) throws {
            let snapshot = try world.snapshot(1, Self.page(Self.rows(5), &random), at: moment, isComplete: true)
            _ = try world.warehouse.apply([snapshot])
        }
        try apply(at: 10)
        try world.warehouse.connection.execute(
            """
            CREATE TABLE copy (
                place INTEGER NOT NULL, id INTEGER NOT NULL, kind TEXT NOT NULL, price REAL NOT NULL, note TEXT,
                flag INTEGER NOT NULL DEFAULT 0, valid_from INTEGER NOT NULL, PRIMARY KEY (place, id DESC, kind)
            ) STRICT, WITHOUT ROWID;
            INSERT INTO copy SELECT * FROM things; DROP VIEW things_versions; DROP TABLE things;
            ALTER TABLE copy RENAME TO things;
            """)
        let error = #expect(throws: SQLiteError.self) { try apply(at: 20) }
        #expect(error?.message == "rows are not in the order of their key")
        #expect(try world.warehouse.connection.value("SELECT max(observed_at) FROM snapshots") == 10)
    }

    @Test(arguments: [
        ("kind TEXT NOT NULL, id INTEGER NOT NULL", "kind, id DESC", "id DESC"),
        ("kind TEXT NOT NULL COLLATE nocase, id INTEGER NOT NULL", "kind, id", "kind COLLATE nocase"),
    ])
    func `a key in another order is refused`(columns: String, key: String, named: String) throws {
        let text = """
            /*---
            title: Ordered
            route: GET /ordered
            ---*/
            CREATE TABLE ordered (\(columns), valid_from INTEGER NOT NULL, PRIMARY KEY (\(key))) STRICT, WITHOUT ROWID;
            """
        let file = try StoredFile(
            kind: .dataset, name: "ordered", path: "schema/datasets/ordered.sql", origin: .shipped, text: text)
        let error = #expect(throws: FileError.self) { try Dataset(file) }
        #expect(error?.message == "the primary key is in another order: \(named)")
    }
}
