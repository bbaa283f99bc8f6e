import SQLite
import Testing
import Warehouse

/// The reports on cost indices and sovereignty beside the same changes found by walking through made-up pasts.
@Suite struct ChangeReportTests {
    private static let day: Int64 = 86_400
    private static let systems: [Int64] = Array(30_000_001...30_000_025)

    /// A state of a system from a moment on.
    private struct State: Equatable {
        var from: Int64
        var holder: Int64
        var corporation: Int64
        var isCapital: Bool
        var level: Int64
        var index: Double
    }

    private let pasts: [Int64: [State]]
    private let bench: ReportBench

    init() throws {
        var numbers = ReportNumbers(seed: 9)
        var pasts: [Int64: [State]] = [:]
        for system in Self.systems {
            var moment = ReportBench.now - Int64.random(in: 20...60, using: &numbers) * Self.day
            var states: [State] = []
            while moment < ReportBench.now {
                let holder: Int64 = [0, 500_007, 99_000_001, 99_000_002].randomElement(using: &numbers) ?? 0
                states.append(
                    State(
                        from: moment, holder: holder,
                        corporation: holder > 99_000_000 ? 98_000_000 + Int64.random(in: 1...2, using: &numbers) : 0,
                        isCapital: holder > 99_000_000 && Int.random(in: 0..<4, using: &numbers) == 0,
                        level: Int64.random(in: 0...5, using: &numbers),
                        index: Double(Int.random(in: 14...1400, using: &numbers)) / 10_000))
                moment += Int64.random(in: 1...9, using: &numbers) * Self.day
            }
            pasts[system] = states
        }
        self.pasts = pasts
        bench = try ReportBench()
        try write()
    }

    private func write() throws {
        for (system, states) in pasts {
            for (place, state) in states.enumerated() {
                let until = place + 1 < states.count ? states[place + 1].from : nil
                let isAlliance = state.holder > 99_000_000
                try version(
                    "sovereignty_systems", until,
                    [
                        "solar_system_id": .integer(system), "valid_from": .integer(state.from),
                        "alliance_id": isAlliance ? .integer(state.holder) : .null,
                        "faction_id": !isAlliance && state.holder > 0 ? .integer(state.holder) : .null,
                        "corporation_id": isAlliance ? .integer(state.corporation) : .null,
                        "is_capital_system": isAlliance ? .integer(state.isCapital ? 1 : 0) : .null,
                        "military_level": isAlliance ? .integer(state.level) : .null,
                    ])
                try version(
                    "industry_systems", until,
                    [
                        "solar_system_id": .integer(system), "activity": "copying", "valid_from": .integer(state.from),
                        "cost_index": .real(state.index),
                    ])
            }
            // Every third system is one that the warehouse knows nothing else of.
            guard system % 3 > 0 else { continue }
            try bench.insert(
                "sde_systems",
                [
                    "system_id": .integer(system), "name": .text("System \(system)"), "constellation_id": 20_000_001,
                    "region_id": .integer(10_000_000 + system % 3), "security_status": .real(security(system)),
                    "valid_from": 0,
                ])
        }
    }

    private func security(_ system: Int64) -> Double { Double(system % 10) / 10 }

    private func version(_ table: String, _ until: Int64?, _ row: [String: Value]) throws {
        if let until {
            try bench.insert(table + "_history", row.merging(["valid_to": .integer(until)]) { $1 })
        } else {
            try bench.insert(table, row)
        }
    }

    // MARK: Sovereignty

    /// What changed from one state to the next; nil for what is of no interest.
    private func change(_ before: State, _ after: State, details: Bool) -> String? {
        if before.holder != after.holder {
            return before.holder == 0 ? "claimed" : after.holder == 0 ? "lost" : "taken"
        }
        guard details else { return nil }
        if before.corporation != after.corporation { return "moved" }
        return before.isCapital != after.isCapital ? "capital" : nil
    }

