import FoundationEssentials
import Testing

@testable import esiwh

/// `esiwh query --chart` and `--format svg` over a small warehouse.
@Suite struct ChartCommandTests {
    private static let environment = ["ESIWH_NOW": "2025-11-24T16:00:00Z"]

    private func run(_ arguments: [String], _ environment: [String: String] = [:]) async throws -> Run {
        let home = try marketHome()
        let report = { (chart: String) in
            """
            /*---
            title: Prices
            \(chart)
            ---*/
            SELECT order_id, price, range FROM market_orders WHERE order_id <> 2 ORDER BY order_id
            """
        }
        try home.write(report("chart: { kind: bar, x: order_id, y: price }"), to: "sql/reports/prices.sql")
        try home.write(report("chart: { kind: bar, x: order_id, y: range }"), to: "sql/reports/texts.sql")
        try home.write(report("chart: { kind: bar, x: order_id, y: colour }"), to: "sql/reports/missing.sql")
        return await Run(arguments, home: home, environment: Self.environment.merging(environment) { $1 })
    }

    @Test func `a chart is as wide as the terminal, and ASCII where there is no more`() async throws {
        let run = try await run(["query", "prices", "--chart"], ["COLUMNS": "30", "LC_ALL": "C.UTF-8"])
        #expect(run.err == "")
        #expect(run.out == "Prices\nprice\n1 █▍                     5.50\n3 ██████████████████████   90\n")
        let plain = try await self.run(["query", "prices", "--chart"], ["COLUMNS": "30", "LANG": "C"])
        #expect(plain.out == "Prices\nprice\n1 *                      5.50\n3 **********************   90\n")
    }

    @Test func `rows are drawn as they are written, cut where asked for`() async throws {
        let run = try await run(["query", "prices", "--chart", "--max-rows", "1"], ["COLUMNS": "30"])
        #expect(run.out.split(separator: "\n").count == 3)
        #expect(run.err == "esiwh: cut after 1 rows; --max-rows 0 draws them all\n")
    }

    @Test func `svg is a format of its own`() async throws {
        let run = try await run(["query", "prices", "--format", "svg"])
        #expect(run.err == "")
        #expect(run.out.hasPrefix("<svg ") && run.out.hasSuffix("</svg>\n"))
        #expect(run.out.contains("<title id=\"title\">Prices</title>"))
        #expect(run.out.contains("price from 5.50 to 90."))
    }

    @Test(
        arguments: [
            (["orders", "--chart"], .usage, "the report orders has no chart; docs/charts.md tells how it gets one"),
            (
                ["SELECT 1", "--chart"], .usage,
                "SQL of your own has no chart; save it as a report and name x and y in its front matter"
            ),
        ] as [([String], CommandStatus, String)])
    func `what has no chart says how to get one`(
        arguments: [String], status: CommandStatus, message: String
    ) async throws {
        let run = try await run(["query"] + arguments)
        #expect(run.status == status)
        #expect(run.err == "esiwh: \(message)\n")
        #expect(run.out == "")
    }

    @Test func `a column that is no number, or not there, is named with the file`() async throws {
        let texts = try await run(["query", "texts", "--chart"])
        #expect(texts.status == .badData)
        #expect(texts.err.hasSuffix("/sql/reports/texts.sql: range is no number, so it cannot be drawn\n"))
        let check = try await run(["sql", "check"])
        #expect(check.status == .badData)
        let expected = "/sql/reports/missing.sql:3: the result has no column colour; it has order_id, price, range"
        #expect((check.err + check.out).contains(expected), "\(check)")
    }

    @Test(arguments: [["--chart", "--explain"], ["--chart", "--format", "csv"], ["--format", "svg", "--explain"]])
    func `what cannot go together is refused`(options: [String]) async throws {
        let run = try await run(["query", "prices"] + options)
        #expect(run.status == .usage)
        #expect(run.out == "")
    }
}
