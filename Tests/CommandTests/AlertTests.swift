import Foundation
import SQLite
import Testing
import Warehouse

@testable import esiwh

@Suite struct AlertTests {
    private static let start: Int64 = 1_764_000_000

    private let home: TemporaryFolder
    private let database: Connection

    /// A rule that fires for every order dearer than 100, over one order of 50.
    init() async throws {
        home = try TemporaryFolder()
        try home.write(
            """
            /*---
            title: Dear orders
            key: [order_id]
            labels: { area: orders }
            parameters: { limit: { type: isk, default: 100, minimum: 1, maximum: 1000 } }
            columns: { price: isk }
            ---*/
            SELECT order_id, CASE WHEN price > :limit THEN 'firing' ELSE 'clear' END AS state, price, as_of() AS as_of
            FROM market_orders
            """, to: "sql/rules/dear.sql")
        let path = home.path + "/warehouse.sqlite"
        let warehouse = try Warehouse(path: path, catalogue: Catalogue(Library()), now: Self.start)
        database = warehouse.connection
        try database.run(
            """
            INSERT INTO market_orders (region_id, order_id, price, type_id, is_buy_order, issued, duration, location_id,
                system_id, min_volume, range, volume_remain, volume_total, valid_from)
            VALUES (10000002, 7, 50, 34, 0, 1, 90, 60003760, 30000142, 1, 'region', 2, 2, 1)
            """)
        try database.run(
            """
            INSERT INTO partitions (dataset, partition, observed_at, complete_at, fetched_at, outcome)
            VALUES ('market_orders', 'region_id=10000002', ?1, ?1, ?1, 'complete')
            """, [.integer(Self.start)])
    }

    /// The order's price as of so many seconds after the start, and the command then.
    private func observe(price: Double, after: Int64) throws {
        try database.run("UPDATE market_orders SET price = ?", [.real(price)])
        try database.run("UPDATE partitions SET observed_at = ?1", [.integer(Self.start + after)])
        try database.run(
            """
            INSERT INTO snapshots (dataset, partition, observed_at, last_at, fetched_at, outcome)
            VALUES ('market_orders', 'region_id=10000002', ?1, ?1, ?1, 'complete')
            """, [.integer(Self.start + after)])
    }

    private func run(_ arguments: String..., after: Int64) async -> Run {
        let now = Timestamp.text(Self.start + after)
        return await Run(arguments + ["--home", home.path], environment: ["ESIWH_NOW": now])
    }

    private func list(after: Int64) async -> String {
        await run("alerts", "list", "--format", "json", after: after).out
    }

