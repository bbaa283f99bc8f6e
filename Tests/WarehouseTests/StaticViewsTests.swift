import SQLite
import Testing

@testable import Warehouse

/// The views that show ESI's static data and the export's as one.
@Suite struct StaticViewsTests {
    private static let now: Int64 = 1_790_510_400
    /// What the views show as one, with the key of each.
    private static let merged = [
        "types": "type_id", "groups": "group_id", "categories": "category_id", "regions": "region_id",
        "constellations": "constellation_id", "systems": "system_id", "stargates": "stargate_id",
        "stations": "station_id",
    ]

    private static let catalogue = Catalogue(Library())
    private let session: Session

    init() throws {
        session = try Session(inMemory: Self.catalogue, now: Self.now)
        session.makeViews([])
    }

    private func insert(_ table: String, _ values: [(String, Value)], type id: Int64, observed: Int64) throws {
        let all = [("type_id", .integer(id)), ("group_id", 18), ("published", 1), ("valid_from", 0)] + values
        let marks = all.map { _ in "?" }.joined(separator: ", ")
        try session.connection.run(
            "INSERT INTO \(table) (\(all.map(\.0).joined(separator: ", "))) VALUES (\(marks))", all.map(\.1))
        let partition = table == "types" ? "type_id=\(id)" : ""
        try session.connection.run(
            """
            INSERT INTO partitions (dataset, partition, observed_at, complete_at) VALUES (?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET observed_at = excluded.observed_at
            """,
            [.text(table), .text(partition), .integer(observed), .integer(observed)])
    }

    private func fill(build: Int64) throws {
        for (id, name, observed) in [(1, "both, older", 100), (2, "both, newer", 300), (3, "ESI's alone", 100)] {
            try insert(
                "types", [("name", .text(name)), ("description", "")], type: Int64(id), observed: Int64(observed))
        }
        for id in [1, 2, 4] as [Int64] { try insert("sde_types", [("name", "export")], type: id, observed: build) }
    }

    @Test func `of what both know the newer word is shown, and each thing once`() throws {
        try fill(build: 200)
        #expect(
            try session.prepare("SELECT type_id, name FROM all_types ORDER BY 1").rows() == [
                [1, "export"], [2, "both, newer"], [3, "ESI's alone"], [4, "export"],
            ])
        // At the same moment the export's.
        try session.connection.run("UPDATE partitions SET observed_at = 300 WHERE dataset = 'sde_types'")
        #expect(try session.prepare("SELECT count(*), sum(name = 'export') FROM all_types").rows() == [[4, 3]])
    }

    @Test func `the packaged volume is ESI's, the volume of what is never assembled, or not known`() throws {
        for (id, category) in [(18, 4), (25, 6)] as [(Int64, Int64)] {
            try session.connection.run(
                "INSERT INTO sde_groups (group_id, name, category_id, published, valid_from) VALUES (?, '', ?, 1, 0)",
                [.integer(id), .integer(category)])
        }
        let volume = ("volume", Value.real(10))
        try insert("sde_types", [("name", "mineral"), volume], type: 1, observed: 200)
        try insert("sde_types", [("name", "large"), ("volume", 1000.0)], type: 2, observed: 200)
        for id in [3, 4] as [Int64] {
            try insert("sde_types", [("name", "ship"), volume], type: id, observed: 200)
            try session.connection.run("UPDATE sde_types SET group_id = 25 WHERE type_id = ?", [.integer(id)])
        }
        try insert(
            "types", [("name", "ship"), ("description", ""), volume, ("packaged_volume", 2.5)], type: 4, observed: 100)
        try insert("types", [("name", "x"), ("description", ""), volume], type: 5, observed: 100)
        #expect(
            try session.prepare("SELECT type_id, packaged_volume FROM all_types ORDER BY 1").rows() == [
                [1, 10.0], [2, .null], [3, .null], [4, 2.5], [5, 10.0],
            ])
        // ESI is asked of the export's types only for what the export does not tell.
        for id in 1...5 as ClosedRange<Int64> {
            try session.connection.run(
                "INSERT INTO public_contract_items VALUES (1, ?, ?, 1, 1, 0, NULL, NULL, NULL, NULL, 0)",
                [.integer(id), .integer(id)])
        }
        let each = try #require(session.catalogue.dataset("types")?.each)
        #expect(try session.connection.query("SELECT type_id FROM (\(each)) ORDER BY 1") == [[2], [3], [4], [5]])
    }

    /// `regions` and the rest are ESI's alone: what reads them would not see the export.
    @Test func `every shipped view, report and rule reads what is shown as one`() {
        for file in Self.catalogue.library.files where file.kind != .dataset {
            guard !file.name.hasPrefix("all_") else { continue }
            let words = file.body.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
            for (word, next) in zip(words, words.dropFirst()) where ["FROM", "JOIN"].contains(word) {
                #expect(Self.merged[String(next)] == nil, "\(file.path) reads \(next), not all_\(next)")
            }
        }
    }

    @Test(arguments: merged.keys.sorted(), [false, true])
    func `a look-up by key in a join is one in each half`(name: String, isPast: Bool) throws {
        let key = try #require(Self.merged[name])
        let db = session.connection
        if isPast { try installAsOf(Self.now, tables: session.catalogue.datasets.map(\.name), on: db) }
        let fill = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 3000) INSERT INTO main."
        for table in [name, "sde_" + name] {
            let dataset = try #require(session.catalogue.dataset(table))
            let columns = dataset.columns.filter { !$0.isNullable || $0.name == key }
            let values = columns.map { $0.name == key ? "i" : $0.storage == "TEXT" ? "'x'" : "1" }
            try db.execute(
                """
                \(fill)\(table) (\(columns.map(\.name).joined(separator: ", ")), valid_from)
                SELECT \(values.joined(separator: ", ")), 0 FROM n
                """)
        }
        try db.execute("CREATE TEMP TABLE wanted AS SELECT 7 AS id UNION ALL SELECT 2900 UNION ALL SELECT 9999")
        for sql in [
            "SELECT a.\(key) FROM wanted AS w CROSS JOIN all_\(name) AS a WHERE a.\(key) = w.id",
            "SELECT (SELECT a.\(key) FROM all_\(name) AS a WHERE a.\(key) = w.id) FROM wanted AS w",
        ] {
            let statement = try db.prepare(sql)
            var rows = 0
            while try statement.step() { rows += statement.value(0) == .null ? 0 : 1 }
            #expect(rows == 2)
            #expect(statement.count(of: .virtualMachineSteps) < 1_000, "\(sql)")
        }
    }
}
