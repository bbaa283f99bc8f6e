import Foundation
import Ingest
import SQLite
import Testing
import Warehouse

@testable import Sandbox

/// A simulated week of refreshes against everything that ESI does wrong, beside naive full copies. What the sandbox shows at a
/// moment follows from its seed, so the truth needs no second client.
@Suite struct SoakTests {
    static let isFull = ProcessInfo.processInfo.environment["ESIWH_SOAK"] != nil
    /// Whether the process does nothing else, so that its memory is the ingests'.
    static let isAlone = ProcessInfo.processInfo.environment["ESIWH_SOAK"] == "alone"
    /// Every fifteen minutes of a week; in the suite the week has fewer.
    static let refreshes = isFull ? 672 : 28
    static let seeds: [UInt64] = isFull && !isAlone ? [1, 2, 3] : [1]

    /// A dataset whose partitions are regions, and columns enough to tell its rows' states apart.
    private struct Watched {
        let name: String
        let key: String
        let columns: [String]
        let times: Set<String>
        let pages: @Sendable (Universe, Int, Int) -> [[UInt8]]

        var select: String { "SELECT \(columns.joined(separator: ", ")) FROM \(name) WHERE region_id = " }

        /// Every row of a region at a moment, read by Foundation.
        func truth(_ universe: Universe, _ region: Int, at moment: Int) throws -> Rows {
            var rows = Rows()
            for page in pages(universe, region, moment) {
                let objects = try JSONSerialization.jsonObject(with: Data(page)) as? [[String: Any]]
                for object in try #require(objects) {
                    let row = columns.map { column -> Value in
                        let value = object[column]
                        if times.contains(column) { return Timestamp.parse(value as? String ?? "").sqlValue }
                        if ["price"].contains(column) { return .real((value as? NSNumber)?.doubleValue ?? 0) }
                        return .integer((value as? NSNumber)?.int64Value ?? 0)
                    }
                    rows[row[0]] = row
                }
            }
            return rows
        }
    }

    private typealias Rows = [Value: [Value]]

    private static let watched = [
        Watched(
            name: "market_orders", key: "order_id",
            columns: ["order_id", "price", "volume_remain", "location_id", "issued"], times: ["issued"],
            pages: { universe, region, moment in
                let market = Market(universe: universe, region: region)
                return (1...market.pages).map { market.page($0, at: moment) }
            }),
        Watched(
            name: "public_contracts", key: "contract_id",
            columns: ["contract_id", "price", "issuer_id", "date_expired"], times: ["date_expired"],
            pages: { universe, region, moment in
                let board = ContractBoard(universe: universe, region: region)
                return (1...board.page(1, at: moment).pages).map { board.page($0, at: moment).body }
            }),
    ]

    // MARK: Faults

    private struct Chance {
        var state: UInt64

        mutating func below(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
    }

    private static let routes = [
        "/markets/*/orders", "/contracts/public/*", "/contracts/public/items/*", "/contracts/public/bids/*",
        "/universe/names",
    ]

    private static let downtime = routes.map { Fault(route: $0, effect: .status, status: 503) }

    /// What goes wrong in the next refresh; nothing, now and then.
    private static func faults(_ chance: inout Chance) -> [Fault] {
        let route = routes[chance.below(routes.count)]
        let times = 1 + chance.below(6)
        let pages: Set<Int>? = chance.below(2) == 0 ? [1 + chance.below(3)] : nil
        let effects: [Fault.Effect] = [
            .truncate, .cutJSON, .html, .notUTF8, .drop, .newer, .older, .shrink, .wrongType, .extraField,
        ]
        switch chance.below(8) {
        case 0, 1: return []
        case 2:
            let status = [500, 502, 503, 504, 520][chance.below(5)]
            return [Fault(route: route, effect: .status, status: status, times: times * 3, pages: pages)]
        case 3: return [Fault(route: route, effect: .errorLimit, times: 1)]
        case 4: return [Fault(route: route, effect: .rateLimit, times: 1 + chance.below(3))]
        case 5 where isFull && chance.below(4) == 0: return [Fault(route: route, effect: .slow, times: 1)]
        default:
            // Two at once: an outage seldom comes alone.
            return (0..<2).map { _ in
                let route = routes[chance.below(routes.count)]
                let effect = effects[chance.below(effects.count)]
                // A list that says throughout that it is shorter is a shorter list: nobody could know.
                return Fault(route: route, effect: effect, times: effect == .shrink ? 1 : times, pages: pages)
            }
        }
    }

    // MARK: The week

    @Test(arguments: seeds)
    func `a week of faults breaks no invariant and no budget, and hides nothing`(seed: UInt64) async throws {
        let size = Universe.Size(regions: 2, forgeOrders: 2_200, otherOrders: 90, forgeContracts: 60, types: 48)
        try await withWorkbench(size: size, seed: seed, regions: [10_000_002, 10_000_043]) { bench in
            var chance = Chance(state: seed &* 977)
            var copies = Copies()
            var early = 0
            for number in 0..<Self.refreshes {
                if number == Self.refreshes / 4 { early = Self.residentBytes() }
                // Once a day the server is down for an hour; a refresh in between sees nothing of it.
                let isDown = number % (Self.refreshes / 7) == 3
                let faults = isDown ? Self.downtime : Self.faults(&chance)
                for fault in faults { await bench.server.add(fault) }
                try await refresh(bench, &copies)
                if isDown {
                    await bench.server.advance(3_600)
                    try await refresh(bench, &copies)
                }
                await bench.server.clearFaults()
                await bench.server.clearLog()
                await bench.server.advance(7 * 86_400 / Self.refreshes - 60 + chance.below(120))
            }
            // Whatever was put off is asked again within a day or so.
            await bench.server.advance(2 * 86_400)
            let last = try await bench.ingest(Self.datasets)
            #expect(!last.isIncomplete, "\(last.lines.flatMap(\.reasons))")
            try check(bench, &copies)
            #expect(copies.failures > 0, "the faults did nothing")
            #expect(copies.partials > 0 || !Self.isFull, "no page was missing in a whole week")

            let growth = Self.residentBytes() - early
            #expect(!Self.isAlone || growth < 32 << 20, "\(growth >> 20) MiB more than after a quarter of the week")

            try checkHistory(bench, copies)
            let limits = await bench.server.limits()
            #expect((limits.overErrors, limits.overTokens) == (0, 0))
            #expect(limits.early == 0, "the last one for \(limits.earlyPath ?? "nothing")")
            #expect(limits.leastErrors > 0 && limits.leastTokens > 0)
        }
    }

    private static func residentBytes() -> Int {
        // 0: the kernel does not tell.
        let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? "0 0"
        return (Int(text.split(separator: " ")[1]) ?? 0) * sysconf(Int32(_SC_PAGESIZE))
    }

    private static let datasets = [
        "market_orders", "public_contracts", "public_contract_items", "public_contract_bids", "names",
    ]

    private func refresh(_ bench: Workbench, _ copies: inout Copies) async throws {
        let summary = try await bench.ingest(Self.datasets)
        try check(bench, &copies)
        let now = Int64(await bench.server.now)
        let problems = try bench.session().problems(at: now)
        for line in summary.lines {
            #expect(line.fault == nil)
            let bad: [AttemptOutcome] = [.partial, .failed, .absent, .stale]
            let count = bad.reduce(0) { $0 + (line.outcomes[$1] ?? 0) }
            let told = problems.filter { $0.dataset == line.dataset }
            #expect(told.count >= count, "\(line.dataset): \(count) problems, \(told.count) in the status")
            #expect(told.allSatisfy { !$0.reason.isEmpty && $0.nextTry >= now })
        }
    }

    // MARK: Naive copies

    /// What each partition must show, now and at every moment so far.
    private struct Copies {
        var shown: [String: Rows] = [:]
        var moments: [String: [Int64: Int]] = [:]
        var partials = 0
        var failures = 0
    }

    private func check(_ bench: Workbench, _ copies: inout Copies) throws {
        let session = try bench.session()
        for dataset in Self.watched {
            for region in [10_000_002, 10_000_043] {
                let name = "\(dataset.name) \(region)"
                let partition = "region_id=\(region)"
                let state = try session.connection.query(
                    "SELECT outcome, observed_at FROM partitions WHERE dataset = ? AND partition = ?",
                    [.text(dataset.name), .text(partition)])
                let outcome = state.first?[0].text.flatMap(AttemptOutcome.init(rawValue:))
                let shown = try rows(session, dataset, region)
                let before = copies.shown[name] ?? [:]
                guard let outcome, let observed = state.first?[1].integer else {
                    #expect(shown.isEmpty, "\(name) shows rows that nothing brought")
                    continue
                }
                switch outcome {
                case .complete, .unchanged:
                    #expect(shown == (try dataset.truth(bench.server.universe, region, at: Int(observed))), "\(name)")
                case .partial:
                    copies.partials += 1
                    let truth = try dataset.truth(bench.server.universe, region, at: Int(observed))
                    // Invariant 2: nothing is closed; what is there is of that moment, or as it was.
                    #expect(Set(before.keys).isSubset(of: shown.keys), "\(name): a partial snapshot closed rows")
                    #expect(shown.allSatisfy { truth[$0.key] == $0.value || before[$0.key] == $0.value }, "\(name)")
                default:
                    copies.failures += 1
                    #expect(shown == before, "\(name) changed though it \(outcome)")
                }
                copies.shown[name] = shown
                copies.moments[name, default: [:]][observed] = shown.hashValue
            }
        }
    }

    private func rows(_ session: Session, _ dataset: Watched, _ region: Int) throws -> Rows {
        let rows = try session.prepare(dataset.select + "\(region)").rows()
        return Dictionary(rows.map { ($0[0], $0) }) { first, _ in first }
    }

    /// Invariants 1, 3 and 4.
    private func checkHistory(_ bench: Workbench, _ copies: Copies) throws {
        for dataset in Self.watched {
            for region in [10_000_002, 10_000_043] {
                let moments = copies.moments["\(dataset.name) \(region)"] ?? [:]
                let every = max(moments.count / 60, 1)
                for (index, moment) in moments.keys.sorted().enumerated() where index % every == 0 {
                    let past = try rows(try bench.session(asOf: moment), dataset, region)
                    #expect(past.hashValue == moments[moment], "\(dataset.name) \(region) as of \(moment)")
                }
            }
            let session = try bench.session()
            let overlapping = """
                SELECT count(*) FROM \(dataset.name)_versions AS a JOIN \(dataset.name)_versions AS b
                USING (region_id, \(dataset.key))
                WHERE a.valid_from < b.valid_from AND coalesce(a.valid_to, 1 << 60) > b.valid_from
                """
            #expect(try session.connection.value(overlapping) == 0, "versions of one key overlap")
            let unnamed = """
                SELECT (SELECT coalesce(sum(last_version_id - first_version_id + 1), 0) FROM snapshots
                        WHERE dataset = '\(dataset.name)') - (SELECT count(*) FROM \(dataset.name)_history)
                """
            #expect(try session.connection.value(unnamed) == 0, "versions that no snapshot closed")
        }
    }
}
