import SQLite
import Testing
import Warehouse

@testable import Rules

@Suite struct AlertStoreTests {
    private typealias Said = AlertBench.Said

    private func everybody(_ names: String...) -> Messenger {
        Messenger(receivers: { _ in names }, deliver: { _ in .sent("250 OK") })
    }

    @Test func `the first run is a baseline: what fires is there and nobody is told`() throws {
        let bench = try AlertBench()
        let first = try bench.say([Said(1, "firing"), Said(2, "clear")], after: 0, to: everybody("ops"))
        #expect(first.shown == ["1 inactive>firing"])
        #expect(first.baselines == ["too-dear": 1])
        #expect(try bench.count("alert_outbox") == 0)
        let second = try bench.say(
            [Said(1, "firing"), Said(2, "firing")], after: 60, to: everybody("ops", "desk"))
        #expect(second.shown == ["2 inactive>firing told"])
        #expect(second.baselines.isEmpty)
        #expect(try bench.count("alert_outbox") == 2)
        #expect(try bench.states() == ["too-dear {\"id\":1} firing", "too-dear {\"id\":2} firing"])
    }

    @Test func `without data there is no baseline yet`() throws {
        let bench = try AlertBench()
        let empty = try bench.commit(bench.verdicts([], asOf: nil), at: AlertBench.start)
        #expect(empty.baselines.isEmpty)
        let first = try bench.say([Said(1, "firing")], after: 60, to: everybody("ops"))
        #expect(first.baselines == ["too-dear": 1])
        #expect(try bench.count("alert_outbox") == 0)
    }

    @Test func `a life has an event for each step, with the row that says so`() throws {
        let bench = try AlertBench("for: 1m\nseverity: critical\nlabels: { area: contracts }\nowner: owner")
        try bench.pass()
        #expect(try bench.say([Said(7, "firing", price: 2.25)], after: 10).shown == ["7 inactive>pending"])
        let fired = try bench.say([Said(7, "firing", price: 2.5)], after: 70, to: everybody("ops"))
        #expect(fired.shown == ["7 pending>firing told"])
        let event = try #require(fired.steps.first?.event)
        #expect(event.rule == "too-dear" && event.title == "Too dear" && event.severity == .critical)
        #expect(event.labels == ["area": "contracts"])
        #expect(event.owner == "me")
        #expect(event.key.map(\.name) == ["id"] && event.key.map(\.value) == [7])
        #expect(event.verdict.map(\.name) == ["id", "state", "reason", "owner", "price"])
        #expect(event.verdict.map(\.value) == [7, "firing", "x", "me", 2.5])
        #expect(event.units == ["price": "isk"])
        #expect(event.asOf == AlertBench.start + 70 && event.since == event.asOf && event.at == event.asOf)
        let over = try bench.say([Said(7, "clear", price: 3)], after: 200, to: everybody("ops"))
        #expect(over.shown == ["7 firing>resolved told"])
        let end = try #require(over.steps.first?.event)
        #expect(end.alertID == event.alertID && end.id != event.id)
        #expect(end.verdict.map(\.value) == [7, "clear", "x", "me", 3.0])
        // The alert keeps what made it fire, and when.
        let kept = try bench.connection.query(
            "SELECT verdict ->> 'price', resolved_at - fired_at, as_of - ? FROM alerts", [.integer(AlertBench.start)])
        #expect(kept == [[2.5, 130, 200]])
        // A new life is another alert.
        try bench.say([Said(7, "firing")], after: 300)
        let again = try bench.say([Said(7, "firing")], after: 400)
        #expect(again.steps.first?.event.alertID != event.alertID)
    }

    @Test func `a row that is gone ends its alert, with the row that fired last as evidence`() throws {
        let bench = try AlertBench()
        try bench.pass()
        try bench.say([Said(1, "firing", price: 9)], after: 10)
        let over = try bench.say([], after: 20)
        #expect(over.shown == ["1 firing>resolved told"])
        #expect(over.steps.first?.event.verdict.last?.value == 9.0)
    }

    @Test func `unknown and broken hold what is, and the broken rule says since when`() throws {
        let bench = try AlertBench()
        try bench.pass()
        try bench.say([Said(1, "firing")], after: 10)
        #expect(try bench.say([Said(1, "unknown", reason: "partial_sweep")], after: 20).shown == [])
        #expect(try bench.connection.value("SELECT held FROM alerts") == "partial_sweep")
        let broken = Verdicts(brokenRule: "too-dear", "no such column: colour")
        for after: Int64 in [30, 40] { try bench.commit(broken, at: AlertBench.start + after) }
        #expect(try bench.states() == ["too-dear {\"id\":1} firing"])
        let row = try bench.connection.query("SELECT fault, broken_at FROM alert_rules WHERE rule = 'too-dear'")
        #expect(row == [["no such column: colour", .integer(AlertBench.start + 30)]])
        #expect(try bench.say([Said(1, "clear")], after: 50).shown == ["1 firing>resolved told"])
        #expect(try bench.connection.value("SELECT count(fault) FROM alert_rules") == 0)
    }

