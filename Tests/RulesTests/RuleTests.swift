import SQLite
import Testing
import Warehouse

@testable import Rules

@Suite struct RuleTests {
    private static let now: Int64 = 1_764_000_000

    private func rule(_ frontMatter: String = "key: [id]", body: String, name: String = "too-dear") throws -> Rule {
        let text = "/*---\ntitle: Too dear\n\(frontMatter)\n---*/\n\(body)\n"
        return try Rule(
            StoredFile(kind: .rule, name: name, path: "queries/rules/\(name).sql", origin: .shipped, text: text))
    }

    private func fault(_ frontMatter: String, _ body: String = "SELECT 1 AS id") -> String {
        do {
            return "no fault: \(try rule(frontMatter, body: body))"
        } catch {
            return "\(error)"
        }
    }

    private func verdicts(_ body: String, _ frontMatter: String = "key: [id]") throws -> Verdicts {
        let rule = try rule(frontMatter, body: body)
        let session = try session()
        session.makeViews([.init(name: rule.viewName, sql: try rule.sql(settings: [:], now: Self.now))])
        return rule.evaluate(in: session)
    }

    private func session() throws -> Session {
        let core = embeddedFiles.filter { $0.key.hasPrefix("schema/core/") }
        return try Session(inMemory: Catalogue(Library(shipped: core)), now: Self.now)
    }

