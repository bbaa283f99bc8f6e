import FoundationEssentials
import SQLite
import Testing
import Warehouse

@testable import esiwh

/// `esiwh query` over a small warehouse with stored files of the test's own.
@Suite struct QueryTests {
    private static let environment = ["ESIWH_NOW": "2025-11-24T16:00:00Z", "ESIWH_OWNERS_CHARACTERS": "7"]

    private func query(_ arguments: String...) async throws -> Run {
        await Run(["query"] + arguments, home: try marketHome(), environment: Self.environment)
    }

    @Test func aReportPrintsItsColumnsAsDeclared() async throws {
        let run = try await query("orders", "--format", "json")
        #expect(run.err == "")
        #expect(
            run.out == """
                [
                {"order_id": 1, "price": 5.5, "issued": "2025-11-24T10:00:00Z", "is_buy_order": false, "value": 11},
                {"order_id": 2, "price": 1250000000, "issued": "2025-11-24T11:00:00Z", "is_buy_order": false, \
                "value": 2500000000},
                {"order_id": 3, "price": 90, "issued": "2025-11-24T12:00:00Z", "is_buy_order": false, "value": 180}
                ]

                """)
    }

    @Test func aTableForPeopleIsWrittenForPeople() async throws {
        let run = try await query("orders", "--human", "--param", "since=-5h")
        #expect(
            run.out == """
                order_id   price  issued   is_buy_order   value
                ────────  ──────  ───────  ────────────  ──────
                       2  1.25 B  5 h ago  no            2.50 B
                       3   90.00  4 h ago  no            180.00

                """)
    }

    @Test(arguments: [
        ("2025-11-24T11:30:00Z", "1:5.5 2:1250000000.0 3:100.0"), ("-5h", "1:5.5 2:1250000000.0 3:100.0"),
        ("-330m", "1:5.5 3:100.0"), ("yesterday", ""), ("now", "1:5.5 2:1250000000.0 3:90.0"),
        ("4", "1:5.5 2:1250000000.0 3:100.0"),
    ])
    func theSameSQLRunsAsOfAnyMoment(moment: String, expected: String) async throws {
        let sql = "SELECT coalesce(group_concat(order_id || ':' || price, ' '), '') AS o FROM market_orders"
        let run = try await query(sql, "--as-of", moment, "--format", "csv")
        #expect(run.err == "")
        let cell = run.out.split(separator: "\r\n").last.map(String.init)
        #expect(cell == (expected.isEmpty ? "\"\"" : expected))
    }

    private func explained(_ arguments: String...) async throws -> [(what: String, value: String)] {
        let run = await Run(
            ["query"] + arguments + ["--explain", "--format", "tsv"], home: try marketHome(),
            environment: Self.environment)
        #expect(run.err == "")
        return run.out.split(separator: "\n").dropFirst().map { line in
            let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
            return (cells[0], cells.count > 1 ? cells[1] : "")
        }
    }

    @Test func anExplanationShowsPlanAndCostAndTheIndexThatWouldHelp() async throws {
        let sql = "SELECT order_id FROM market_orders WHERE location_id = 60003760"
        let lines = try await explained(sql)
        func value(_ what: String) -> String? { lines.first { $0.what == what }?.value }
        #expect(value("plan") == "SCAN market_orders")
        #expect(value("rows") == "3")
        #expect(value("rows walked over without an index") == "2", "SQLite counts steps from one row to the next")
        #expect(value("walks through") == "market_orders")
        #expect(
            value("an index would help")
                == "CREATE INDEX market_orders_by_location_id ON market_orders (location_id)")
        #expect(value("milliseconds").flatMap(Double.init) != nil)
    }

    @Test func aSearchNeedsNoAdviceNowOrInThePast() async throws {
        for asOf in [[], ["--as-of", "2025-11-24T11:30:00Z"]] {
            let sql = "SELECT price FROM market_orders WHERE type_id = 34"
            let run = await Run(
                ["query", sql, "--explain", "--format", "tsv"] + asOf, home: try marketHome(),
                environment: Self.environment)
            #expect(run.out.contains("rows\t3\n"))
            #expect(run.out.contains("rows walked over without an index\t0\n"))
            #expect(!run.out.contains("CREATE INDEX"))
        }
    }

    @Test func aReportIsExplainedWithItsParameters() async throws {
        let lines = try await explained("orders", "--param", "since=-5h")
        #expect(lines.contains { $0.what == "rows" && $0.value == "2" })
    }

    @Test func aWalkBehindTheTablesOfThePastIsCountedToo() async throws {
        let sql = "SELECT max(price) FROM market_orders WHERE volume_remain > 1"
        let lines = try await explained(sql, "--as-of", "2025-11-24T11:30:00Z")
        let walked = lines.first { $0.what == "rows walked over without an index" }
        #expect(try #require(walked.flatMap { Int($0.value) }) >= 2)
    }

    @Test func settingsAreThereToBeRead() async throws {
        let run = try await query("SELECT kind, id FROM owners", "--format", "tsv")
        #expect(run.out == "kind\tid\ncharacter\t7\n")
    }

    @Test func rowsAreCutAndTheCutIsTold() async throws {
        let run = try await query("SELECT order_id FROM market_orders ORDER BY 1", "--max-rows", "2", "--format", "csv")
        #expect(run.status == .done)
        #expect(run.out == "order_id\r\n1\r\n2\r\n")
        #expect(run.err == "esiwh: cut after 2 rows; --max-rows 0 writes them all\n")
        let whole = try await query(
            "SELECT order_id FROM market_orders ORDER BY 1", "--max-rows", "3", "--format", "csv")
        #expect(whole.err == "")
    }

    @Test func parametersOfOnesOwnSQLAreTakenAsTheyLook() async throws {
        let run = try await query(
            "SELECT typeof(:a) AS a, typeof(:b) AS b, typeof(:c) AS c", "--param", "a=5", "--param", "b=5.5", "--param",
            "c=x=y", "--format", "csv")
        #expect(run.out == "a,b,c\r\ninteger,real,text\r\n")
    }

    @Test(
        arguments: [
            (["ordrs"], CommandStatus.usage, "there is no report \"ordrs\"; did you mean orders?"),
            (["orders", "--param", "type=5"], .usage, "there is no parameter type; it has type_id, since"),
            (["orders", "--param", "type_id=0"], .usage, "parameter type_id: 0 is too little; the least is 1"),
            (
                ["orders", "--param", "type_id=Tritanium"], .usage,
                "parameter type_id: \"Tritanium\" is no whole number; give digits alone"
            ),
            (["SELECT :x"], .usage, "no value for :x; give --param x=…"),
            (["SELECT ?"], .usage, "a parameter without a name; write :name instead of ?"),
            (["SELECT colour FROM runs"], .failed, "no such column: colour, near \"colour FROM runs\""),
            (
                ["DELETE FROM runs"], .failed,
                "refused: DELETE FROM runs; only reading is allowed here, near \"DELETE FROM runs\""
            ),
            (
                ["SELECT 1", "--as-of", "99"], .usage,
                "there is no snapshot 99 that observed anything; "
                    + "esiwh query 'SELECT id, dataset, partition, observed_at FROM snapshots' lists them"
            ),
            (
                [
                    "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT max(x) FROM c",
                    "--time-limit", "0.05",
                ],
                .failed, "not done within 0.05 s; give it longer with --time-limit"
            ),
        ] as [([String], CommandStatus, String)])
    func whatCannotRunSaysWhy(arguments: [String], status: CommandStatus, message: String) async throws {
        let run = await Run(
            ["query"] + arguments + ["--format", "ndjson"], home: try marketHome(), environment: Self.environment)
        #expect(run.err == "esiwh: \(message)\n")
        #expect(run.out == "")
        #expect(run.status == status)
    }

    @Test func aFaultyReportIsNamedWithItsLine() async throws {
        let folder = try marketHome()
        try folder.write("/*---\ntitle: x\n---*/\nSELECT\n  colour FROM runs\n", to: "sql/reports/faulty.sql")
        let run = await Run(["query", "faulty"], home: folder, environment: Self.environment)
        #expect(run.status == .badData)
        #expect(run.err == "esiwh: \(folder.path)/sql/reports/faulty.sql:5: no such column: colour\n")
    }

    @Test func aReportThatCannotBeReadIsNotCalledMissing() async throws {
        let folder = try marketHome()
        try folder.write("/*---\ntitle: x\ncolour: red\n---*/\nSELECT 1\n", to: "sql/reports/faulty.sql")
        let run = await Run(["query", "faulty"], home: folder, environment: Self.environment)
        #expect(run.status == .badData)
        #expect(
            run.err.hasSuffix(
                "faulty.sql:3: unknown key \"colour\" in a report; "
                    + "known are chart, columns, description, engine, parameters, title\n"))
        let other = await Run(["query", "SELECT 1 AS one"], home: folder, environment: Self.environment)
        #expect(other.status == .done)
        #expect(other.out == "one\n───\n  1\n")
    }

    @Test func withoutAWarehouseTheWayToOneIsTold() async throws {
        let folder = try TemporaryFolder()
        let run = await Run(["query", "SELECT 1"], home: folder, environment: Self.environment)
        #expect(run.status == .failed)
        #expect(run.err == "esiwh: no warehouse at \(folder.path)/warehouse.sqlite yet; esiwh ingest makes one\n")
    }
}

