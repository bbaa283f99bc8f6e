import SQLite
import Testing
import Warehouse

@testable import esiwh

/// `esiwh history`, `diff` and `status` over the same small warehouse as `query`'s tests.
@Suite struct HistoryTests {
    private func run(_ arguments: String...) async throws -> Run {
        await Run(arguments, home: try marketHome(), environment: ["ESIWH_NOW": "2025-11-24T16:00:00Z"])
    }

    @Test func everyVersionComesWithWhatChanged() async throws {
        let run = try await run("history", "market_orders", "10000002", "3", "--human")
        #expect(run.err == "")
        let lines = run.out.split(separator: "\n").map {
            $0.split(separator: "  ").map(\.trimmed).filter { !$0.isEmpty }
        }
        #expect(lines[0].prefix(4) == ["valid_from", "valid_to", "change", "changes"])
        #expect(lines[2].prefix(4) == ["6 h ago", "4 h ago", "added", "10000002"])
        #expect(lines[3].prefix(3) == ["4 h ago", "changed", "price 100.00 → 90.00, issued 6 h ago → 4 h ago"])
        let json = try await self.run("history", "market_orders", "order_id=3", "--format", "ndjson")
        #expect(
            json.out == """
                {"valid_from": "2025-11-24T10:00:00Z", "valid_to": "2025-11-24T12:00:00Z", "change": "added", \
                "changes": null, "region_id": 10000002, "order_id": 3, "type_id": 34, "is_buy_order": false, "price": 100, \
                "volume_remain": 2, "volume_total": 2, "min_volume": 1, "location_id": 60003760, "system_id": 30000142, \
                "range": "region", "duration": 90, "issued": "2025-11-24T10:00:00Z"}
                {"valid_from": "2025-11-24T12:00:00Z", "valid_to": null, "change": "changed", "changes": {"price": \
                {"from": 100, "to": 90}, "issued": {"from": "2025-11-24T10:00:00Z", "to": "2025-11-24T12:00:00Z"}}, \
                "region_id": 10000002, "order_id": 3, "type_id": 34, "is_buy_order": false, "price": 90, \
                "volume_remain": 2, "volume_total": 2, "min_volume": 1, "location_id": 60003760, "system_id": 30000142, \
                "range": "region", "duration": 90, "issued": "2025-11-24T12:00:00Z"}

                """)
        let past = try await self.run("history", "market_orders", "order_id=3", "--as-of", "-5h", "--format", "csv")
        #expect(
            past.out.split(separator: "\r\n").dropFirst() == [
                "2025-11-24T10:00:00Z,,added,,10000002,3,34,0,100,2,2,1,60003760,30000142,region,90,2025-11-24T10:00:00Z"
            ])
    }

    @Test(arguments: [
        (["orders", "1"], "no table orders with versions"),
        (
            ["market_orders", "1"],
            "the key of market_orders is region_id order_id: give a value for each, or column=value"
        ),
        (["market_orders", "type_id=34"], "type_id is not in the key of market_orders, which is region_id order_id"),
    ])
    func aTableOrKeyThatIsNoneIsRefused(arguments: [String], expected: String) async throws {
        let run = await Run(["history"] + arguments, home: try marketHome())
        #expect(run.status == .usage)
        #expect(run.err.hasPrefix("esiwh: \(expected)"))
    }

    @Test func aRowThatNeverWasIsSaidToBeNone() async throws {
        let run = try await run("history", "market_orders", "10000002", "99", "--format", "ndjson")
        #expect(run.status == .done)
        #expect(run.out == "")
        #expect(run.err == "esiwh: no such row, now or before\n")
    }

    @Test func aDiffTellsAddedAndChangedRows() async throws {
        let run = try await run("diff", "market_orders", "--from", "2025-11-24T10:30:00Z", "--format", "csv")
        #expect(
            run.out == """
                change,region_id,order_id,changes\r
                added,10000002,2,"type_id 34, is_buy_order 0, price 1250000000, volume_remain 2, volume_total 2, \
                min_volume 1, location_id 60003760, system_id 30000142, range region, duration 90, \
                issued 2025-11-24T11:00:00Z"\r
                changed,10000002,3,"price 100 → 90, issued 2025-11-24T10:00:00Z → 2025-11-24T12:00:00Z"\r

                """)
        #expect(run.err == "esiwh: 1 added, 1 changed, 0 removed\n")
        let json = try await self.run(
            "diff", "market_orders", "--from", "-330m", "--to", "-1h", "--where", "order_id = 3", "--format", "json")
        #expect(
            json.out == """
                [
                {"change": "changed", "region_id": 10000002, "order_id": 3, "changes": {"price": {"from": 100, "to": 90}, \
                "issued": {"from": "2025-11-24T10:00:00Z", "to": "2025-11-24T12:00:00Z"}}}
                ]

                """)
        let bad = try await self.run("diff", "market_orders", "--from", "-1d", "--where", "colour = 3")
        #expect(bad.status == .usage)
        #expect(
            bad.err == "esiwh: --where: no such column: colour; name columns of market_orders, as in type_id = 34\n")
    }

    @Test func statusShowsFreshnessProblemsRunsAndFiles() async throws {
        let home = try marketHome()
        let connection = try Connection(path: home.path + "/warehouse.sqlite", mode: .readWrite)
        try connection.execute(
            """
            INSERT INTO partitions (dataset, partition, observed_at, expires_at, outcome, reason) VALUES
                ('market_orders', 'region_id=10000002', 1763982000, 1763982300, 'complete', NULL),
                ('market_orders', 'region_id=10000043', 1763985600, 1764003600, 'partial', 'page 3: HTTP 502'),
                ('public_contracts', 'region_id=10000002', 1763985600, 1763985900, 'failed', 'HTTP 504');
            INSERT INTO notes VALUES ('fault:names', 'datasets/names.sql:7: each does not run');
            INSERT INTO runs (command, started_at, ended_at, outcome, requests, bytes)
            VALUES ('ingest', 1763982000, 1763982060, 'partial', 12, 34567)
            """)
        let environment = ["ESIWH_NOW": "2025-11-24T16:00:00Z"]
        let status = await Run(["status"], home: home, environment: environment)
        let sections = status.out.split(separator: "\n\n")
        #expect(sections.count == 8)
        #expect(["datasets", "problems", "runs", "files"] == [0, 2, 4, 6].map { sections[$0] })
        let orders = sections[1].split(separator: "\n").first { $0.hasPrefix("market_orders ") }
        #expect(
            orders?.split(separator: " ") == [
                "market_orders", "2", "1", "1", "2025-11-24T11:00:00Z", "2025-11-24T12:00:00Z", "2025-11-24T17:00:00Z",
                "3",
                "1",
            ])
        #expect(
            sections[5] == """
                run  command  started_at            ended_at              outcome  requests  bytes
                ───  ───────  ────────────────────  ────────────────────  ───────  ────────  ─────
                  1  ingest   2025-11-24T11:00:00Z  2025-11-24T11:01:00Z  partial        12  34567
                """)
        let problems = await Run(
            ["status", "--section", "problems", "--format", "ndjson"], home: home, environment: environment)
        #expect(
            problems.out == """
                {"dataset": "market_orders", "partition": "region_id=10000043", "outcome": "partial", \
                "reason": "page 3: HTTP 502", "observed_at": "2025-11-24T12:00:00Z", "next_try": "2025-11-24T17:00:00Z"}
                {"dataset": "names", "partition": "", "outcome": "failed", \
                "reason": "datasets/names.sql:7: each does not run", "observed_at": null, \
                "next_try": "2025-11-24T16:00:00Z"}
                {"dataset": "public_contracts", "partition": "region_id=10000002", "outcome": "failed", \
                "reason": "HTTP 504", "observed_at": "2025-11-24T12:00:00Z", "next_try": "2025-11-24T16:00:00Z"}

                """)
    }
}
