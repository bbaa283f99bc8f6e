import SQLite
import Testing
import Warehouse

/// The shipped rules beside the same verdicts reckoned plainly, over random markets.
@Suite struct ShippedRuleTests {
    // MARK: Buy orders

    /// Systems 1 to 7 with two stations each; stargates at random. 7 is of another region.
    private struct Map {
        var gates: [Int64: Set<Int64>] = [:]

        init(_ numbers: inout ReportNumbers) {
            for _ in 0..<8 {
                let ends = (1...7 as ClosedRange<Int64>).shuffled(using: &numbers).prefix(2)
                gates[ends[0], default: []].insert(ends[1])
                gates[ends[1], default: []].insert(ends[0])
            }
        }

        /// The systems within so many jumps, none of them outside the region.
        func within(_ jumps: Int, of system: Int64) -> Set<Int64> {
            var found: Set = [system]
            for _ in 0..<jumps { found.formUnion(found.flatMap { gates[$0] ?? [] }.filter { $0 != 7 }) }
            return found
        }
    }

    private struct Order {
        var id: Int64
        var isOwn: Bool
        var cents: Int64
        var issued: Int64
        var system: Int64
        var station: Int64
        var range: String

        /// The stations whose sellers it buys from.
        func reach(_ map: Map) -> Set<Int64> {
            let systems: Set<Int64>
            switch range {
            case "station": return [station]
            case "solarsystem": systems = [system]
            case "region": systems = Set(1...6)
            default: systems = map.within(Int(range) ?? 0, of: system)
            }
            return Set(systems.flatMap { [$0 * 10, $0 * 10 + 1] })
        }

        func isAhead(of other: Order) -> Bool {
            cents > other.cents || (cents == other.cents && issued < other.issued)
        }
    }

    private func orders(_ numbers: inout ReportNumbers) -> [Order] {
        let ranges = ["station", "solarsystem", "region", "1", "2", "3", "5"]
        return (1...40 as ClosedRange<Int64>).map { id in
            let system = Int64.random(in: 1...6, using: &numbers)
            return Order(
                id: id, isOwn: id <= 8, cents: Int64.random(in: 995...1005, using: &numbers),
                issued: ReportBench.now - Int64.random(in: 1...5, using: &numbers) * 3600, system: system,
                station: system * 10 + Int64.random(in: 0...1, using: &numbers),
                range: ranges.randomElement(using: &numbers) ?? "region")
        }
    }

    private func bench(_ map: Map, _ orders: [Order]) throws -> ReportBench {
        let bench = try ReportBench()
        for system in 1...7 as ClosedRange<Int64> {
            try bench.insert(
                "sde_systems",
                [
                    "system_id": .integer(system), "name": "x", "constellation_id": 20, "security_status": 0.9,
                    "region_id": .integer(system == 7 ? 10_000_043 : ReportBench.region), "valid_from": 1,
                ])
            for (place, end) in (map.gates[system] ?? []).enumerated() {
                try bench.insert(
                    "sde_stargates",
                    [
                        "stargate_id": .integer(system * 100 + Int64(place)), "system_id": .integer(system),
                        "type_id": 29624, "destination_stargate_id": 1, "destination_system_id": .integer(end),
                        "valid_from": 1,
                    ])
            }
        }
        for order in orders {
            try bench.insert(
                "market_orders",
                [
                    "region_id": .integer(ReportBench.region), "order_id": .integer(order.id), "type_id": 34,
                    "is_buy_order": 1, "price": .real(Double(order.cents) / 100), "volume_remain": 7,
                    "volume_total": 10, "min_volume": 1, "location_id": .integer(order.station),
                    "system_id": .integer(order.system), "range": .text(order.range), "duration": 90,
                    "issued": .integer(order.issued), "valid_from": .integer(order.issued),
                ])
            if order.isOwn { try bench.insert("owners", ["kind": "order", "id": .integer(order.id)]) }
        }
        return bench
    }

    @Test(arguments: 1...30 as ClosedRange<UInt64>)
    func `a buy order is outbid by whom its reach meets`(seed: UInt64) throws {
        var numbers = ReportNumbers(seed: seed)
        let map = Map(&numbers)
        let orders = orders(&numbers)
        let rows = try bench(map, orders).verdicts("order-undercut")
        #expect(rows.count == 8)
        for row in rows {
            let mine = try #require(orders.first { .integer($0.id) == row["order_id"] })
            let reach = mine.reach(map)
            let met = orders.filter {
                $0.id != mine.id && $0.isAhead(of: mine) && !$0.reach(map).isDisjoint(with: reach)
            }
            let rivals = met.filter { !$0.isOwn }
            let isKnown = map.gates[mine.system]?.contains { $0 != 7 } == true
            // Where no stargate leads on inside the region, what lies in other systems cannot be told.
            guard isKnown || row["reason"] != "rival_reach" else { continue }
            #expect(row["ahead"] == .integer(Int64(rivals.count)), "\(mine) \(rivals)")
            #expect(row["volume_ahead"] == .integer(Int64(rivals.count) * 7))
            #expect(row["own_ahead"] == .integer(Int64(met.count - rivals.count)))
            let best = rivals.min { ($1.cents, $0.issued, $0.id) < ($0.cents, $1.issued, $1.id) }
            #expect(row["rival_order_id"] == (best.map { .integer($0.id) } ?? .null))
            let reason = best.map { $0.cents > mine.cents ? "outbid" : "tied_behind" }
            #expect(row["reason"] == .text(reason ?? (met.isEmpty ? "best" : "beaten_by_own")))
        }
    }