    @Test(arguments: [1, 7, 15, 100] as [Int64], [false, true])
    func `each change of a holder since a moment has its row`(days: Int64, details: Bool) throws {
        let since = ReportBench.now - days * Self.day
        let parameters: [String: Value] = [
            "since": .integer(since), "details": details ? 1 : 0, "limit": 10_000,
        ]
        var expected: [[Value]] = []
        for (system, states) in pasts {
            for (before, after) in zip(states, states.dropFirst()) where after.from > since {
                guard let change = change(before, after, details: details) else { continue }
                let ids = [before.holder, after.holder, after.corporation].map { $0 > 0 ? Value.integer($0) : .null }
                let name = system % 3 > 0 ? Value.text("System \(system)") : .null
                expected.append([.integer(after.from), .text(change), .integer(system), name] + ids)
            }
        }
        #expect(days < 100 || Set(expected.map { $0[1] }).count == (details ? 5 : 3))
        let names = [
            "changed_at", "change", "system_id", "system", "holder_before_id", "holder_id", "corporation_id",
        ]
        let rows = try bench.rows("sovereignty-changes", parameters)
        let found = rows.map { row in names.map { row[$0] ?? .null } }
        #expect(Set(found) == Set(expected) && found.count == expected.count)
        let moments = rows.compactMap { $0["changed_at"]?.integer }
        #expect(moments == moments.sorted(by: >))

        let one = try bench.rows("sovereignty-changes", parameters.merging(["alliance_id": 99_000_001]) { $1 })
        #expect(one == rows.filter { $0["holder_id"] == 99_000_001 || $0["holder_before_id"] == 99_000_001 })
        let near = try bench.rows("sovereignty-changes", parameters.merging(["region_id": 10_000_001]) { $1 })
        #expect(near == rows.filter { ($0["system_id"]?.integer ?? 0) % 3 == 1 })
    }

    // MARK: Cost indices

    @Test(arguments: [1, 7, 30, 100] as [Int64], ["index", "change"])
    func `an index stands beside what it was`(days: Int64, order: String) throws {
        let since = ReportBench.now - days * Self.day
        let parameters: [String: Value] = [
            "activity": "copying", "since": .integer(since), "order": .text(order), "limit": 1000,
        ]
        let rows = try bench.rows("cost-indices", parameters)
        #expect(rows.count == Self.systems.count)
        for row in rows {
            let states = try #require(pasts[row["system_id"]?.integer ?? 0])
            let now = try #require(states.last).index
            let before = states.last { $0.from <= since }?.index
            #expect(isNear(row.number("percent"), 100 * now) && row["copying"] == row["percent"])
            #expect(isNear(row.number("change"), before.map { 100 * (now - $0) }), "\(row)")
            #expect(row["manufacturing"] == .null)
        }
        let keys = rows.map { row in order == "index" ? row.number("percent") : row.number("change").map { -abs($0) } }
        let known = keys.compactMap(\.self)
        #expect(zip(known, known.dropFirst()).allSatisfy { $0 <= $1 + 0.0101 })
        #expect(keys.prefix(known.count).allSatisfy { $0 != nil }, "what was not known then comes last")

        let safe = try bench.rows(
            "cost-indices", parameters.merging(["min_security": 0.45, "max_security": 0.7]) { $1 })
        let inRegion = rows.filter { ($0["system_id"]?.integer ?? 0) % 3 > 0 }
        #expect(safe == inRegion.filter { (0.45...0.7).contains($0.number("security") ?? -1) } && !safe.isEmpty)
        let near = try bench.rows("cost-indices", parameters.merging(["region_id": 10_000_001, "limit": 3]) { $1 })
        #expect(near == Array(inRegion.filter { ($0["system_id"]?.integer ?? 0) % 3 == 1 }.prefix(3)))
    }

    @Test(arguments: [1, 10, 100] as [Int64])
    func `the past of a system's index is told change by change`(days: Int64) throws {
        let since = ReportBench.now - days * Self.day
        for system in Self.systems {
            let states = try #require(pasts[system])
            let rows = try bench.rows(
                "cost-index-history", ["system_id": .integer(system), "since": .integer(since)])
            #expect(rows.map { $0["changed_at"]?.integer } == states.map(\.from).filter { $0 > since })
            for row in rows {
                let place = try #require(states.firstIndex { .integer($0.from) == row["changed_at"] })
                #expect(isNear(row.number("percent"), 100 * states[place].index) && row["activity"] == "copying")
                #expect(isNear(row.number("percent_before"), place > 0 ? 100 * states[place - 1].index : nil))
            }
        }
    }
}
