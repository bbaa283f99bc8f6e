import SQLite
import Testing
import Warehouse

@testable import esiwh

/// One result with everything that is hard, in every format.
@Suite struct FormatTests {
    private let columns = [
        OutputColumn("name", .text), OutputColumn("price", .isk), OutputColumn("issued", .timestamp),
        OutputColumn("is_buy", .boolean), OutputColumn("n"), OutputColumn("n"), OutputColumn("extra", .json),
    ]
    private let rows: [[Value]] = [
        [
            "Tritanium, \"pure\"", .real(26590), .integer(1_764_000_000), .integer(1), .integer(.max), .real(2),
            "{\"a\":1}",
        ],
        ["日本|<b>&\u{1b}[31m\nend", .real(0.1), .null, .integer(0), .null, .real(1e21), "no json"],
        ["", .real(1_234_567_890.5), .integer(0), .null, .blob([0, 255]), .real(.infinity), .null],
    ]

    private func written(_ format: OutputFormat, human: HumanStyle? = nil, terminal: Bool = false) throws -> String {
        let sink = Sink(terminal: terminal)
        var writer = format.writer(to: sink, human: human)
        try writer.begin(columns)
        for row in rows { try writer.row(row) }
        try writer.end()
        return sink.text
    }

    @Test func tableAlignsByWidthAndShowsControls() throws {
        #expect(
            try written(.table) == """
                name                             price  issued                is_buy  n                        n  extra
                ────────────────────────  ────────────  ────────────────────  ──────  ───────────────────  ─────  ───────
                Tritanium, "pure"                26590  2025-11-24T16:00:00Z  1       9223372036854775807    2.0  {"a":1}
                日本|<b>&\\u{1b}[31m\\nend           0.1                        0                            1e+21  no json
                                          1234567890.5  1970-01-01T00:00:00Z          00ff                   Inf

                """)
    }

    @Test func tableForPeopleWritesAmountsAndMoments() throws {
        let lines = try written(.table, human: HumanStyle(now: 1_764_010_900)).split(separator: "\n")
        #expect(lines[2].hasPrefix("Tritanium, \"pure\"         26.6 k  3 h ago      yes"))
        #expect(lines[4].contains("1.23 B"))
    }

    @Test func csvFollowsRFC4180() throws {
        #expect(
            try written(.csv) == """
                name,price,issued,is_buy,n,n,extra\r
                "Tritanium, ""pure\""",26590,2025-11-24T16:00:00Z,1,9223372036854775807,2.0,"{""a"":1}"\r
                "日本|<b>&\u{1b}[31m
                end",0.1,,0,,1e+21,no json\r
                "",1234567890.5,1970-01-01T00:00:00Z,,00ff,Inf,\r

                """)
    }

    @Test func tsvEscapesWhatWouldBreakALine() throws {
        #expect(
            try written(.tsv).split(separator: "\n")[2]
                == "日本|<b>&\u{1b}[31m\\nend\t0.1\t\t0\t\t1e+21\tno json")
    }

    @Test func jsonIsAnArrayOfObjects() throws {
        #expect(
            try written(.json) == """
                [
                {"name": "Tritanium, \\"pure\\"", "price": 26590, "issued": "2025-11-24T16:00:00Z", "is_buy": true, \
                "n": 9223372036854775807, "n_2": 2.0, "extra": {"a":1}},
                {"name": "日本|<b>&\\u001b[31m\\nend", "price": 0.1, "issued": null, "is_buy": false, \
                "n": null, "n_2": 1e+21, "extra": "no json"},
                {"name": "", "price": 1234567890.5, "issued": "1970-01-01T00:00:00Z", "is_buy": null, \
                "n": "00ff", "n_2": 9e999, "extra": null}
                ]

                """)
    }

    @Test func ndjsonIsTheSameObjectsOneALine() throws {
        let objects = try written(.json).split(separator: "\n").dropFirst().dropLast()
            .map { $0.hasSuffix(",") ? $0.dropLast() : $0 }
        #expect(try written(.ndjson).split(separator: "\n") == objects)
    }

    @Test func anEmptyResultIsAnEmptyArrayOrItsHeadAlone() throws {
        for (format, expected) in [
            (OutputFormat.json, "[]\n"), (.ndjson, ""), (.csv, "a\r\n"), (.table, "a\n─\n"),
            (.markdown, "| a |\n| --- |\n"),
        ] {
            let sink = Sink()
            var writer = format.writer(to: sink)
            try writer.begin([OutputColumn("a")])
            try writer.end()
            #expect(sink.text == expected)
        }
    }

    @Test func markdownEscapesItsMarks() throws {
        let lines = try written(.markdown).split(separator: "\n")
        #expect(lines[0] == "| name | price | issued | is_buy | n | n | extra |")
        #expect(lines[1] == "| --- | --: | --- | --- | --- | --- | --- |")
        #expect(lines[3] == "| 日本\\|&lt;b&gt;&amp;\\u{1b}\\[31m<br>end | 0.1 |  | 0 |  | 1e+21 | no json |")
    }

    @Test func htmlEscapesItsMarks() throws {
        let text = try written(.html)
        #expect(text.hasPrefix("<table>\n<thead>\n<tr><th>name</th><th>price</th>"))
        #expect(text.contains("<td>日本|&lt;b&gt;&amp;\\u{1b}[31m\nend</td><td style=\"text-align:right\">0.1</td>"))
        #expect(text.hasSuffix("</tbody>\n</table>\n"))
    }

    @Test(arguments: OutputFormat.allCases)
    func noFormatSendsAnEscapeToATerminal(format: OutputFormat) throws {
        #expect(!(try written(format, terminal: true)).utf8.contains(0x1b))
    }

    @Test(
        arguments: [
            (0, "0.00"), (999.99, "999.99"), (1000, "1.00 k"), (999_499, "999 k"), (999_500, "1.00 M"),
            (1.25e9, "1.25 B"),
            (12.34e9, "12.3 B"), (-1.25e9, "-1.25 B"), (999.9e12, "1000 T"), (9.996e6, "10.0 M"),
        ] as [(Double, String)])
    func amountsHaveThreeDigits(amount: Double, expected: String) {
        #expect(HumanStyle.amount(amount) == expected)
    }

    @Test(
        arguments: [
            (1000, "0 s ago"), (941, "59 s ago"), (940, "1 min ago"), (1060, "in 1 min"), (1000 - 7200, "2 h ago"),
            (1000 - 172_800, "2 d ago"),
        ] as [(Int64, String)])
    func momentsAreRelative(moment: Int64, expected: String) {
        #expect(HumanStyle(now: 1000).moment(moment) == expected)
    }

    @Test(arguments: [
        ("abc", 3), ("é", 1), ("e\u{301}", 1), ("日本", 4), ("👍🏽", 2), ("❤️", 2), ("\u{200b}", 0), ("한국", 4),
    ])
    func widthCountsCells(text: String, width: Int) {
        #expect(DisplayWidth.of(text) == width)
    }
}
