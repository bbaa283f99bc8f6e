import Foundation
import SQLite
import Testing
import Warehouse

/// The reports on industry beside the same bills, reckoned in whole numbers.
@Suite struct IndustryReportTests {
    /// What a job is asked about, percentages in tenths.
    private struct Terms {
        var runs: Int64
        var me: Int64
        var te: Int64
        var structure: Int64
        var rig: Int64
        var time: Int64
        var buyAt: String
        var sellAt: String

        init(_ numbers: inout ReportNumbers) {
            runs = [1, 2, 7, 100, 12_345].randomElement(using: &numbers) ?? 1
            me = Int64.random(in: 0...10, using: &numbers)
            te = Int64.random(in: 0...10, using: &numbers) * 2
            structure = [0, 10].randomElement(using: &numbers) ?? 0
            rig = [0, 20, 24, 42].randomElement(using: &numbers) ?? 0
            time = [0, 150, 333].randomElement(using: &numbers) ?? 0
            buyAt = ["ask", "bid", "average"].randomElement(using: &numbers) ?? "ask"
            sellAt = ["ask", "bid", "average"].randomElement(using: &numbers) ?? "ask"
        }

        /// As the report takes them.
        var parameters: [String: Value] {
            [
                "runs": .integer(runs), "me": .integer(me), "te": .integer(te),
                "structure_bonus": .real(Double(structure) / 10),
                "rig_bonus": .real(Double(rig) / 10), "time_bonus": .real(Double(time) / 10), "buy_at": .text(buyAt),
                "sell_at": .text(sellAt), "broker_fee": 1.5, "sales_tax": 3.6, "system_id": 30_002_187,
                "cost_bonus": 10,
                "facility_tax": 0.5, "alpha_tax": 0.25, "limit": 100,
            ]
        }

        /// For the whole job: rounded to hundredths, then up, and at least one a run. Nil where the hundredths are a tie,
        /// which binary fractions decide one way or the other.
        func units(_ base: Int64, isFormula: Bool) -> Int64? {
            let exact = runs * base * (100 - (isFormula ? 0 : me)) * (1000 - structure) * (1000 - rig)  // 1e8 to a unit
            if exact % 1_000_000 == 500_000 { return nil }
            let hundredths = (exact + 500_000) / 1_000_000
            return max(runs, (hundredths + 99) / 100)
        }
    }

    private struct Price {
        var ask: Int64?
        var bid: Int64?
        var average: Int64?
        var adjusted: Int64?

        /// In cents.
        func at(_ place: String) -> Int64? { place == "ask" ? ask : place == "bid" ? bid : average }
    }

    private struct Blueprint {
        var id: Int64
        var product: Int64
        var units: Int64
        var seconds: Int64
        var materials: [Int64: Int64]
    }

    private let prices: [Int64: Price]
    private let blueprints: [Blueprint]
    private let bench: ReportBench

    init() throws {
        var numbers = ReportNumbers(seed: 5)
        var prices: [Int64: Price] = [:]
        for type in (1...40 as ClosedRange<Int64>) {
            func cents(_ chance: Double) -> Int64? {
                Double.random(in: 0..<1, using: &numbers) < chance
                    ? Int64.random(in: 1...5_000_000, using: &numbers) : nil
            }
            prices[type] = Price(ask: cents(0.95), bid: cents(0.95), average: cents(0.95), adjusted: cents(0.97))
        }
        var blueprints: [Blueprint] = []
        for id in (1001...1030 as ClosedRange<Int64>) {
            var materials: [Int64: Int64] = [:]
            for _ in 0..<Int.random(in: 1...5, using: &numbers) {
                let base: Int64 = [1, 3, 17, 250, 33_333].randomElement(using: &numbers) ?? 1
                materials[Int64.random(in: 1...40, using: &numbers)] = base
            }
            blueprints.append(
                Blueprint(
                    id: id, product: Int64.random(in: 1...40, using: &numbers),
                    units: [1, 10, 100].randomElement(using: &numbers) ?? 1,
                    seconds: Int64.random(in: 1...9999, using: &numbers), materials: materials))
        }
        (self.prices, self.blueprints) = (prices, blueprints)
        bench = try ReportBench()
        try write()
    }

