/// The market's routes.
extension Answers {
    static let marketRoutes = [
        SandboxRoute("/markets/{region_id}/orders", .timed(Market.step), group: "market-order") { $0.orders($1) },
        SandboxRoute("/markets/{region_id}/history", .daily) { $0.history($1) },
        SandboxRoute("/markets/{region_id}/types", .timed(600)) { $0.tradedTypes($1) },
        SandboxRoute("/markets/prices", .timed(3600)) { answers, _ in answers.prices() },
        SandboxRoute("/markets/groups", .daily) { answers, _ in list(Universe.marketGroups.map(\.id)) },
        SandboxRoute("/markets/groups/{market_group_id}", .daily) { $0.marketGroup($1.id()) },
    ]

    private func orders(_ asked: Asked) -> Content {
        guard let type = asked.query["order_type"], ["buy", "sell", "all"].contains(type) else {
            return Self.failure(400, "query: order_type is required")
        }
        guard universe.regions.contains(asked.id()) else { return Self.failure(404, "Region not found!") }
        let market = Market(universe: universe, region: asked.id())
        if let type = asked.query["type_id"].flatMap({ Int($0) }) {
            return Content(body: ofType(type, market, asked.time), pages: 1)
        }
        guard (1...market.pages).contains(asked.page) else {
            return Self.failure(404, "Requested page does not exist!")
        }
        return Content(body: market.page(asked.page, at: asked.time), pages: market.pages)
    }

    private func ofType(_ type: Int, _ market: Market, _ time: Int) -> [UInt8] {
        var bodies: [[UInt8]] = []
        for page in 1...market.pages {
            let body = market.page(page, at: time, type: type)
            if body.count > 2 { bodies.append(Array(body.dropFirst().dropLast())) }
        }
        return [UInt8(ascii: "[")] + bodies.joined(separator: [UInt8(ascii: ",")]) + [UInt8(ascii: "]")]
    }

    private func history(_ asked: Asked) -> Content {
        guard let type = asked.query["type_id"].flatMap({ Int($0) }) else {
            return Self.failure(400, "query: type_id is required")
        }
        guard universe.regions.contains(asked.id()) else { return Self.failure(404, "Region not found!") }
        guard let index = universe.typeIndex[type] else { return Self.failure(404, "Type not found!") }
        let kind = universe.types[index]
        guard universe.isTradable(kind) else { return Self.failure(400, "Type not tradable on market!") }
        return Self.rows(PriceHistory(universe, region: asked.id(), kind).days(at: asked.time)) { json, day in
            json.object {
                $0.member("average", cents: day.average)
                $0.member("date", String(SandboxTime.text(day.day * 86_400).prefix(10)))
                $0.member("highest", cents: day.highest)
                $0.member("lowest", cents: day.lowest)
                $0.member("order_count", day.orders)
                $0.member("volume", day.volume)
            }
        }
    }

    private func tradedTypes(_ asked: Asked) -> Content {
        guard universe.regions.contains(asked.id()) else { return Self.failure(404, "Region not found!") }
        let market = Market(universe: universe, region: asked.id())
        return Self.list(market.types(at: asked.time), page: asked.page)
    }

    private func prices() -> Content {
        Self.rows(universe.types) { json, kind in
            json.object {
                $0.member("adjusted_price", cents: kind.price)
                if kind.id % 7 != 0 { $0.member("average_price", cents: kind.price) }
                $0.member("type_id", kind.id)
            }
        }
    }

    private func marketGroup(_ id: Int) -> Content {
        guard let group = Universe.marketGroups.first(where: { $0.id == id }) else {
            return Self.failure(404, "Market Group not found!")
        }
        return Self.object {
            $0.member("description", "\(group.name) of the sandbox")
            $0.member("market_group_id", id)
            $0.member("name", group.name)
            if let parent = group.parent { $0.member("parent_group_id", parent) }
            $0.member("types", ids: universe.types.lazy.filter { Universe.marketGroup(of: $0) == id }.map(\.id))
        }
    }
}
