import SQLite
import Testing
import Warehouse

@testable import Rules

@Suite struct RuleTestFileTests {
    private static let dataset = """
        /*---
        title: Things
        route: GET /markets/{region_id}/orders
        each: SELECT region_id FROM tracked_regions
        paging: pages
        absence: closes
        columns: { issued: timestamp, is_buy: boolean, price: isk }
        ---*/
        CREATE TABLE things (
            region_id INTEGER NOT NULL,
            id INTEGER NOT NULL,
            price REAL,
            issued INTEGER,
            is_buy INTEGER NOT NULL DEFAULT 0,
            valid_from INTEGER NOT NULL,
            PRIMARY KEY (region_id, id)
        ) STRICT, WITHOUT ROWID;
        """

    private func session() throws -> Session {
        var shipped = embeddedFiles.filter { $0.key.hasPrefix("schema/core/") }
        shipped["schema/datasets/things.sql"] = Self.dataset
        let catalogue = Catalogue(Library(shipped: shipped))
        #expect(catalogue.faults == [])
        return try Session(inMemory: catalogue, now: 1_764_000_000)
    }

    private func load(_ yaml: String) throws -> Connection {
        let file = try RuleTestFile(path: "x.test.yaml", name: "x", text: yaml)
        let session = try session()
        for test in file.cases { try test.load(into: session, file: file.path) }
        return session.connection
    }

    private func fault(_ yaml: String) -> String {
        do {
            _ = try load(yaml)
            return "no fault"
        } catch {
            return "\(error)"
        }
    }

    private static let file = """
        as_of: 2025-11-24T16:00:00Z
        defaults:
          things: { region_id: 7, price: 100 }
        cases:
          - name: one
            parameters: { scope: region, limit: 5 }
            rows:
              owners: [{ kind: character, id: 1 }]
              things:
                - { id: 1, issued: 2025-11-24T15:00:00Z, is_buy: true }
                - { id: 2, price: 2.5 }
                - { id: 3, region_id: 8 }
            sweeps: [{ dataset: things, partition: region_id=8, outcome: partial, complete_at: 2025-11-24T15:00:00Z }]
            verdicts: [{ id: 1, state: firing }]
        """

    @Test func rowsGetTheirDefaultsAndKindsAndPartitionsTheirSweeps() throws {
        let connection = try load(Self.file)
        #expect(
            try connection.query("SELECT * FROM things") == [
                [7, 1, 100.0, 1_763_996_400, 1, 1_764_000_000], [7, 2, 2.5, .null, 0, 1_764_000_000],
                [8, 3, 100.0, .null, 0, 1_764_000_000],
            ])
        #expect(
            try connection.query("SELECT partition, outcome, observed_at, complete_at FROM partitions ORDER BY 1") == [
                ["region_id=7", "complete", 1_764_000_000, 1_764_000_000],
                ["region_id=8", "partial", 1_764_000_000, 1_763_996_400],
            ])
        #expect(
            try connection.query("SELECT partition, outcome FROM snapshots ORDER BY 1") == [
                ["region_id=7", "complete"], ["region_id=8", "partial"],
            ])
        #expect(try connection.query("SELECT * FROM owners") == [["character", 1]])
    }

    @Test(arguments: [
        ("cases: []", "x.test.yaml:1: no cases; write cases: and a list below it"),
        (
            "cases:\n  - name: a\n    verdicts: []",
            "x.test.yaml:2: no as_of; say of which moment the rows are: as_of: 2026-11-24T12:00:00Z"
        ),
        ("as_of: 2025-01-01\ncases:\n  - name: a", "x.test.yaml:3: no verdicts; where none must come: verdicts: []"),
        (
            "as_of: 2025-01-01\ncases:\n  - name: a\n    verdict: []",
            "x.test.yaml:4: unknown key \"verdict\" in a case; "
                + "known are as_of, name, parameters, rows, sweeps, verdicts"
        ),
        (
            "as_of: 2025-01-01\ncases:\n  - name: a\n    verdicts: []\n    rows:\n      things:\n        - { colour: red }",
            "x.test.yaml:7: things has no column colour"
        ),
        (
            "as_of: 2025-01-01\ncases:\n  - name: a\n    verdicts: []\n    rows: { things: [{ id: many }] }",
            "x.test.yaml:5: things.id: not of the kind integer"
        ),
        (
            "as_of: 2025-01-01\ncases:\n  - name: a\n    verdicts: []\n    rows: { things: [{ id: 1 }] }",
            "x.test.yaml:5: things does not take the row: NOT NULL constraint failed: things.region_id"
        ),
        (
            "as_of: 2025-01-01\ncases:\n  - name: a\n    verdicts: []\n    rows: { nothing: [{ id: 1 }] }",
            "x.test.yaml:5: no table nothing; see `esiwh sql list`"
        ),
    ])
    func aFaultIsNamedWithItsLine(yaml: String, expected: String) {
        #expect(fault(yaml) == expected)
    }

    @Test func differencesAreToldVerdictByVerdict() throws {
        let yaml = """
            as_of: 2025-11-24
            cases:
              - name: a
                verdicts:
                  - { id: 1, state: firing, price: 100, at: 2025-11-24T16:00:00Z, reason: null }
                  - { id: 2, state: firing, price: 99 }
                  - { id: 3, state: clear, colour: red }
                  - { id: 4 }
                  - { state: clear }
            """
        let test = try RuleTestFile(path: "x.test.yaml", name: "x", text: yaml).cases[0]
        let columns: [(name: String, kind: ColumnKind?)] = [
            ("id", nil), ("state", nil), ("price", .isk), ("at", .timestamp), ("reason", nil),
        ]
        let rows: [[Value]] = [
            [1, "firing", 100.0, 1_764_000_000, .null], [2, "clear", 100.0, 1_764_000_000, "matched"],
            [3, "clear", 100, .null, .null], [5, "unknown", .null, 1_764_000_000, "partial"],
        ]
        let found = Verdicts(rule: "x", columns: columns, rows: rows, fault: nil)
        #expect(
            test.differences(from: found, key: ["id"]) == [
                "id=2: state must be firing, is clear",
                "id=2: price must be 99, is 100.0",
                "id=3: colour must be red, is no column of the rule",
                "id=4: no such verdict",
                "line 9: the verdict must name id",
                "not expected: id=5, state=unknown, at=2025-11-24T16:00:00Z, reason=partial",
            ])
        let broken = Verdicts(brokenRule: "x", "no such table: t")
        #expect(test.differences(from: broken, key: ["id"]) == ["the rule is broken: no such table: t"])
    }
}