    /// Odd blueprints are of the formula kind.
    private func activity(_ blueprint: Blueprint) -> String { blueprint.id % 2 == 1 ? "reaction" : "manufacturing" }

    private func write() throws {
        for (type, price) in prices {
            try bench.insert(
                "market_prices",
                [
                    "type_id": .integer(type), "valid_from": 1,
                    "average_price": price.average.map { .real(Double($0) / 100) } ?? .null,
                    "adjusted_price": price.adjusted.map { .real(Double($0) / 100) } ?? .null,
                ])
            // The best, one behind it, and a better one elsewhere.
            for (place, isBuy, best) in [(0, false, price.ask), (1, true, price.bid)] as [(Int64, Bool, Int64?)] {
                guard let best else { continue }
                try order(type * 10 + place * 3, type, isBuy, best, ReportBench.place)
                try order(
                    type * 10 + place * 3 + 1, type, isBuy, isBuy ? max(best - 1, 1) : best + 1, ReportBench.place)
                try order(type * 10 + place * 3 + 2, type, isBuy, isBuy ? best * 2 : 1, 60_000_001)
            }
        }
        for blueprint in blueprints {
            let id = Value.integer(blueprint.id)
            let kind = Value.text(activity(blueprint))
            try bench.insert(
                "sde_blueprints",
                [
                    "blueprint_type_id": id, "\(activity(blueprint))_time": .integer(blueprint.seconds),
                    "valid_from": 0,
                ])
            try bench.insert(
                "sde_blueprint_products",
                [
                    "blueprint_type_id": id, "activity": kind, "type_id": .integer(blueprint.product),
                    "quantity": .integer(blueprint.units), "valid_from": 0,
                ])
            for (type, base) in blueprint.materials {
                try bench.insert(
                    "sde_blueprint_materials",
                    [
                        "blueprint_type_id": id, "activity": kind, "type_id": .integer(type),
                        "quantity": .integer(base),
                        "valid_from": 0,
                    ])
            }
        }
        for kind in ["manufacturing", "reaction"] {
            try bench.insert(
                "industry_systems",
                ["solar_system_id": 30_002_187, "activity": .text(kind), "cost_index": 0.0271, "valid_from": 1])
        }
    }

    private func order(_ id: Int64, _ type: Int64, _ isBuy: Bool, _ cents: Int64, _ place: Int64) throws {
        try bench.insert(
            "market_orders",
            [
                "region_id": .integer(ReportBench.region), "order_id": .integer(id), "type_id": .integer(type),
                "is_buy_order": isBuy ? 1 : 0, "price": .real(Double(cents) / 100), "volume_remain": 1,
                "volume_total": 1,
                "min_volume": 1, "location_id": .integer(place), "system_id": 30_000_142, "range": "region",
                "duration": 90, "issued": .integer(ReportBench.now - 3600),
                "valid_from": .integer(ReportBench.now - 3600),
            ])
    }

    @Test(arguments: 1...30 as ClosedRange<UInt64>)
    func `a job's profit is its product's price less its materials and its cost`(seed: UInt64) throws {
        var numbers = ReportNumbers(seed: seed)
        let terms = Terms(&numbers)
        for kind in ["manufacturing", "reaction"] {
            let all = terms.parameters.merging(["activity": .text(kind)]) { $1 }
            let rows = try bench.rows("manufacturing-profit", all)
            let own = blueprints.filter { activity($0) == kind }
            #expect(Set(rows.compactMap { $0["blueprint_type_id"]?.integer }) == Set(own.map(\.id)))
            for blueprint in own {
                let row = try #require(rows.first { $0["blueprint_type_id"] == .integer(blueprint.id) })
                check(row, blueprint, terms)
                let one = try bench.rows(
                    "manufacturing-profit", all.merging(["type_id": .integer(blueprint.id)]) { $1 })
                #expect(one.contains(row))
            }
            let hours = rows.map { $0.number("profit_per_hour") }
            #expect(hours.compactMap(\.self) == hours.compactMap(\.self).sorted(by: >))
            #expect(hours.drop { $0 != nil }.allSatisfy { $0 == nil }, "those without a profit come last")
        }
    }