    @Test func `a rule that stays blind longer than max_age is an alert of its own, and its end too`() throws {
        let bench = try AlertBench("max_age: 1h\nundecidable: [mutated]")
        try bench.pass()
        let hour: Int64 = 3600
        let unknown = [
            Said(1, "unknown", reason: "partial_sweep"), Said(2, "unknown", reason: "mutated"), Said(3, "clear"),
        ]
        #expect(try bench.say(unknown, after: 100).shown == [])
        #expect(try bench.say(unknown, after: 100 + hour).shown == [])
        let blind = try bench.say(unknown, after: 101 + hour, to: everybody("ops"))
        #expect(blind.shown == ["too-dear inactive>firing told"])
        let event = try #require(blind.steps.first?.event)
        #expect(event.rule == "rule-blind")
        let row = Dictionary(uniqueKeysWithValues: event.verdict.map { ($0.name, $0.value) })
        #expect(row["reason"] == "partial_sweep" && row["verdicts"] == 1 && row["example"] == "{\"id\":1}")
        #expect(row["blind_since"] == .integer(AlertBench.start + 100))
        // Another verdict's short blindness does not add to it, and what waiting does not cure is none.
        let other = [Said(1, "clear"), Said(2, "unknown", reason: "mutated"), Said(3, "unknown")]
        #expect(try bench.say(other, after: 200 + hour).shown == ["too-dear firing>resolved told"])
        #expect(try bench.say(other, after: 200 + 2 * hour).shown == [])
    }

    @Test func `data that stand still make a rule blind, though its verdicts are known`() throws {
        let bench = try AlertBench("max_age: 1h")
        try bench.pass()
        #expect(try bench.say([Said(1, "clear")], after: 3700, asOf: 100).shown == [])
        let blind = try bench.say([Said(1, "clear")], after: 3701, asOf: 100)
        #expect(blind.shown == ["too-dear inactive>firing told"])
        #expect(blind.steps.first?.event.verdict.first { $0.name == "reason" }?.value == "stale")
    }

    @Test func `verdicts that saw older data come too late`() throws {
        let bench = try AlertBench()
        try bench.pass()
        try bench.say([Said(1, "firing")], after: 20, snapshot: 8)
        let late = try bench.say([Said(1, "clear")], after: 21, snapshot: 7)
        #expect(late.late == ["too-dear"] && late.steps.isEmpty)
        #expect(try bench.states() == ["too-dear {\"id\":1} firing"])
        #expect(try bench.say([Said(1, "firing")], after: 21, snapshot: 8).steps.isEmpty, "the same again is nothing")
    }

    @Test func `a step that cannot be put into the outbox has not happened`() throws {
        let bench = try AlertBench()
        try bench.pass()
        try bench.connection.execute(
            "CREATE TRIGGER full BEFORE INSERT ON alert_outbox BEGIN SELECT RAISE(ABORT, 'no room'); END")
        #expect(throws: SQLiteError.self) { try bench.say([Said(1, "firing")], after: 10, to: everybody("ops")) }
        for table in ["alerts", "alert_events", "alert_outbox"] { #expect(try bench.count(table) == 0) }
        try bench.connection.execute("DROP TRIGGER full")
        #expect(try bench.say([Said(1, "firing")], after: 10, to: everybody("ops")).steps.count == 1)
    }

    @Test func `a silence keeps it back, what fires still is told when it is over`() throws {
        let bench = try AlertBench("labels: { area: contracts }")
        try bench.pass()
        let until = AlertBench.start + 100
        let id = try bench.store.silence(
            rule: "too-dear", key: [("id", "1")], label: "area=contracts", until: until, why: nil,
            at: AlertBench.start)
        for (key, label): ([(String, String)], String?) in [([("id", "3")], nil), ([], "area=orders")] {
            _ = try bench.store.silence(
                rule: nil, key: key.map { (name: $0.0, value: $0.1) }, label: label, until: until, why: nil,
                at: AlertBench.start)
        }
        let said = [Said(1, "firing"), Said(2, "firing")]
        #expect(try bench.say(said, after: 10).shown == ["1 inactive>firing", "2 inactive>firing told"])
        let listed = try bench.store.alerts(endedAfter: 0, now: AlertBench.start + 10)
        #expect(
            Set(listed.map { [$0.key, $0.silence.map { "\($0)" } ?? ""] }) == [
                ["{\"id\":1}", "\(id)"], ["{\"id\":2}", ""],
            ])
        #expect(try bench.say(said, after: 20).shown == [])
        try bench.store.unsilence([id], at: AlertBench.start + 30)
        #expect(try bench.say(said, after: 30).shown == ["1 firing>firing late told"])
        #expect(throws: AlertUsageError.self) { try bench.store.unsilence([id], at: AlertBench.start + 31) }
    }

