import Foundation
import SQLite
import Testing
import Warehouse

@testable import Rules

@Suite struct ExplanationTests {
    private static let now: Int64 = 1_790_510_400

    @Test func `an explanation tells of each verdict what the rule itself counted`() throws {
        let library = Library()
        let session = try Session(inMemory: Catalogue(library), now: Self.now)
        let book = RuleBook(library)
        session.makeViews(
            try book.rules.map { .init(name: $0.viewName, sql: try $0.sql(settings: [:], now: Self.now)) })
        let fixture = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Golden/fixture.sql")
        try session.connection.execute(try String(contentsOf: fixture, encoding: .utf8))
        let rule = try #require(book.rule("contract-outbid"))
        let explanation = try #require(try RuleBook.explanation(of: rule, in: library))
        let verdicts = rule.evaluate(in: session)
        func value(_ row: [Value], _ column: String) -> Value {
            verdicts.columns.firstIndex { $0.name == column }.map { row[$0] } ?? .null
        }
        var ahead: Int64 = 0
        for verdict in verdicts.rows {
            let id = value(verdict, "contract_id").plainText
            let sql = try explanation.sql(of: rule, settings: [:], key: ["contract_id": id], now: Self.now)
            let query = try session.prepare(sql, kinds: explanation.columns)
            let rows = try query.rows()
            func cell(_ row: [Value], _ column: String) -> Value {
                query.columns.firstIndex { $0.name == column }.map { row[$0] } ?? .null
            }
            #expect(rows.first.map { cell($0, "who") } == "mine", "\(id)")
            #expect(rows.count { cell($0, "who") == "mine" } == 1, "\(id)")
            let better = rows.filter { cell($0, "condition") == "better" }
            #expect(value(verdict, "ahead") == .integer(Int64(better.count)), "\(id)")
            ahead += Int64(better.count)
            // The best comes first.
            let kept = rows.filter { cell($0, "is_kept") == 1 }
            #expect(kept.first.map { cell($0, "contract_id") } ?? .null == value(verdict, "rival_contract_id"), "\(id)")
            #expect(Set(rows.map { cell($0, "contract_id") }).count == rows.count, "\(id): a row twice")
        }
        #expect(ahead > 1, "the fixture has nothing for it")
    }

    private func explained(rule body: String, _ explanation: String) throws -> [[Value]] {
        let head = "/*---\ntitle: x\nkey: [id]\nparameters: { least: { type: integer, default: 2 } }\n---*/\n"
        let rule = try Rule(
            StoredFile(
                kind: .rule, name: "dear", path: "queries/rules/dear.sql", origin: .shipped, text: head + body))
        let file = try StoredFile(
            kind: .explain, name: "dear", path: "queries/explain/dear.sql", origin: .shipped,
            text: "/*---\ntitle: x\n---*/\n" + explanation)
        let sql = try Explanation(file).sql(of: rule, settings: ["least": "3"], key: ["id": "7"], now: 0)
        return try Connection(path: ":memory:", mode: .create).query(sql)
    }

    @Test func `it sees the tables of the rule and its parameters, with tables of its own or without`() throws {
        let rule =
            "-- SELECT\nWITH seen (id) AS (SELECT ')' WHERE 0 UNION ALL SELECT 7), b AS (SELECT 1 AS \"SELECT\") SELECT id FROM seen"
        #expect(try explained(rule: rule, "SELECT id, :least, :id FROM seen, b") == [[7, 3, 7]])
        #expect(
            try explained(rule: rule, "/* why */ with twice AS (SELECT id * 2 AS id FROM seen) SELECT id FROM twice")
                == [[14]])
        #expect(try explained(rule: "SELECT 1 AS id", "SELECT :id || 'x'") == [["7x"]])
        #expect(try explained(rule: "SELECT 1 AS id", "WITH a AS (SELECT 5 AS n) SELECT n FROM a") == [[5]])
    }
}
