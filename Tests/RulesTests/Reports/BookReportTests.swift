import SQLite
import Testing
import Warehouse

/// The reports over the book beside the same figures reckoned plainly, order by order.
@Suite struct BookReportTests {
    private struct Order {
        var id: Int64
        var type: Int64
        var isBuy: Bool
        var cents: Int64
        var units: Int64
        var place: Int64
    }

    private let types: [Int64] = [34, 35, 587]

    private func orders(_ seed: UInt64) -> [Order] {
        var numbers = ReportNumbers(seed: seed)
        return (1...80 as ClosedRange<Int64>).map { id in
            let isBuy = Bool.random(using: &numbers)
            let level: Int64 = isBuy ? 95_000 : 100_000
            return Order(
                id: id, type: types.randomElement(using: &numbers) ?? 34, isBuy: isBuy,
                cents: level + Int64.random(in: -6...6, using: &numbers) * 1000,
                units: Int64.random(in: 1...5000, using: &numbers),
                place: ReportBench.place + Int64.random(in: 0...1, using: &numbers))
        }
    }

    private func bench(_ orders: [Order]) throws -> ReportBench {
        let bench = try ReportBench()
        for order in orders {
            try bench.insert(
                "market_orders",
                [
                    "region_id": .integer(ReportBench.region), "order_id": .integer(order.id),
                    "type_id": .integer(order.type), "is_buy_order": order.isBuy ? 1 : 0,
                    "price": .real(Double(order.cents) / 100), "volume_remain": .integer(order.units),
                    "volume_total": .integer(order.units), "min_volume": 1, "location_id": .integer(order.place),
                    "system_id": 30_000_142, "range": "region", "duration": 90,
                    "issued": .integer(ReportBench.now - 3600), "valid_from": .integer(ReportBench.now - 3600),
                ])
        }
        return bench
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `depth and percentile price are what a walk through the orders gives`(seed: UInt64) throws {
        let all = orders(seed)
        let bench = try bench(all)
        let percent = [5, 12.5, 100][Int(seed % 3)]
        let rows = try bench.rows("market-depth", ["location_id": 0, "percent": .real(percent), "limit": 100])
        #expect(rows.count == Set(all.map { [$0.type, $0.isBuy ? 1 : 0] }).count)
        for row in rows {
            let side = all.filter { .integer($0.type) == row["type_id"] && $0.isBuy == (row["side"] == "bid") }
                .sorted { $0.isBuy ? $0.cents > $1.cents : $0.cents < $1.cents }
            let best = side[0].cents
            // One unit after the other.
            let units = side.flatMap { order in Array(repeating: order.cents, count: Int(order.units)) }
            let wanted = Int((Double(units.count) * percent / 100).rounded(.up))
            let mean = Double(units.prefix(wanted).reduce(0, +)) / Double(wanted) / 100
            #expect(isNear(row.number("percentile_price"), mean), "\(row)")
            let near = side.filter { abs($0.cents - best) * 100 <= best }
            let far = side.filter { abs($0.cents - best) * 100 <= best * 5 }
            #expect(row["depth_1"] == .integer(near.reduce(0) { $0 + $1.units }))
            #expect(row["depth_5"] == .integer(far.reduce(0) { $0 + $1.units }))
            #expect(isNear(row.number("isk_5"), Double(far.reduce(0) { $0 + $1.units * $1.cents }) / 100))
            #expect(row["orders"] == .integer(Int64(side.count)))
        }
        let one = try bench.rows("market-depth", ["location_id": 0, "percent": .real(percent), "type_id": 587])
        #expect(one.count == 2)
        #expect(one == rows.filter { $0["type_id"] == 587 })
    }

    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `the margin is what is left of the spread after both fees and the tax`(seed: UInt64) throws {
        let all = orders(seed)
        let bench = try bench(all)
        let rows = try bench.rows("spread", ["broker_fee": .real(1.5), "sales_tax": .real(3.36)])
        var types = 0
        for type in self.types {
            let here = all.filter { $0.type == type && $0.place == ReportBench.place }
            guard let bid = here.filter(\.isBuy).map(\.cents).max(),
                let ask = here.filter({ !$0.isBuy }).map(\.cents).min()
            else { continue }
            types += 1
            let row = try #require(rows.first { $0["type_id"] == .integer(type) })
            // Prices between 100 and 9999 ISK have ticks of 10 cents or 1 ISK: four digits.
            let tick = { (cents: Int64) -> Int64 in cents >= 100_000 ? 100 : 10 }
            let buy = Double(bid + tick(bid)) / 100
            let sell = Double(ask - (ask == 100_000 ? 10 : tick(ask))) / 100
            let profit = sell * (1 - 0.015 - 0.0336) - buy * 1.015
            #expect(isNear(row.number("buy_at"), buy, within: 1e-9), "\(row)")
            #expect(isNear(row.number("sell_at"), sell, within: 1e-9), "\(row)")
            #expect(isNear(row.number("profit"), profit), "\(row) \(profit)")
            #expect(isNear(row.number("margin_percent"), 100 * profit / (buy * 1.015)), "\(row)")
        }
        #expect(rows.count == types)
        let margins = rows.compactMap { $0.number("margin_percent") }
        #expect(margins == margins.sorted(by: >))
        #expect(try bench.rows("spread", ["min_margin": .real(1e6)]) == [])
    }

    /// Snapshots of a book that lives: what happened to its orders is known, and the report finds it in the versions.
    @Test(arguments: 1...20 as ClosedRange<UInt64>)
    func `trades and churn are found in the versions`(seed: UInt64) throws {
        var life = OrderLife(seed: seed)
        let bench = try ReportBench()
        let first = ReportBench.now - 40 * 3600
        try bench.session.connection.run("UPDATE snapshots SET observed_at = ?", [.integer(first)])
        for hour in 0...40 { life.snapshot(at: first + Int64(hour) * 3600) }
        for (table, row) in life.rows { try bench.insert(table, row) }
        let since = ReportBench.now - 30 * 3600
        let rows = try bench.rows("order-activity", ["since": .integer(since), "hours": 6])
        let events = life.events.filter { $0.at > since }
        #expect(Set(rows.map { $0["at"]?.integer }) == Set(events.map { $0.at - $0.at % 21_600 }))
        #expect(Set(events.map(\.kind)).count == 5, "the world is too quiet: \(Set(events.map(\.kind)))")
        for row in rows {
            let here = events.filter { .integer($0.at - $0.at % 21_600) == row["at"] }
            for kind in ["new", "repriced", "gone", "expired"] {
                #expect(row[kind] == .integer(Int64(here.count { $0.kind == kind })), "\(kind) \(row)")
            }
            for (side, isBuy) in [("ask", false), ("bid", true)] {
                let trades = here.filter { $0.kind == "traded" && $0.isBuy == isBuy }
                #expect(row["\(side)_volume"] == .integer(trades.reduce(0) { $0 + $1.units }), "\(row)")
                let isk = Double(trades.reduce(0) { $0 + $1.units * $1.cents }) / 100
                #expect(isNear(row.number("\(side)_isk"), isk), "\(row)")
            }
            let lost = here.filter { $0.kind == "gone" }.reduce(0) { $0 + $1.units }
            #expect(row["gone_volume"] == .integer(lost))
        }
    }
}

/// A few orders of Tritanium that trade, are repriced, vanish and expire between hourly snapshots.
private struct OrderLife {
    struct Event {
        var at: Int64
        var kind: String
        var isBuy: Bool
        var units: Int64
        var cents: Int64
    }