    private func check(_ row: [String: Value], _ blueprint: Blueprint, _ terms: Terms) {
        let isFormula = activity(blueprint) == "reaction"
        var (materials, eiv, missing): (Double?, Double?, Int64) = (0, 0, 0)
        for (type, base) in blueprint.materials {
            guard let units = terms.units(base, isFormula: isFormula) else { return }
            let price = prices[type]?.at(terms.buyAt).map(Double.init)
            if price == nil { missing += 1 }
            materials = materials.flatMap { sum in price.map { sum + Double(units) * $0 / 100 } }
            let adjusted = prices[type]?.adjusted.map(Double.init)
            eiv = eiv.flatMap { sum in adjusted.map { sum + Double(terms.runs * base) * $0 / 100 } }
        }
        if terms.buyAt == "bid" { materials = materials.map { $0 * 1.015 } }
        let cost = eiv.map { $0 * (0.0271 * 0.9 + 0.005 + 0.04 + 0.0025) }
        let kept = terms.sellAt == "ask" ? 0.949 : 0.964
        let units = blueprint.units * terms.runs
        let proceeds = prices[blueprint.product]?.at(terms.sellAt).map { Double($0) / 100 * Double(units) * kept }
        let seconds =
            Double(blueprint.seconds * terms.runs) * (isFormula ? 1 : Double(100 - terms.te) / 100)
            * Double(1000 - terms.time) / 1000
        var profit: Double?
        if let materials, let cost, let proceeds { profit = proceeds - materials - cost }
        #expect(row["units"] == .integer(units) && row["missing"] == .integer(missing))
        #expect(isNear(row.number("materials"), materials), "\(row)")
        #expect(isNear(row.number("eiv"), eiv), "\(row)")
        #expect(isNear(row.number("job_cost"), cost), "\(row)")
        #expect(isNear(row.number("proceeds"), proceeds), "\(row)")
        #expect(isNear(row.number("profit"), profit, within: 0.02), "\(row)")
        #expect(isNear(row.number("profit_per_run"), profit.map { $0 / Double(terms.runs) }, within: 0.02))
        #expect(abs((row.number("seconds") ?? -9) - seconds) <= 0.5001, "\(row)")
        let hour = profit.flatMap { value in seconds.rounded() > 0 ? value * 3600 / seconds.rounded() : nil }
        if abs(seconds - seconds.rounded(.down) - 0.5) > 1e-6 {
            #expect(isNear(row.number("profit_per_hour"), hour, within: 1), "\(row)")
        }
    }

    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func `a bill names each material, what it takes, costs and saves`(seed: UInt64) throws {
        var numbers = ReportNumbers(seed: seed)
        let terms = Terms(&numbers)
        let own = ["runs", "me", "structure_bonus", "rig_bonus"]
        for blueprint in blueprints {
            var parameters = terms.parameters.filter { own.contains($0.key) }
            parameters["activity"] = .text(activity(blueprint))
            parameters["type_id"] = .integer(blueprint.id)
            let rows = try bench.rows("blueprint-materials", parameters)
            #expect(rows.count == blueprint.materials.count)
            for row in rows {
                let type = try #require(row["type_id"]?.integer)
                let base = try #require(blueprint.materials[type])
                guard let units = terms.units(base, isFormula: activity(blueprint) == "reaction") else { continue }
                #expect(row["quantity"] == .integer(units) && row["saved"] == .integer(base * terms.runs - units))
                #expect(isNear(row.number("cost"), prices[type]?.ask.map { Double($0 * units) / 100 }))
            }
        }
    }

    @Test func `without an index of the system there is no profit, and a given one stands in its place`() throws {
        let known = blueprints.filter { blueprint in
            activity(blueprint) == "manufacturing" && prices[blueprint.product]?.ask != nil
                && blueprint.materials.keys.allSatisfy { prices[$0]?.ask != nil && prices[$0]?.adjusted != nil }
        }
        let blueprint = try #require(known.first)
        let type = Value.integer(blueprint.id)
        let nowhere = try bench.rows("manufacturing-profit", ["type_id": type, "system_id": 1])
        #expect(nowhere.allSatisfy { $0["job_cost"] == .null && $0["profit"] == .null && $0["eiv"] != .null })
        let given = try bench.rows("manufacturing-profit", ["type_id": type, "system_id": 1, "cost_index": 0.5])
        let row = try #require(given.first)
        #expect(isNear(row.number("job_cost"), row.number("eiv").map { $0 * 0.5425 }, within: 0.02))
    }
}
