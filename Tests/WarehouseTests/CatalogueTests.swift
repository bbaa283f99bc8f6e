import SQLite
import Testing

@testable import Warehouse

/// What a dataset's file may say, and what is wrong with one that says something else.
@Suite struct CatalogueTests {
    private func catalogue(_ files: [String: String]) -> Catalogue {
        let core = embeddedFiles.filter { $0.key.hasPrefix("schema/core/") }
        let datasets = Dictionary(uniqueKeysWithValues: files.map { ("schema/datasets/\($0).sql", $1) })
        return Catalogue(Library(shipped: core.merging(datasets) { $1 }))
    }

    private func dataset(
        _ name: String, _ head: String, columns: String = "a INTEGER NOT NULL, b INTEGER NOT NULL, PRIMARY KEY (a, b)"
    ) -> String {
        "/*---\ntitle: \(name)\n\(head)\n---*/\nCREATE TABLE \(name) (valid_from INTEGER NOT NULL, \(columns)) STRICT;\n"
    }

    private func message(_ head: String, columns: String = "a INTEGER PRIMARY KEY") -> String? {
        catalogue(["t": dataset("t", head, columns: columns)]).faults.first?.description
    }

    @Test func `a query parameter in braces is bound by each partition, like one of the path`() throws {
        let head = "route: GET /x/{a}\nquery: { fixed: 1, q: \"{b}\" }\neach: SELECT 1 AS a, 2 AS b"
        let found = catalogue(["t": dataset("t", head)])
        #expect(found.faults.isEmpty)
        let dataset = try #require(found.dataset("t"))
        #expect(dataset.route?.parameters == ["a", "b"])
        #expect(dataset.route?.query.map(\.parameter) == [nil, "b"])
        #expect(dataset.partitionColumns == ["a", "b"] && dataset.rowKey.isEmpty)
        let missing = message("route: GET /x\nquery: { q: \"{b}\" }\neach: SELECT 2 AS b")
        #expect(missing?.contains("no column for the route's parameter b") == true, "\(missing ?? "")")
    }

    @Test func `statuses that say no such thing, and datasets asked by name only`() throws {
        let found = catalogue(["t": dataset("t", "route: GET /x\nnegative: [400, 520]\ningest: named")])
        #expect(found.dataset("t")?.negative == [400, 520])
        #expect(found.dataset("t")?.isOnlyByName == true)
        #expect(message("route: GET /x\nnegative: [200]")?.contains("not a list of HTTP statuses") == true)
        #expect(message("route: GET /x\ningest: never")?.contains("use one of due, named") == true)
    }

    @Test func `a table may be called history, but not as another one's past is`() throws {
        let file = { dataset($0, "route: GET /x") }
        #expect(catalogue(["market_history": file("market_history")]).faults.isEmpty)
        let clash = catalogue(["market": file("market"), "market_history": file("market_history")])
        #expect(clash.datasets.map(\.name) == ["market"])
        #expect(clash.faults.first?.message == "market_history holds the past of schema/datasets/market.sql")
    }

    @Test func `as of the past a table called history is seen, and what lies behind it is not`() throws {
        let catalogue = catalogue(["market_history": dataset("market_history", "route: GET /x")])
        let session = try Session(inMemory: catalogue, now: 9)
        let connection = session.connection
        try connection.execute("INSERT INTO market_history VALUES (1, 2, 3), (8, 2, 4)")
        let past = try installAsOf(5, tables: ["market_history"], on: connection)
        try Guard.install(on: connection, asOf: past)
        #expect(try connection.value("SELECT count(*) FROM market_history") == 1)
        #expect(throws: SQLiteError.self) { try connection.value("SELECT count(*) FROM market_history_history") }
        #expect(throws: SQLiteError.self) { try connection.value("SELECT count(*) FROM main.market_history") }
    }
}