    @Test func parametersTakeTheirConfiguredValuesOrTheirDefaults() throws {
        let rule = try rule(
            """
            key: [id]
            parameters:
              scope: { type: text, default: region, values: [region, location] }
              limit: { type: isk, default: 5, minimum: 0 }
              since: { type: timestamp, default: -1d }
              who: { type: integer, default: null }
            """,
            body: "SELECT :scope, ':scope', \":limit\" /* :who */, :limit, :since, :who, a::scope -- :scope\n, :scope2")
        #expect(
            try rule.sql(settings: ["scope": "location", "limit": "2.5"], now: Self.now)
                == "SELECT 'location', ':scope', \":limit\" /* :who */, 2.5, 1763913600, NULL, a:'location' -- :scope\n"
                + ", :scope2\n")
        #expect(throws: ParameterError("scope", "\"jita\" is not allowed", mend: "give region, location")) {
            try rule.sql(settings: ["scope": "jita"], now: Self.now)
        }
        #expect(throws: ParameterError("limit", "-1 is too little", mend: "the least is 0")) {
            try rule.sql(settings: ["limit": "-1"], now: Self.now)
        }
        let unknown = ParameterError(
            "skope", "the rule too-dear has no such parameter",
            mend: "it has scope, limit, since, who, for, keep_firing_for, repeat, max_age, severity, renotify")
        #expect(throws: unknown) { try rule.sql(settings: ["skope": "x"], now: Self.now) }
    }

    private func value(_ declaration: String, _ text: String) -> String {
        do {
            let rule = try rule("key: [id]\nparameters:\n  p: \(declaration)", body: "SELECT :p AS id")
            return try rule.sql(settings: ["p": text], now: Self.now)
        } catch {
            return "\(error)"
        }
    }

    @Test(arguments: [
        ("", "'[]'"), ("[]", "'[]'"), (" [ 7 , 8 ] ", "parameter p: \"[ 7\" is no whole number; give digits alone"),
        ("[7, 8]", "'[7,8]'"), ("7", "'[7]'"), ("7, 8", "'[7,8]'"),
        ("0,9", "parameter p: 0 is too little; the least is 1"),
        ("7,", "parameter p: \"\" is no whole number; give digits alone"),
        ("7 8", "parameter p: \"7 8\" is no whole number; give digits alone"),
        ("9223372036854775808", "parameter p: \"9223372036854775808\" is no whole number; give digits alone"),
    ])
    func aListBecomesAnArrayOfItsValues(text: String, expected: String) {
        let found = value("{ type: integer, list: true, default: [], minimum: 1 }", text)
        #expect(found == (expected.hasPrefix("'") ? "SELECT \(expected) AS id\n" : expected))
    }

    @Test(arguments: [
        ("system", "'system'"), ("jumps:1", "'jumps:1'"), ("jumps:50", "'jumps:50'"),
        ("jumps:0", "parameter p: jumps:0 is too little; give 1 to 50"),
        ("jumps:51", "parameter p: jumps:51 is too much; give 1 to 50"),
        ("jumps:N", "parameter p: \"jumps:N\" is not allowed; give system, jumps:N"),
        ("jumps:", "parameter p: \"jumps:\" is not allowed; give system, jumps:N"),
        ("jumps:-1", "parameter p: \"jumps:-1\" is not allowed; give system, jumps:N"),
        ("jumps:+1", "parameter p: \"jumps:+1\" is not allowed; give system, jumps:N"),
        ("jumps:99999999999", "parameter p: \"jumps:99999999999\" is not allowed; give system, jumps:N"),
        ("leaps:1", "parameter p: \"leaps:1\" is not allowed; give system, jumps:N"),
    ])
    func aValueMayHaveANumberInIt(text: String, expected: String) {
        let found = value(
            "{ type: text, default: system, values: [system, \"jumps:N\"], minimum: 1, maximum: 50 }", text)
        #expect(found == (expected.hasPrefix("'") ? "SELECT \(expected) AS id\n" : expected))
    }

    @Test func aTextWithQuotesStaysOneText() throws {
        let rule = try rule(
            "key: [id]\nparameters: { name: { type: text, default: \"O'Neill'' --\" } }", body: "SELECT :name AS id")
        let connection = try Connection(path: ":memory:", mode: .create)
        #expect(try connection.value(rule.sql(settings: [:], now: 0)) == "O'Neill'' --")
    }

    @Test(arguments: [
        (
            "description: x",
            "queries/rules/too-dear.sql:1: no key; name the columns that tell the verdicts apart: key: [contract_id]"
        ),
        (
            "key: [id]\nparameters: { a: { type: text } }",
            "queries/rules/too-dear.sql:4: parameter a has no default; give it one"
        ),
        (
            "key: [id]\nparameters:\n  a: { type: number, default: 1 }",
            "queries/rules/too-dear.sql:5: parameter a: no usable type; "
                + "give one of integer, real, text, timestamp, boolean, isk"
        ),
        (
            "key: [id]\nparameters:\n  a: { type: integer, default: many }",
            "queries/rules/too-dear.sql:5: parameter a: its default cannot be used: \"many\" is no whole number; "
                + "give digits alone"
        ),
        (
            "key: [id]\nparameters:\n  a: { type: text, list: true, default: [] }",
            "queries/rules/too-dear.sql:5: parameter a: no usable list; write list: true beside type: integer"
        ),
        (
            "key: [id]\nparameters:\n  a: { type: integer, list: true, default: [1, x] }",
            "queries/rules/too-dear.sql:5: parameter a: its default cannot be used: \"x\" is no whole number; "
                + "give digits alone"
        ),
        (
            "key: [id]\ncolumns: { price: money }",
            "queries/rules/too-dear.sql:4: price is of no known kind; "
                + "use one of integer, real, text, timestamp, boolean, isk, json"
        ),
    ])
    func aBadDeclarationIsNamedWithItsLine(frontMatter: String, expected: String) {
        #expect(fault(frontMatter) == expected)
    }

    @Test func verdictsComeWithTheMeaningOfTheirColumns() throws {
        let found = try verdicts(
            "SELECT 7 AS id, 'firing' AS state, 2.5 AS price UNION ALL SELECT 8, 'unknown', NULL",
            "key: [id]\ncolumns: { price: isk }")
        #expect(found.fault == nil)
        #expect(found.columns.map(\.name) == ["id", "state", "price"])
        #expect(found.columns.map(\.kind) == [nil, nil, .isk])
        #expect(found.rows == [[7, "firing", 2.5], [8, "unknown", .null]])
    }

    @Test(arguments: [
        (
            "SELECT 7 AS id, 'fine' AS state",
            "the verdict for id=7 has the state \"fine\"; it must be one of firing, clear, unknown"
        ),
        (
            "SELECT 7 AS id, NULL AS state",
            "the verdict for id=7 has the state \"\"; it must be one of firing, clear, unknown"
        ),
        ("SELECT 7 AS id, 'clear' AS state UNION ALL SELECT 7, 'firing'", "two verdicts for id=7"),
        ("SELECT NULL AS id", "a verdict has no id"),
        ("SELECT 7 AS other", "it has no column id, which its key names"),
    ])
    func aRuleThatContradictsItselfIsBrokenAndHasNoRows(body: String, expected: String) throws {
        let found = try verdicts(body)
        #expect(found.fault == expected)
        #expect(found.rows.isEmpty)
    }

    @Test func aRuleThatDoesNotRunIsBrokenAndTheOthersRun() throws {
        let wrong = try rule(body: "SELECT colour AS id FROM owners")
        let good = try rule(body: "SELECT 1 AS id", name: "good")
        let nonsense = try rule(body: "SELECT 1 AS id FROM", name: "nonsense")
        let session = try session()
        session.makeViews(
            try [nonsense, wrong, good].map { .init(name: $0.viewName, sql: try $0.sql(settings: [:], now: 0)) })
        #expect(wrong.evaluate(in: session).fault == "no such column: colour")
        #expect(nonsense.evaluate(in: session).fault == "incomplete input")
        #expect(good.evaluate(in: session).rows == [[1]])
    }

    @Test func aVerdictKnowsTheMomentOfItsData() throws {
        #expect(try verdicts("SELECT 1 AS id, as_of() AS at").rows == [[1, .integer(Self.now)]])
    }

    @Test func aRuleBookKeepsTheGoodRulesBesideTheBadOnes() {
        let good = "/*---\ntitle: Good\nkey: [id]\n---*/\nSELECT 1 AS id"
        let book = RuleBook(
            Library(shipped: [
                "queries/rules/a-b.sql": good, "queries/rules/a_b.sql": good,
                "queries/rules/bad.sql": "/*---\ntitle: Bad\n---*/\nSELECT 1 AS id", "queries/rules/good.sql": good,
            ]))
        #expect(book.rules.map(\.name) == ["a-b", "good"])
        #expect(book.faults.map(\.file) == ["queries/rules/a_b.sql", "queries/rules/bad.sql"])
    }
}