    @Test func anAlertIsKeptWithItsRuleKeyStateAndMoments() async throws {
        #expect(await run("rules", "run", "dear", after: 0).status == .done)
        #expect(await list(after: 0) == "[]\n")
        try observe(price: 200, after: 60)
        let fired = await run("rules", "run", "dear", "--format", "ndjson", after: 61)
        #expect(fired.status == .done)
        #expect(fired.out == "{\"order_id\": 7, \"state\": \"firing\", \"price\": 200, \"as_of\": 1764000060}\n")
        #expect(fired.err == "esiwh: dear order_id=7 fires\n")
        let since = Timestamp.text(Self.start + 60)
        #expect(
            await list(after: 61) == """
                [
                {"id": 1, "rule": "dear", "key": {"order_id":7}, "state": "firing", "since": "\(since)", \
                "severity": "warning", "as_of": "\(since)", "owner": null, "held": null, "acknowledged": false, \
                "silence": null}
                ]

                """)
        try observe(price: 201, after: 120)
        #expect(await run("rules", "run", "dear", after: 121).err == "", "a changed price is no news")
        try observe(price: 10, after: 180)
        #expect(await run("rules", "run", "dear", after: 181).err == "esiwh: dear order_id=7 is over\n")
        #expect(await list(after: 182).contains("\"state\": \"resolved\""))
        #expect(await list(after: 181 + 86_400) == "[]\n")
        let events = await run("alerts", "show", "1", "--section", "events", "--format", "csv", after: 182)
        #expect(events.out.contains(",inactive,firing,transition,1\r\n"))
        #expect(events.out.contains(",firing,resolved,transition,1\r\n"))
        let verdict = await run("alerts", "show", "1", "--section", "verdict", "--format", "json", after: 182)
        #expect(verdict.out.contains("\"price\": 201,"), "the last that fired")
    }

    @Test func dryRunsAndRunsOfThePastKeepNothing() async throws {
        #expect(await run("rules", "run", "dear", after: 0).status == .done)
        try observe(price: 200, after: 60)
        let shown = await run("rules", "run", "dear", "--dry-run", "--format", "csv", after: 61)
        #expect(shown.out.contains("7,firing,200,"))
        let past = await run("rules", "run", "dear", "--as-of", "now", "--format", "csv", after: 61)
        #expect(past.status == .done)
        #expect(await list(after: 61) == "[]\n")
        #expect(try database.value("SELECT count(*) FROM alert_rules WHERE as_of > ?", [.integer(Self.start)]) == 0)
    }

    @Test func theFirstRunSaysWhatFiresAlreadyAndTellsNobody() async throws {
        try observe(price: 200, after: 0)
        let run = await run("rules", "run", "dear", after: 1)
        #expect(run.err == "esiwh: dear: first run, a baseline: 1 alert fires already, and nobody is told\n")
        #expect(try database.value("SELECT count(*) FROM alert_outbox") == 0)
        #expect(try database.value("SELECT is_baseline FROM alerts") == 1)
    }

    @Test func aBrokenRuleHoldsItsAlertsAndTheOthersRun() async throws {
        #expect(await run("rules", "run", after: 0).status == .done)
        try observe(price: 200, after: 60)
        _ = await run("rules", "run", "dear", after: 61)
        let good = try home.read("sql/rules/dear.sql")
        try home.write(good.replacingOccurrences(of: "AS state", with: "AS stat"), to: "sql/rules/other.sql")
        for text in ["THEN 'burning'", "THEN 'firing' WHEN nonsense THEN 'x'"] {
            try home.write(good.replacingOccurrences(of: "THEN 'firing'", with: text), to: "sql/rules/dear.sql")
            let run = await run("rules", "run", "--format", "ndjson", after: 70)
            #expect(run.status == .partial)
            #expect(run.err.contains("esiwh: the rule dear is broken: "))
            #expect(run.out.contains("\"rule\": \"other\""))
            #expect(
                await list(after: 70).contains("\"rule\": \"dear\", \"key\": {\"order_id\":7}, \"state\": \"firing\""))
        }
        // A file that cannot be read is a broken rule as well, and no reason to take its alerts for over.
        try home.write(
            good.replacingOccurrences(of: "key: [order_id]", with: "keys: [order_id]"), to: "sql/rules/dear.sql")
        let run = await run("rules", "run", "--format", "ndjson", after: 71)
        #expect(run.status == .partial)
        #expect(run.err.contains("dear.sql:3: unknown key \"keys\" in a rule"))
        #expect(await list(after: 71).contains("\"rule\": \"dear\", \"key\": {\"order_id\":7}, \"state\": \"firing\""))
    }

    @Test func whatIsSilencedOrAcknowledgedIsListedAsSuch() async throws {
        _ = await run("rules", "run", "dear", after: 0)
        let silence = await run(
            "alerts", "silence", "--rule", "dear", "--key", "order_id=7", "--label", "area=orders", "--until", "8h",
            "--why", "on holiday", after: 0)
        #expect(silence.out == "silence 1 until \(Timestamp.text(Self.start + 8 * 3600))\n")
        try observe(price: 200, after: 60)
        #expect(await run("rules", "run", "dear", after: 61).err == "")
        let listed = await run("alerts", "list", "--format", "ndjson", after: 61)
        #expect(listed.out.hasSuffix("\"acknowledged\": false, \"silence\": 1}\n"))
        #expect(listed.err.hasSuffix(", dear order_id=7 area=orders: on holiday\n"))
        #expect(await run("alerts", "ack", "1", "--why", "mine", after: 62).status == .done)
        #expect(await run("alerts", "unsilence", "1", after: 62).status == .done)
        #expect(await list(after: 62).contains("\"acknowledged\": true, \"silence\": null}"))
        #expect(await run("rules", "run", "dear", after: 63).err == "", "acknowledged")
        #expect(await run("alerts", "unack", "1", after: 64).status == .done)
        #expect(await run("rules", "run", "dear", after: 65).err == "esiwh: dear order_id=7 still fires\n")
    }

    @Test func statusNamesBrokenRulesAndMessagesThatWait() async throws {
        _ = await run("rules", "run", "dear", after: 0)
        #expect(await !run("status", after: 0).out.contains("messages"))
        let good = try home.read("sql/rules/dear.sql")
        try home.write(good.replacingOccurrences(of: "'firing'", with: "'red'"), to: "sql/rules/dear.sql")
        try observe(price: 200, after: 60)
        _ = await run("rules", "run", "dear", after: 61)
        let rules = await run("status", "--section", "rules", "--format", "csv", after: 70)
        #expect(rules.out.contains("dear,\(Timestamp.text(Self.start + 61)),"))
        #expect(rules.out.contains("it must be one of firing, clear, unknown"))
        for (receiver, status, tried, code) in [
            ("ops", "waiting", 5, "500"), ("ops", "dead", 9, "535"), ("ops", "sent", 99, "200"),
            ("desk", "waiting", 0, ""),
        ] {
            try database.run(
                """
                INSERT INTO alert_outbox (event, receiver, status, digest, due_at, tried_at, code, text, created_at)
                VALUES ((SELECT count(*) FROM alert_outbox), ?, ?, 'x', ?, nullif(?, 0), nullif(?, ''), 'said', 1)
                """, [.text(receiver), .text(status), .integer(Self.start), .integer(Int64(tried)), .text(code)])
        }
        let messages = await run("status", "--section", "messages", "--format", "csv", after: 70)
        let next = Timestamp.text(Self.start)
        #expect(
            messages.out == "receiver,waiting,given_up,next_try,code,text\r\n"
                + "desk,1,0,\(next),,said\r\nops,1,1,\(next),535,said\r\n")
        #expect(await run("status", after: 70).out.contains("messages"))
    }

    @Test func whatIsNotThereIsSaid() async throws {
        _ = await run("rules", "run", "dear", after: 0)
        for (arguments, expected): ([String], String) in [
            (["alerts", "ack", "9"], "there is no alert 9; esiwh alerts list shows them"),
            (["alerts", "show", "9"], "there is no alert 9; esiwh alerts list --all shows them"),
            (["alerts", "unsilence", "9"], "there is no silence 9 in force; esiwh alerts list names them"),
            (["alerts", "outbox", "retry", "9"], "no message 9 waits or was given up; esiwh alerts outbox lists them"),
            (
                ["alerts", "silence", "--rule", "dear", "--until", "-1h"],
                "--until -1h is over already; give a later moment, or 8h"
            ),
            (["rules", "explain", "dear", "--key", "id=7"], "the key of dear is order_id; --key order_id=…"),
        ] {
            let run = await Run(arguments + ["--home", home.path])
            #expect(run.status == .usage, "\(arguments)")
            #expect(run.err == "esiwh: \(expected)\n")
        }
        let outbox = await run("alerts", "outbox", "--format", "json", after: 0)
        #expect(outbox.out == "[]\n")
    }

    @Test(arguments: [
        ("limit: 0", "limit: 0 is too little; give 1 to 1000"),
        ("limit: 2000", "limit: 2000 is too much; give 1 to 1000"),
        ("for: soon", "for: \"soon\" is not allowed; give 0m to 365d"),
        ("severity: dire", "severity: \"dire\" is not allowed; give info, warning, critical"),
        (
            "limt: 5",
            "limt: the rule dear has no such parameter; it has limit, for, keep_firing_for, repeat, max_age, severity, "
                + "renotify"
        ),
        (
            "renotify: [prize]",
            "renotify: it has no column prize, which its renotify names; it has order_id, state, price, as_of"
        ),
    ])
    func aSettingThatCannotBeUsedIsNamedWithItsPlace(setting: String, expected: String) async throws {
        try home.write("\n\nrules: { dear: { \(setting) } }\n", to: "esiwh.yaml")
        let run = await run("rules", "check", after: 0)
        #expect(run.status == .badConfiguration)
        #expect(run.err == "esiwh: \(home.path)/esiwh.yaml:3: rules.dear.\(expected)\n")
    }

    @Test func aRulesOwnSettingsAreHeldAgainstIt() async throws {
        let good = try home.read("sql/rules/dear.sql")
        try home.write(good.replacingOccurrences(of: "labels:", with: "for: soon\nlabels:"), to: "sql/rules/dear.sql")
        let run = await run("rules", "check", after: 0)
        #expect(run.status == .badData)
        #expect(run.err.contains("dear.sql:4: for: \"soon\" is not allowed; give 0m to 365d\n"))
    }

    @Test func explainWithoutAnExplanationShowsTheVerdict() async throws {
        let run = await run("rules", "explain", "dear", "--key", "order_id=7", "--format", "csv", after: 0)
        #expect(run.out == "order_id,state,price,as_of\r\n7,clear,50,1764000000\r\n")
        #expect(run.err == "esiwh: dear has no explanation: there is only its verdict\n")
        try home.write(
            "/*---\ntitle: Why\ncolumns: { price: isk }\n---*/\nSELECT order_id, price, price > :limit AS is_dear\n"
                + "FROM market_orders WHERE order_id = :order_id\n", to: "sql/explain/dear.sql")
        let told = await self.run("rules", "explain", "dear", "--key", "order_id=7", "--format", "csv", after: 0)
        #expect(told.out == "order_id,price,is_dear\r\n7,50,0\r\n")
        try home.write("/*---\ntitle: Why\n---*/\nSELECT :nothing AS x", to: "sql/explain/dear.sql")
        let bad = await self.run("sql", "check", after: 0)
        #expect(bad.status == .badData && bad.err.contains("explain/dear.sql:1: the SQL names :nothing"))
    }

    @Test func backtestListsTheAlertsThatWouldHaveBeen() async throws {
        try observe(price: 200, after: 60)
        try observe(price: 200, after: 90)
        let run = await run(
            "rules", "backtest", "dear", "--from", "@\(Self.start)", "--to", "@\(Self.start + 200)", "--every", "1m",
            "--format", "csv", after: 300)
        #expect(run.status == .done)
        // The order was 200 all along, as far as the tables tell.
        #expect(
            run.out == "order_id,alert,pending_at,fired_at,ended_at,baseline,told,price,as_of\r\n"
                + "7,firing,,\(Timestamp.text(Self.start + 60)),,1,0,200,1764000060\r\n")
        #expect(run.err.contains("esiwh: 2 evaluations from "))
        let wrong = await self.run("rules", "backtest", "dear", "--from", "now", "--to", "-1h", after: 300)
        #expect(wrong.status == .usage && wrong.err == "esiwh: --from lies behind --to\n")
    }
}
