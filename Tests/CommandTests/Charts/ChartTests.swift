import Foundation
import SQLite
import Testing
import Warehouse

@testable import esiwh

/// Charts are rows in, text out. The golden ones are in Tests/Golden/charts; `ESIWH_WRITE_GOLDEN=1` writes them.
@Suite struct ChartTests {
    private static let ascii = ChartStyle(width: 60, height: 8, isUnicode: false)
    private static let style = ChartStyle(width: 60, height: 8)

    static func declaration(_ chart: String) throws -> ChartDeclaration {
        let text = "/*---\ntitle: A chart\nchart: \(chart)\n---*/\nSELECT 1 AS x, 2 AS y\n"
        let file = try StoredFile(
            kind: .report, name: "chart", path: "queries/reports/chart.sql", origin: .shipped, text: text)
        return try #require(try ChartDeclaration.of(file))
    }

    static func data(_ chart: String, _ columns: [OutputColumn], _ rows: [[Value]]) throws -> ChartData {
        try ChartData(declaration(chart), title: "A <chart> & \u{1b}[31m", columns: columns, rows: rows)
    }

    private func line(_ values: [Value]) throws -> ChartData {
        let rows = values.enumerated().map { [Value.integer(Int64($0)), $1] }
        return try Self.data("{ kind: line, x: x, y: y }", [OutputColumn("x"), OutputColumn("y")], rows)
    }

    // MARK: What is drawn

    @Test(arguments: ["line", "bar", "depth"], ["text", "ascii", "svg"])
    func `a chart is drawn as its golden text`(kind: String, form: String) throws {
        let data = try Self.sample(kind)
        let text =
            switch form {
            case "svg": SVGChart.draw(data)
            case "ascii": TextChart.draw(data, Self.ascii)
            default: TextChart.draw(data, Self.style)
            }
        try Golden.expect(text, "charts/\(kind).\(form == "svg" ? "svg" : form + ".txt")")
    }

    /// Prices with a gap of two days, one day by itself, and a second line; a book; changes to both sides of zero.
    private static func sample(_ kind: String) throws -> ChartData {
        switch kind {
        case "line":
            let prices: [(Double?, Double)] = [
                (4.05, 4.1), (4.12, 4.11), (4.3, 4.15), (nil, 4.15), (nil, 4.15), (4.42, 4.2), (nil, 4.22), (4.11, 4.2),
                (4.02, 4.17), (3.98, 4.12),
            ]
            let rows = prices.enumerated().map { day, price in
                [.text("2026-09-\(day + 10)"), price.0.map(Value.real) ?? .null, .real(price.1)] as [Value]
            }
            return try data(
                "{ kind: line, x: date, y: [average, ema_5] }",
                [OutputColumn("date"), OutputColumn("average", .isk), OutputColumn("ema_5", .isk)], rows)
        case "bar":
            let rows: [[Value]] = [
                ["Tritanium", .real(12.5), 1_250_000],
                ["A <very> long name of something & more", .real(-40), 3_000_000],
                ["Nothing", .real(0), .null], ["Little", .real(0.01), 10], ["日本", .real(80), 2_000_000_000],
            ]
            return try data(
                "{ kind: bar, x: type, y: [change] }",
                [OutputColumn("type"), OutputColumn("change"), OutputColumn("n")],
                rows)
        default:
            let rows: [[Value]] = [
                ["ask", .real(5), 100], ["ask", .real(5.2), 400], ["ask", .real(6), 450], ["bid", .real(4.8), 50],
                ["bid", .real(4.5), 700], ["bid", .real(4), 720],
            ]
            return try data(
                "{ kind: depth, x: price, y: total, series: side }",
                [OutputColumn("side"), OutputColumn("price", .isk), OutputColumn("total")], rows)
        }
    }

