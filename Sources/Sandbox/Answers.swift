/// ESI's routes over a universe: what each answers at a moment, before caching headers, limits and faults.
struct Answers: Sendable {
    let universe: Universe

    /// A body, and how it is cached.
    struct Content: Sendable {
        enum Caching: Sendable {
            /// So many seconds from when the cache was filled.
            case timed(Int)
            /// Until 11:05.
            case daily
            case none
        }

        var status = 200
        var body: [UInt8] = []
        var pages: Int?
        var group: String?
    }

    /// nil for a route that is none.
    func answer(
        _ method: String, _ parts: [String], query: [String: String], body: [UInt8], at time: Int
    ) -> Content? {
        let page = query["page"].flatMap { Int($0) } ?? 1
        switch (method, parts.first ?? "", parts.count) {
        case ("GET", "markets", 3) where parts[2] == "orders": return orders(parts[1], query, page, time)
        case ("GET", "contracts", 3) where parts[1] == "public": return contracts(parts[2], page, time)
        case ("GET", "contracts", 4) where parts[2] == "items": return items(parts[3], time)
        case ("GET", "contracts", 4) where parts[2] == "bids": return bids(parts[3], time)
        case ("POST", "universe", 2) where parts[1] == "names": return names(body)
        case ("GET", "universe", 2): return list(parts[1], page)
        case ("GET", "universe", 3): return one(parts[1], parts[2])
        case ("GET", "status", 1): return status(time)
        case ("GET", "markets", 2) where parts[1] == "prices": return prices()
        default: return nil
        }
    }

    /// How a route's answers are cached, whatever they hold.
    func caching(_ method: String, _ parts: [String]) -> Content.Caching {
        switch (method, parts.first ?? "", parts.last ?? "") {
        case ("GET", "markets", "orders"): .timed(Market.step)
        case ("GET", "markets", "prices"): .timed(3600)
        // Items are cached from when they are first asked for, so those of a contract that the board shows are there.
        case ("GET", "contracts", _) where parts.count == 4: .timed(parts[2] == "bids" ? 300 : ContractBoard.step)
        case ("GET", "contracts", _): .timed(ContractBoard.step)
        case ("GET", "universe", _): .daily
        case ("GET", "status", _): .timed(30)
        default: .none
        }
    }

    static func failure(_ status: Int, _ text: String) -> Content {
        Content(status: status, body: Reply.error(status, text).body)
    }

    // MARK: Markets and contracts

    private func orders(_ id: String, _ query: [String: String], _ page: Int, _ time: Int) -> Content {
        guard let type = query["order_type"], ["buy", "sell", "all"].contains(type) else {
            return Self.grouped(Self.failure(400, "query: order_type is required"))
        }
        guard let region = Int(id), universe.regions.contains(region) else {
            return Self.grouped(Self.failure(404, "Region not found!"))
        }
        let market = Market(universe: universe, region: region)
        if let type = query["type_id"].flatMap({ Int($0) }) {
            return Self.grouped(
                Content(body: ofType(type, market, time), pages: 1))
        }
        guard (1...market.pages).contains(page) else {
            return Self.grouped(Self.failure(404, "Requested page does not exist!"))
        }
        return Self.grouped(Content(body: market.page(page, at: time), pages: market.pages))
    }

    private func ofType(_ type: Int, _ market: Market, _ time: Int) -> [UInt8] {
        var bodies: [[UInt8]] = []
        for page in 1...market.pages {
            let body = market.page(page, at: time, type: type)
            if body.count > 2 { bodies.append(Array(body.dropFirst().dropLast())) }
        }
        return [UInt8(ascii: "[")] + bodies.joined(separator: [UInt8(ascii: ",")]) + [UInt8(ascii: "]")]
    }

    private static func grouped(_ content: Content) -> Content {
        var content = content
        content.group = "market-order"
        return content
    }