    @Test func `an acknowledged alert is told no more until it ends`() throws {
        let bench = try AlertBench("repeat: 1m\nrenotify: [price]")
        try bench.pass()
        try bench.say([Said(1, "firing")], after: 0)
        #expect(try bench.say([Said(1, "firing", price: 7)], after: 1).shown == ["1 firing>firing changed told"])
        try bench.store.acknowledge([1], why: "mine", at: AlertBench.start)
        #expect(try bench.say([Said(1, "firing", price: 8)], after: 90).shown == [])
        try bench.store.unacknowledge([1])
        #expect(try bench.say([Said(1, "firing", price: 7)], after: 91).shown == ["1 firing>firing repeat told"])
        try bench.store.acknowledge([1], why: nil, at: AlertBench.start)
        #expect(try bench.say([], after: 92).shown == ["1 firing>resolved told"])
        #expect(throws: AlertUsageError.self) { try bench.store.acknowledge([1], why: nil, at: 0) }
        #expect(throws: AlertUsageError.self) { try bench.store.acknowledge([9], why: nil, at: 0) }
        #expect(try bench.say([Said(1, "firing")], after: 93).shown == ["1 inactive>firing told"])
    }

    @Test func `the alerts of a rule that is no more are over, and nobody is told`() throws {
        let bench = try AlertBench("max_age: 1m")
        try bench.pass()
        try bench.say([Said(1, "firing"), Said(2, "unknown")], after: 10)
        try bench.say([Said(1, "firing"), Said(2, "unknown")], after: 100)
        #expect(try bench.states().count == 2)
        func run(_ all: Set<String>) throws -> [String] {
            let findings = AlertStore.Findings(evaluations: [], snapshot: 9, at: AlertBench.start + 200, all: all)
            return try bench.store.commit(findings, everybody("ops"), now: 0).shown
        }
        #expect(try run(["too-dear"]) == [])
        #expect(try run(["another"]) == ["1 firing>resolved gone", "too-dear firing>resolved gone"])
        #expect(try bench.count("alert_rules") == 0)
    }

    @Test func `a column that renotify or owner names must be there`() throws {
        let bench = try AlertBench("renotify: [colour]")
        let evaluation = Evaluation(bench.rule, bench.policy, bench.verdicts([Said(1, "firing")], asOf: 1))
        #expect(
            evaluation.verdicts.fault
                == "it has no column colour, which its renotify names; it has id, state, reason, owner, price")
    }

    @Test func `values come back from the tables as they went in`() throws {
        let bench = try AlertBench()
        let row: [(name: String, value: Value)] = [
            ("min", .integer(.min)), ("max", .integer(.max)), ("real", 0.1), ("whole", .real(5)), ("big", 1e300),
            ("inf", .real(.infinity)), ("null", .null), ("text", "a\"b\\c\u{1}\n\u{2028}é ]}"), ("a \"b", "x"),
        ]
        let back = try AlertJSON.members(AlertJSON.object(row), on: bench.connection)
        #expect(back.map(\.name) == row.map(\.name))
        #expect(back.map(\.value) == row.map(\.value))
    }

    @Test(arguments: [
        ("for: soon", "queries/rules/too-dear.sql:4: for: \"soon\" is not allowed; give 0m to 365d"),
        ("repeat: 5s", "queries/rules/too-dear.sql:4: repeat: \"5s\" is not allowed; give 1m to 365d, or never"),
        (
            "severity: dire",
            "queries/rules/too-dear.sql:4: severity: \"dire\" is not allowed; give info, warning, critical"
        ),
        ("max_age: 400d", "queries/rules/too-dear.sql:4: max_age: \"400d\" is not allowed; give 0m to 365d"),
        (
            "parameters: { severity: { type: text, default: x } }",
            "queries/rules/too-dear.sql:4: severity is a setting of every rule; rename the parameter"
        ),
    ])
    func `a setting that cannot be used is named with its line`(frontMatter: String, expected: String) {
        do {
            let rule = try AlertBench.rule(frontMatter, name: "too-dear")
            Issue.record("no fault: \(rule.name)")
        } catch {
            #expect("\(error)" == expected)
        }
    }

    @Test func `the configuration stands above the rule, and max_age in hours is for both`() throws {
        let rule = try AlertBench.rule(
            "for: 5m\nparameters: { max_age: { type: integer, default: 24, minimum: 1 } }", name: "too-dear")
        #expect(try rule.policy(settings: [:]).pending == 300)
        let policy = try rule.policy(settings: ["for": "0m", "repeat": "never", "max_age": "2", "renotify": "a,b"])
        #expect(policy.pending == 0 && policy.repeats == nil && policy.maxAge == 7200 && policy.renotify == ["a", "b"])
        #expect(throws: ParameterError("for", "\"x\" is not allowed", mend: "give 0m to 365d")) {
            try rule.policy(settings: ["for": "x"])
        }
    }
}