    // MARK: Bundles

    private struct Bundle {
        var id: Int64
        var cents: Int64
        /// Quantities by type; several stacks are put together.
        var items: [Int64: Int64] = [:]

        /// How it compares with another, as one would by hand: -1 dearer, 0 the same, 1 better; nil for no rival.
        func compared(with mine: Bundle) -> Int? {
            let copies = mine.items.map { (items[$0.key] ?? 0) / $0.value }.min() ?? 0
            guard copies > 0 else { return nil }
            if items == mine.items.mapValues({ $0 * copies }) {
                return Int((mine.cents * copies - cents).signum())
            }
            return cents <= mine.cents ? 1 : -1
        }
    }

    private func bundles(_ numbers: inout ReportNumbers) -> [Bundle] {
        (1...60 as ClosedRange<Int64>).map { id in
            var bundle = Bundle(id: id, cents: Int64.random(in: 1...8, using: &numbers) * 50)
            for type in [34, 35, 36].shuffled(using: &numbers).prefix(
                id <= 6 ? 2 : Int.random(in: 1...3, using: &numbers))
            {
                bundle.items[Int64(type)] = Int64.random(in: 1...(id <= 6 ? 2 : 4), using: &numbers)
            }
            return bundle
        }
    }

    private func bench(_ bundles: [Bundle]) throws -> ReportBench {
        let bench = try ReportBench()
        try bench.observed("public_contracts", "region_id=\(ReportBench.region)", at: ReportBench.now)
        try bench.insert("owners", ["kind": "character", "id": 90_000_001])
        for bundle in bundles {
            try bench.insert(
                "public_contracts",
                [
                    "region_id": .integer(ReportBench.region), "contract_id": .integer(bundle.id),
                    "type": "item_exchange", "issuer_id": .integer(bundle.id <= 6 ? 90_000_001 : 90_000_002),
                    "issuer_corporation_id": 98_000_002, "price": .real(Double(bundle.cents) / 100),
                    "start_location_id": .integer(ReportBench.place), "date_issued": .integer(ReportBench.now - 60),
                    "date_expired": .integer(ReportBench.now + 60), "valid_from": .integer(ReportBench.now - 60),
                ])
            try bench.observed("public_contract_items", "contract_id=\(bundle.id)", at: ReportBench.now)
            // Large stacks are split, so that stacks and items differ.
            var stacks: [(type: Int64, quantity: Int64)] = []
            for (type, quantity) in bundle.items.sorted(by: { $0.key < $1.key }) {
                if quantity > 2 { stacks.append((type, 1)) }
                stacks.append((type, quantity > 2 ? quantity - 1 : quantity))
            }
            for (record, stack) in stacks.enumerated() {
                try bench.insert(
                    "public_contract_items",
                    [
                        "contract_id": .integer(bundle.id), "record_id": .integer(Int64(record)),
                        "type_id": .integer(stack.type), "quantity": .integer(stack.quantity), "is_included": 1,
                        "valid_from": 1,
                    ])
            }
        }
        return bench
    }

    @Test(arguments: 1...30 as ClosedRange<UInt64>)
    func `a bundle is beaten by whole numbers of it and by more than it`(seed: UInt64) throws {
        var numbers = ReportNumbers(seed: seed)
        let bundles = bundles(&numbers)
        let rows = try bench(bundles).verdicts("contract-outbid")
        #expect(rows.count == 6)
        for row in rows {
            let mine = try #require(bundles.first { .integer($0.id) == row["contract_id"] })
            let compared = bundles.filter { $0.id > 6 }.compactMap { $0.compared(with: mine) }
            let ahead = compared.count { $0 > 0 }
            #expect(row["kind"] == "bundle")
            #expect(row["ahead"] == .integer(Int64(ahead)), "\(mine)")
            #expect(row["reason"] == .text(ahead > 0 ? "outbid" : compared.contains(0) ? "matched" : "ok"))
        }
    }
}

extension ReportBench {
    /// What a rule says at its defaults, each row by column.
    func verdicts(_ rule: String) throws -> [[String: Value]] {
        let file = try #require(Library().file(.rule, rule))
        let query = try session.prepare(file.body)
        for parameter in try Parameter.all(of: file) {
            try query.statement.bind(try parameter.standard(now: Self.now), named: parameter.name)
        }
        let names = query.columns.map(\.name)
        return try query.rows().map { Dictionary(uniqueKeysWithValues: zip(names, $0)) }
    }
}