    private func contracts(_ id: String, _ page: Int, _ time: Int) -> Content {
        guard let region = Int(id), universe.regions.contains(region) else {
            return Self.failure(404, "Region not found!")
        }
        let (body, pages) = ContractBoard(universe: universe, region: region).page(page, at: time)
        guard (1...pages).contains(page) else { return Self.failure(404, "Requested page does not exist!") }
        return Content(body: body, pages: pages)
    }

    private func items(_ id: String, _ time: Int) -> Content {
        guard let id = Int(id), let contract = ContractBoard.contract(id, in: universe, at: time) else {
            return Self.failure(404, "Contract not found!")
        }
        if contract.expires <= time { return Content(status: 204) }
        guard contract.kind != .courier else { return Self.failure(404, "Contract not found!") }
        return Content(body: contract.itemsJSON(), pages: 1)
    }

    private func bids(_ id: String, _ time: Int) -> Content {
        guard let id = Int(id), let contract = ContractBoard.contract(id, in: universe, at: time),
            contract.kind == .auction
        else { return Self.failure(404, "Contract not found!") }
        return Content(body: contract.bidsJSON(at: time), pages: 1)
    }

    // MARK: The universe

    private func names(_ body: [UInt8]) -> Content {
        let text = String(decoding: body, as: UTF8.self).filter { !$0.isWhitespace }
        let ids = text.dropFirst().dropLast().split(separator: ",").map { Int($0) }
        guard text.first == "[", text.last == "]", !ids.isEmpty, ids.count <= 1000, !ids.contains(nil),
            Set(ids).count == ids.count
        else { return Self.failure(400, "body: 1 to 1000 unique ids") }
        var json = JSONBytes()
        json.open("[")
        for case let id? in ids {
            guard let known = universe.name(id) else {
                return Self.failure(404, "Ensure all IDs are valid before resolving.")
            }
            json.open("{")
            json.member("category", known.category)
            json.member("id", id)
            json.member("name", known.name)
            json.close("}")
        }
        json.close("]")
        return Content(body: json.bytes)
    }

    private func list(_ kind: String, _ page: Int) -> Content? {
        let constellations = universe.regions.flatMap { universe.constellations(of: $0) }
        let ids: [Int]
        switch kind {
        case "types": ids = universe.types.map(\.id).sorted()
        case "groups": ids = Universe.groups.map(\.id)
        case "categories": ids = Universe.categories.map(\.id)
        case "regions": ids = universe.regions.sorted()
        case "constellations": ids = constellations.sorted()
        case "systems": ids = constellations.flatMap { universe.systems(of: $0) }.sorted()
        default: return nil
        }
        let isPaged = ["types", "groups"].contains(kind)
        let pages = isPaged ? max((ids.count + 999) / 1000, 1) : 1
        guard (1...pages).contains(page) else { return Self.failure(404, "Requested page does not exist!") }
        var json = JSONBytes()
        json.open("[")
        for id in isPaged ? ids.dropFirst((page - 1) * 1000).prefix(1000) : ids[...] { json.number(id) }
        json.close("]")
        return Content(body: json.bytes, pages: isPaged ? pages : nil)
    }

    private func one(_ kind: String, _ text: String) -> Content? {
        guard let id = Int(text) else { return Self.failure(400, "path: \(kind) takes a number") }
        var json = JSONBytes()
        let isThere: Bool
        switch kind {
        case "types": isThere = type(id, &json)
        case "groups": isThere = group(id, &json)
        case "categories": isThere = category(id, &json)
        case "regions": isThere = region(id, &json)
        case "constellations": isThere = constellation(id, &json)
        case "systems": isThere = system(id, &json)
        default: return nil
        }
        guard isThere else {
            return Self.failure(404, "\(kind.prefix(1).uppercased())\(kind.dropFirst().dropLast()) not found!")
        }
        return Content(body: json.bytes)
    }

