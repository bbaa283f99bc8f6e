import Foundation
import SQLite
import Testing
import Warehouse

@testable import Rules

@Suite struct BacktestTests {
    private static let start: Int64 = 1_764_000_000

    /// Orders of a type whose price changes with each snapshot: dear ones fire.
    private func warehouse(prices: [(after: Int64, price: Double?)]) throws -> (path: String, catalogue: Catalogue) {
        let path = FileManager.default.temporaryDirectory.path + "/esiwh-backtest-\(UUID().uuidString).sqlite"
        let catalogue = Catalogue(Library())
        let warehouse = try Warehouse(path: path, catalogue: catalogue, now: Self.start)
        let columns = "region_id, type_id, date, average, highest, lowest, order_count, volume, valid_from"
        for (index, (after, price)) in prices.enumerated() {
            let from = Self.start + after
            try warehouse.connection.run(
                """
                INSERT INTO snapshots (dataset, partition, observed_at, last_at, fetched_at, outcome)
                VALUES ('market_history', 'x', ?1, ?1, ?1, 'complete')
                """, [.integer(from)])
            guard let price else { continue }
            let until = prices[(index + 1)...].first.map { Self.start + $0.after }
            let values: [Value] = [10_000_002, 34, "2026-01-01", .real(price), 1, 1, 1, 1, .integer(from)]
            let marks = values.map { _ in "?" }.joined(separator: ", ")
            if let until {
                try warehouse.connection.run(
                    "INSERT INTO market_history_history (\(columns), valid_to) VALUES (\(marks), ?)",
                    values + [.integer(until)])
            } else {
                try warehouse.connection.run("INSERT INTO market_history (\(columns)) VALUES (\(marks))", values)
            }
        }
        return (path, catalogue)
    }

    private func backtest(
        _ prices: [(after: Int64, price: Double?)], to end: Int64, _ frontMatter: String = ""
    ) throws -> Backtest.Result {
        let (path, catalogue) = try warehouse(prices: prices)
        let text = """
            /*---
            title: Too dear
            key: [type_id]
            \(frontMatter)
            ---*/
            SELECT type_id, CASE WHEN average > 10 THEN 'firing' WHEN average < 0 THEN 'unknown' ELSE 'clear' END AS state,
                average, as_of() AS as_of
            FROM market_history
            """
        let rule = try Rule(
            StoredFile(kind: .rule, name: "too-dear", path: "queries/rules/too-dear.sql", origin: .shipped, text: text))
        let session = try Session(
            path: path, catalogue: catalogue, settings: Settings(),
            rules: [.init(name: rule.viewName, sql: try rule.sql(settings: [:], now: 0))], asOf: Self.start)
        let backtest = Backtest(rule, try rule.policy(settings: [:]), in: session)
        let steps = try backtest.steps(from: Self.start, to: Self.start + end, every: 100)
        return try backtest.run(steps) { _ in }
    }

    private func shown(_ life: Backtest.Life) -> String {
        let moments = [life.pendingAt, life.firedAt, life.endedAt].map { $0.map { "\($0 - Self.start)" } ?? "-" }
        let price = life.verdict[2].plainText
        return
            "\(life.state) \(moments.joined(separator: " ")) \(price) told \(life.told)\(life.isBaseline ? " baseline" : "")"
    }

    @Test func `the alerts are those that running it at each moment would have raised`() throws {
        let result = try backtest(
            [(0, 20), (150, 5), (250, 30), (350, -1), (450, 40), (1000, 7), (1150, 50)], to: 1200)
        #expect(
            result.lives.map(shown) == [
                "resolved - 0 150 20.0 told 1 baseline", "resolved - 250 1000 30.0 told 2",
                "firing - 1150 - 50.0 told 1",
            ])
        // 0, 200 (of 150), 300, 400, 500, 1000, 1200: between them nothing was observed.
        #expect(result.evaluations == 7)
        #expect(result.fault == nil)
    }

    @Test func `a pending alert waits for its time, and one that is short is none`() throws {
        let result = try backtest(
            [(0, 5), (100, 20), (200, 5), (300, 20), (400, 21), (600, 22)], to: 700, "for: 4m")
        #expect(
            result.lives.map(shown) == ["inactive 100 - 200 20.0 told 0", "firing 300 600 - 22.0 told 1"])
    }

    @Test func `before the span only the newest observation counts`() throws {
        let (path, catalogue) = try warehouse(prices: [(-500, 1), (-300, 20), (50, 5)])
        let session = try Session(path: path, catalogue: catalogue, settings: Settings(), asOf: Self.start)
        let datasets = try session.datasets(readBy: "SELECT * FROM market_history")
        let moments = try session.moments(of: datasets, from: Self.start, to: Self.start + 100)
        #expect(moments == [Self.start - 300, Self.start + 50])
    }

    @Test func `a rule that is broken at a moment holds what was`() throws {
        let (path, catalogue) = try warehouse(prices: [(0, 5), (100, 20), (200, 21)])
        let text = """
            /*---
            title: Too dear
            key: [type_id]
            ---*/
            SELECT type_id, CASE WHEN average > 20 THEN 'odd' WHEN average > 10 THEN 'firing' ELSE 'clear' END AS state
            FROM market_history
            """
        let rule = try Rule(
            StoredFile(kind: .rule, name: "too-dear", path: "queries/rules/too-dear.sql", origin: .shipped, text: text))
        let session = try Session(
            path: path, catalogue: catalogue, settings: Settings(),
            rules: [.init(name: rule.viewName, sql: try rule.sql(settings: [:], now: 0))], asOf: Self.start)
        let backtest = Backtest(rule, AlertPolicy(), in: session)
        let result = try backtest.run(try backtest.steps(from: Self.start, to: Self.start + 300, every: 100)) { _ in }
        #expect(result.broken == 1 && result.evaluations == 3)
        #expect(result.fault?.contains("\"odd\"") == true)
        #expect(result.lives.map(\.state) == [.firing])
    }
}