    private struct State: Equatable {
        var isBuy: Bool
        var cents: Int64
        var units: Int64
        var issued: Int64
        var days: Int64
        var since: Int64
    }

    private(set) var events: [Event] = []
    private(set) var rows: [(String, [String: Value])] = []
    private var numbers: ReportNumbers
    private var living: [Int64: State] = [:]
    private var nextID: Int64 = 1
    private var isFirst = true

    init(seed: UInt64) { numbers = ReportNumbers(seed: seed) }

    mutating func snapshot(at now: Int64) {
        rows.removeAll { $0.0 == "market_orders" }
        for id in living.keys.sorted() { move(id, now) }
        for _ in 0..<(isFirst ? 40 : Int.random(in: 0...1, using: &numbers)) { appear(now) }
        isFirst = false
        for (id, state) in living { rows.append(("market_orders", row(id, state))) }
    }

    private mutating func appear(_ now: Int64) {
        let state = State(
            isBuy: Bool.random(using: &numbers), cents: Int64.random(in: 400...500, using: &numbers),
            units: Int64.random(in: 50...500, using: &numbers),
            issued: now - (isFirst ? Int64.random(in: 60...80_000, using: &numbers) : 60),
            days: Int64.random(in: 1...2, using: &numbers), since: now)
        living[nextID] = state
        nextID += 1
        if !isFirst { record("new", state, 0, now) }
    }

    private mutating func move(_ id: Int64, _ now: Int64) {
        guard let old = living[id] else { return }
        var new = old
        if old.issued + old.days * 86400 <= now {
            living[id] = nil
            record("expired", old, old.units, now)
        } else {
            switch Int.random(in: 0..<20, using: &numbers) {
            case 0:
                living[id] = nil
                record("gone", old, old.units, now)
            case 1...4 where old.units > 1:
                new.units -= Int64.random(in: 1..<old.units, using: &numbers)
                record("traded", old, old.units - new.units, now)
            case 5:
                // Some of it sold in the same hour: nobody can tell how much at which price.
                new.issued = now - 30
                new.cents += 1
                new.units = max(new.units - 3, 1)
                record("repriced", old, 0, now)
            default: return
            }
        }
        var past = row(id, old)
        past["valid_to"] = .integer(now)
        rows.append(("market_orders_history", past))
        new.since = now
        if living[id] != nil { living[id] = new }
    }

    private mutating func record(_ kind: String, _ state: State, _ units: Int64, _ now: Int64) {
        events.append(Event(at: now, kind: kind, isBuy: state.isBuy, units: units, cents: state.cents))
    }

    private func row(_ id: Int64, _ state: State) -> [String: Value] {
        [
            "region_id": .integer(ReportBench.region), "order_id": .integer(id), "type_id": 34,
            "is_buy_order": state.isBuy ? 1 : 0, "price": .real(Double(state.cents) / 100),
            "volume_remain": .integer(state.units), "volume_total": 500, "min_volume": 1,
            "location_id": .integer(ReportBench.place), "system_id": 30_000_142, "range": "region",
            "duration": .integer(state.days), "issued": .integer(state.issued), "valid_from": .integer(state.since),
        ]
    }
}