    private func type(_ id: Int, _ json: inout JSONBytes) -> Bool {
        guard let index = universe.typeIndex[id] else { return false }
        let kind = universe.types[index]
        json.open("{")
        json.member("description", "\(kind.name), of the sandbox")
        json.member("group_id", kind.group)
        json.member("market_group_id", 1_000 + kind.group)
        json.member("name", kind.name)
        json.member("packaged_volume", kind.volume)
        json.member("portion_size", 1)
        json.member("published", true)
        json.member("type_id", id)
        json.member("volume", kind.volume)
        json.close("}")
        return true
    }

    private func group(_ id: Int, _ json: inout JSONBytes) -> Bool {
        guard let group = Universe.groups.first(where: { $0.id == id }) else { return false }
        json.open("{")
        json.member("category_id", group.category)
        json.member("group_id", id)
        json.member("name", group.name)
        json.member("published", true)
        Self.ids("types", universe.types.filter { $0.group == id }.map(\.id), &json)
        json.close("}")
        return true
    }

    private func category(_ id: Int, _ json: inout JSONBytes) -> Bool {
        guard let category = Universe.categories.first(where: { $0.id == id }) else { return false }
        json.open("{")
        json.member("category_id", id)
        Self.ids("groups", Universe.groups.filter { $0.category == id }.map(\.id), &json)
        json.member("name", category.name)
        json.member("published", true)
        json.close("}")
        return true
    }

    private func region(_ id: Int, _ json: inout JSONBytes) -> Bool {
        guard universe.regions.contains(id) else { return false }
        json.open("{")
        Self.ids("constellations", universe.constellations(of: id), &json)
        json.member("description", "A region of the sandbox")
        json.member("name", universe.regionName(id))
        json.member("region_id", id)
        json.close("}")
        return true
    }

    private func constellation(_ id: Int, _ json: inout JSONBytes) -> Bool {
        guard let region = universe.region(of: id) else { return false }
        json.open("{")
        json.member("constellation_id", id)
        json.member("name", id == 20_000_020 ? "Kimotoro" : "Constellation \(id - 20_000_000)")
        Self.position(id, &json)
        json.member("region_id", region)
        Self.ids("systems", universe.systems(of: id), &json)
        json.close("}")
        return true
    }

    private func system(_ id: Int, _ json: inout JSONBytes) -> Bool {
        guard let constellation = universe.constellation(of: id) else { return false }
        var mix = Mix(universe.seed, 9, UInt64(id))
        json.open("{")
        json.member("constellation_id", constellation)
        json.member("name", universe.systemName(id))
        Self.position(id, &json)
        json.member("security_status", (mix.unit() * 10_000).rounded() / 10_000)
        json.member("star_id", 40_000_000 + id - 30_000_000)
        Self.ids("stations", [Universe.station(of: id)], &json)
        json.member("system_id", id)
        json.close("}")
        return true
    }

    private static func ids(_ name: String, _ ids: [Int], _ json: inout JSONBytes) {
        json.key(name)
        json.open("[")
        for id in ids { json.number(id) }
        json.close("]")
    }

    private static func position(_ id: Int, _ json: inout JSONBytes) {
        json.key("position")
        json.open("{")
        for (index, axis) in ["x", "y", "z"].enumerated() { json.member(axis, Double(id % 1000 * (index + 1)) * 1e12) }
        json.close("}")
    }

    private func status(_ time: Int) -> Content {
        var json = JSONBytes()
        json.open("{")
        json.member("players", 20_000 + time / 300 % 10_000)
        json.member("server_version", "2900000")
        json.member("start_time", time: time / 86_400 * 86_400 + 11 * 3600 + 240)
        json.close("}")
        return Content(body: json.bytes)
    }

    private func prices() -> Content {
        var json = JSONBytes()
        json.open("[")
        for kind in universe.types {
            json.open("{")
            json.member("adjusted_price", cents: kind.price)
            if kind.id % 7 != 0 { json.member("average_price", cents: kind.price) }
            json.member("type_id", kind.id)
            json.close("}")
        }
        json.close("]")
        return Content(body: json.bytes)
    }
}