    @Test func `bars of several columns tell apart without colours`() throws {
        let columns = [OutputColumn("hub"), OutputColumn("bid"), OutputColumn("ask")]
        let data = try Self.data(
            "{ kind: bar, x: hub, y: [bid, ask] }", columns, [["Jita", 4, 8], ["Amarr", 2, .null]])
        let text = TextChart.draw(data, ChartStyle(width: 20))
        #expect(
            text == """
                A <chart> & \\u{1b}[31m
                █ bid   ▒ ask
                Jita  █████▌      4
                      ▒▒▒▒▒▒▒▒▒▒▒ 8
                Amarr ██▊         2
                                  -

                """)
    }

    // MARK: Data that are odd

    @Test(arguments: [[], [.null, .null], [.real(.infinity)]] as [[Value]])
    func `without data it says so`(values: [Value]) throws {
        #expect(TextChart.draw(try line(values), Self.style).hasSuffix("\nno data\n"))
        let svg = SVGChart.draw(try line(values))
        #expect(svg.contains(">no data</text>"))
        #expect(svg.contains("<desc id=\"desc\">No data.</desc>"))
    }

    @Test(
        arguments: [
            [5], [5, 5, 5], [0, 0], [.real(-1e308), .real(1e308)], [.real(1e300), .real(1.1e300)], [.real(1e-300), 0],
            [-5, -7, -6], [.integer(.min), .integer(.max)], [.real(.greatestFiniteMagnitude)], [.null, 3, .null],
            [.real(1e15), .real(1e15 + 1)], [.real(0.1), .real(0.1 + 1e-17)],
            [1, .real(.infinity), .real(-.infinity), 2],
        ] as [[Value]])
    func `one point, equal values, gaps and numbers without end are drawn inside the frame`(values: [Value]) throws {
        for style in [Self.style, Self.ascii] {
            let text = TextChart.draw(try line(values), style)
            let lines = text.split(separator: "\n")
            #expect(lines.count == 12, "\(text)")
            #expect(lines.dropFirst().allSatisfy { DisplayWidth.of(String($0)) <= style.width }, "\(text)")
            let dots = lines[2..<10].joined().filter { $0 == "*" || ("\u{2801}"..."\u{28ff}").contains($0) }
            #expect(!dots.isEmpty, "\(text)")
        }
        let svg = SVGChart.draw(try line(values))
        #expect(!svg.lowercased().contains("nan") && !svg.contains("inf"), "\(svg)")
        let places = svg.split(separator: "<").filter { $0.hasPrefix("path") || $0.hasPrefix("circle") }.joined()
            .split { !"-0123456789.".contains($0) }.compactMap { Double($0) }
        #expect(places.allSatisfy { $0 >= 0 && $0 <= 960 }, "\(svg)")
    }

    @Test func `a gap stays a gap`() throws {
        let whole = TextChart.draw(try line([1, 1, 1, 1, 1]), Self.ascii)
        let gap = TextChart.draw(try line([1, 1, .null, 1, 1]), Self.ascii)
        func marks(_ text: String) -> Int { text.count { $0 == "*" } }
        #expect(marks(whole) == 54, "\(whole)")
        #expect((20...30).contains(marks(gap)), "\(gap)")
        #expect(SVGChart.draw(try line([1, 1, .null, 1, 1])).components(separatedBy: "<path").count == 3)
    }

    @Test func `a value that is no number is refused by its name`() throws {
        #expect(throws: ChartError(description: "y is no number, so it cannot be drawn")) { try line(["five"]) }
        #expect(throws: ChartError(description: "the result has no column y")) {
            try Self.data("{ kind: bar, x: x, y: y }", [OutputColumn("x")], [])
        }
    }

    @Test func `points without a place along x are left out, and the others are put in order`() throws {
        let data = try Self.data(
            "{ kind: line, x: x, y: y }", [OutputColumn("x", .timestamp), OutputColumn("y")],
            [[.integer(86400), 2], [.null, 9], [.integer(0), 1]])
        #expect(data.axis == .moments)
        #expect(data.series[0].points.map(\.y) == [1, 2])
        #expect(data.series[0].points.map(\.label) == ["1970-01-01", "1970-01-02"])
    }

    // MARK: Scales

    @Test(
        arguments: [
            (0, 10, ["0", "5", "10"]), (4.02, 4.13, ["4.00", "4.05", "4.10", "4.15"]),
            (0, 1.7e9, ["0", "1 B", "2 B"]), (-40, 80, ["-50", "0", "50", "100"]),
            (9_400, 9_900, ["9.4 k", "9.6 k", "9.8 k", "10.0 k"]), (7, 7, ["6.5", "7.0", "7.5"]),
            (0, 20_000, ["0", "10 k", "20 k"]),
        ] as [(Double, Double, [String])])
    func `ticks are round numbers`(low: Double, high: Double, expected: [String]) {
        #expect(ChartText.numbers(ChartScale(low: low, high: high, count: 3, isWide: true)) == expected)
    }

    @Test(
        arguments: [
            (0, 7 * 86400, 86400 * 2), (0, 3600, 900), (0, 400 * 86400, 91 * 86400),
            (0, 30 * 365 * 86400, 3640 * 86400),
        ] as [(Double, Double, Double)])
    func `ticks are round times`(from: Double, to: Double, step: Double) {
        let scale = ChartScale(from: from, to: to, count: 5)
        #expect(scale.step == step)
        #expect(scale.ticks.allSatisfy { $0 >= from && $0 <= to })
        #expect((2...6).contains(scale.ticks.count))
    }

    // MARK: Colours and escapes

    @Test func `colours are around the drawing only, and texts of strangers stay visible`() throws {
        let data = try Self.sample("bar")
        let plain = TextChart.draw(data, Self.style)
        let coloured = TextChart.draw(data, ChartStyle(width: 60, height: 8, isColoured: true))
        #expect(!plain.contains("\u{1b}"))
        #expect(plain.hasPrefix("A <chart> & \\u{1b}[31m\n"))
        #expect(coloured.contains("\u{1b}[36m█"))
        #expect(coloured.replacing("\u{1b}[36m", with: "").replacing("\u{1b}[0m", with: "") == plain)
    }

    @Test func `an SVG stands by itself and escapes what it shows`() throws {
        let svg = SVGChart.draw(try Self.sample("bar"))
        #expect(svg.hasPrefix("<svg xmlns=\"http://www.w3.org/2000/svg\""))
        #expect(svg.contains("role=\"img\" aria-labelledby=\"title desc\""))
        #expect(svg.contains("<title id=\"title\">A &lt;chart&gt; &amp; \\u{1b}[31m</title>"))
        #expect(svg.contains("A &lt;very&gt; long name of something &amp; more"))
        #expect(svg.contains("prefers-color-scheme: dark"))
        for outside in ["href", "url(", "<script", "@import"] { #expect(!svg.contains(outside), "\(outside)") }
    }

    // MARK: Declarations

    @Test(arguments: [
        ("red", "chart: not a map; write chart: { kind: line, x: date, y: [average] }"),
        ("{ kind: pie, x: x, y: y }", "chart: no usable kind; give one of line, bar, depth"),
        ("{ kind: line, y: y }", "chart: no column for x; write chart: { kind: line, x: date, y: [average] }"),
        ("{ kind: line, x: x }", "chart: no column for y; write chart: { kind: line, x: date, y: [average] }"),
        ("{ kind: line, x: x, y: y, z: z }", "chart: unknown key \"z\"; known are kind, x, y, series"),
        (
            "{ kind: line, x: x, y: [y, x], series: x }",
            "chart: series with several columns for y; name one column for y"
        ),
    ])
    func `a declaration that cannot be used is told with its line`(chart: String, message: String) throws {
        let error = #expect(throws: FileError.self) { try Self.declaration(chart) }
        #expect(error.map { "\($0)" } == "queries/reports/chart.sql:3: \(message)")
    }
}

/// A text that the repository keeps, to read the difference when it changes.
enum Golden {
    static func expect(_ text: String, _ name: String) throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Golden")
        let place = folder.appending(path: name)
        if ProcessInfo.processInfo.environment["ESIWH_WRITE_GOLDEN"] != nil {
            try FileManager.default.createDirectory(
                at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: place)
        }
        let golden = try? String(contentsOf: place, encoding: .utf8)  // nil: there is none, which fails below
        #expect(text == golden, "\(name)")
    }
}