/// `esiwh rules` with a rule of the test's own.
@Suite struct RulesCommandTests {
    private func home(_ body: String = "SELECT id, :word AS state FROM owners WHERE kind = 'order'") async throws
        -> TemporaryFolder
    {
        let folder = try TemporaryFolder()
        try folder.write(
            """
            /*---
            title: My orders
            key: [id]
            parameters: { word: { type: text, default: firing, values: [firing, clear, red] } }
            ---*/
            \(body)
            """, to: "sql/rules/my-orders.sql")
        try folder.write("owners: { orders: [5, 6] }\n", to: "esiwh.yaml")
        _ = await Run(["init"], home: folder)
        return folder
    }

    @Test func aRulesRowsAreAsTheRuleGivesThem() async throws {
        let home = try await home()
        let run = await Run(["rules", "run", "my-orders", "--format", "ndjson"], home: home)
        #expect(run.err == "")
        #expect(run.out == "{\"id\": 5, \"state\": \"firing\"}\n{\"id\": 6, \"state\": \"firing\"}\n")
        #expect(run.status == .done)
    }

    @Test func theConfigurationSetsParametersAndTheViewFollows() async throws {
        let home = try await home()
        try home.write("owners: { orders: [5] }\nrules: { my-orders: { word: clear } }\n", to: "esiwh.yaml")
        let run = await Run(["query", "SELECT * FROM rule_my_orders", "--format", "csv"], home: home)
        #expect(run.out == "id,state\r\n5,clear\r\n")
        try home.write("\n\nrules: { my-orders: { word: blue } }\n", to: "esiwh.yaml")
        let bad = await Run(["rules", "check"], home: home)
        #expect(bad.status == .badConfiguration)
        #expect(
            bad.err == "esiwh: \(home.path)/esiwh.yaml:3: rules.my-orders.word: \"blue\" is not allowed; "
                + "give firing, clear, red\n")
    }

    @Test func aBrokenRuleMakesTheStatusTwoAndHasNoRows() async throws {
        let home = try await home()
        let run = await Run(
            ["rules", "run", "my-orders", "--format", "json", "--set", "rules.my-orders.word=red"], home: home)
        #expect(run.status == .partial)
        #expect(run.out == "")
        #expect(
            run.err == "esiwh: the rule my-orders is broken: the verdict for id=5 has the state \"red\"; "
                + "it must be one of firing, clear, unknown\n")
    }

    @Test func aRuleThatTakesTooLongIsBrokenAndSaysSo() async throws {
        let home = try await home(
            "WITH RECURSIVE c(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM c) SELECT max(id) AS id, :word AS state FROM c"
        )
        let run = await Run(["rules", "run", "my-orders", "--time-limit", "0.05"], home: home)
        #expect(run.status == .partial)
        #expect(
            run.err == "esiwh: the rule my-orders is broken: not done within 0.05 s; give it longer with --time-limit\n"
        )
    }

    @Test func testsPassOrSayWhatDiffers() async throws {
        let home = try await home()
        let test = """
            as_of: 2025-11-24
            cases:
              - name: an order fires
                rows: { owners: [{ kind: order, id: 9 }] }
                verdicts: [{ id: 9, state: firing }]
              - name: a word is taken
                parameters: { word: clear }
                rows: { owners: [{ kind: order, id: 9 }] }
                verdicts: [{ id: 9, state: firing }]
            """
        try home.write(test, to: "sql/rules/my-orders.test.yaml")
        let run = await Run(["rules", "test", home.path + "/sql/rules/my-orders.test.yaml"], home: home)
        #expect(run.status == .failed)
        #expect(
            run.out == """
                \(home.path)/sql/rules/my-orders.test.yaml: 1 of 2 passed
                  FAILED a word is taken
                    id=9: state must be firing, is clear

                """)
        try home.write("as_of: noon\n", to: "sql/rules/a.test.yaml")
        let all = await Run(["rules", "test"], home: home)
        #expect(all.status == .badData)
        #expect(all.err == "esiwh: queries/rules/a.test.yaml:1: no cases; write cases: and a list below it\n")
        #expect(all.out.contains("queries/rules/my-orders.test.yaml: 1 of 2 passed\n"))
    }
}
