import Foundation
import Testing

@testable import Sandbox

/// What the sandbox answers, held against ESI's own specification.
@Suite struct AnswerTests {
    private static let asked: [(method: String, path: String, body: String)] = [
        ("GET", "/markets/10000002/orders?order_type=all", ""), ("GET", "/markets/10000002/history?type_id=34", ""),
        ("GET", "/markets/10000002/types", ""), ("GET", "/markets/prices", ""), ("GET", "/markets/groups", ""),
        ("GET", "/markets/groups/1025", ""), ("GET", "/contracts/public/10000002", ""),
        ("GET", "/contracts/public/items/190000006", ""), ("GET", "/contracts/public/bids/190000004", ""),
        ("POST", "/universe/names", "[90000001,98000001,60003760,34,10000002,30000142,99000002,500001]"),
        ("POST", "/characters/affiliation", "[90000001,90000017,95000000]"), ("GET", "/characters/90000017", ""),
        ("GET", "/characters/90000017/corporationhistory", ""), ("GET", "/corporations/npccorps", ""),
        ("GET", "/corporations/98000001", ""), ("GET", "/corporations/1000002", ""),
        ("GET", "/corporations/98000011/alliancehistory", ""), ("GET", "/alliances", ""),
        ("GET", "/alliances/99000001", ""), ("GET", "/alliances/99000001/corporations", ""),
        ("GET", "/universe/types/34", ""), ("GET", "/universe/types/483", ""), ("GET", "/universe/types", ""),
        ("GET", "/universe/groups/18", ""), ("GET", "/universe/groups", ""), ("GET", "/universe/categories/6", ""),
        ("GET", "/universe/categories", ""), ("GET", "/dogma/attributes", ""), ("GET", "/dogma/attributes/9", ""),
        ("GET", "/dogma/effects", ""), ("GET", "/dogma/effects/16", ""), ("GET", "/universe/regions", ""),
        ("GET", "/universe/regions/10000002", ""), ("GET", "/universe/constellations", ""),
        ("GET", "/universe/constellations/20000020", ""), ("GET", "/universe/systems", ""),
        ("GET", "/universe/systems/30000142", ""), ("GET", "/universe/stargates/50014200", ""),
        ("GET", "/universe/stations/60003760", ""), ("GET", "/universe/stars/40000142", ""),
        ("GET", "/universe/planets/40105690", ""), ("GET", "/universe/moons/40105691", ""),
        ("GET", "/universe/asteroid_belts/40105686", ""), ("GET", "/universe/structures", ""),
        ("GET", "/universe/system_jumps", ""), ("GET", "/universe/system_kills", ""),
        ("GET", "/universe/factions", ""), ("GET", "/universe/races", ""), ("GET", "/universe/bloodlines", ""),
        ("GET", "/universe/ancestries", ""), ("GET", "/status", ""), ("GET", "/meta/status", ""),
        ("GET", "/industry/systems", ""), ("GET", "/industry/facilities", ""), ("GET", "/insurance/prices", ""),
        ("GET", "/loyalty/stores/1000002/offers", ""), ("GET", "/sovereignty/systems", ""),
        ("GET", "/sovereignty/campaigns", ""), ("GET", "/incursions", ""), ("GET", "/skyhooks/raidable", ""),
        ("GET", "/fw/stats", ""), ("GET", "/fw/systems", ""), ("GET", "/fw/wars", ""), ("GET", "/wars", ""),
        ("GET", "/wars/742958", ""), ("GET", "/wars/742958/killmails", ""), ("GET", loss, ""),
    ]

    /// A killmail with its hash.
    private static let loss = "/killmails/5943664/" + Answers.hash(5_943_664)

    private func ask(_ index: Int) -> Exchange.Ask {
        SandboxTests.ask(Self.asked[index].path, Self.asked[index].method, body: Self.asked[index].body)
    }

    @Test(
        .enabled(
            if: ESISpecification.isThere, "ESI's specification is not beside the project (../shared/esi/openapi.json)"),
        arguments: asked.indices)
    func `answers are as ESI's specification says`(index: Int) async throws {
        let (exchange, _) = SandboxTests.exchange()
        let route = try #require(Answers.route(ask(index))?.0)
        let reply = await exchange.reply(to: ask(index))
        #expect(reply.status == 200)
        #expect(reply.body.count > 2)
        let specification = try ESISpecification()
        #expect(try specification.faults(route.method, route.path, reply.body) == [])
        let limit = reply.headers.first { $0.name == "X-Ratelimit-Limit" }.map(\.value)
        #expect(limit == specification.limit(route.method, route.path))
    }

    @Test func `every route is among those held against the specification`() {
        let asked = Self.asked.indices.compactMap { Answers.route(ask($0))?.0 }
        for route in Answers.routes {
            let isAsked = asked.contains { $0.path == route.path && $0.method == route.method }
            #expect(isAsked, "\(route.method) \(route.path)")
        }
    }

    // MARK: Price histories

    private func history(_ path: String, _ exchange: Exchange) async throws -> [[String: Any]] {
        let reply = await exchange.reply(to: SandboxTests.ask(path))
        return try #require(try JSONSerialization.jsonObject(with: Data(reply.body)) as? [[String: Any]])
    }

    @Test func `a price history begins 13 months back on the first and ends yesterday`() async throws {
        let (exchange, state) = SandboxTests.exchange()
        let days = try await history("/markets/10000002/history?type_id=34", exchange)
        #expect(days.first?["date"] as? String == "2025-08-01")
        #expect(days.last?["date"] as? String == "2026-09-26")
        #expect(days.count == 422)
        for day in days {
            let (low, mean, high) = (day["lowest"] as? Double, day["average"] as? Double, day["highest"] as? Double)
            #expect(try #require(low) <= #require(mean) && #require(mean) <= #require(high))
        }
        // A month on the window has moved, and the day that was newest then has been revised; all others stand.
        await state.advance(30 * 86_400)
        let later = try await history("/markets/10000002/history?type_id=34", exchange)
        #expect(later.first?["date"] as? String == "2025-09-01")
        let before = Dictionary(uniqueKeysWithValues: days.map { ($0["date"] as? String ?? "", $0 as NSDictionary) })
        let changed = later.filter { day in
            before[day["date"] as? String ?? ""].map { $0 != day as NSDictionary } == true
        }
        #expect(changed.map { $0["date"] as? String } == ["2026-09-26"])
    }

    @Test func `dear types have days without trades, and what is not tradable has no history`() async throws {
        let (exchange, _) = SandboxTests.exchange()
        let days = try await history("/markets/10000043/history?type_id=983", exchange)
        #expect((50..<422).contains(days.count))
        for (path, status, text) in [
            ("/markets/10000002/history?type_id=44992", 400, "Type not tradable on market!"),
            ("/markets/10000002/history?type_id=12", 404, "Type not found!"),
            ("/markets/10000002/history", 400, "type_id is required"),
        ] {
            let reply = await exchange.reply(to: SandboxTests.ask(path))
            #expect(reply.status == status)
            #expect(String(decoding: reply.body, as: UTF8.self).contains(text))
        }
    }

    @Test func `more than 300 histories a minute are refused as the game server does`() async {
        let (exchange, state) = SandboxTests.exchange()
        let ask = SandboxTests.ask("/markets/10000002/history?type_id=34")
        for _ in 0..<300 { #expect(await exchange.reply(to: ask).status == 200) }
        let refused = await exchange.reply(to: ask)
        #expect(refused.status == 500)
        #expect(String(decoding: refused.body, as: UTF8.self).contains("Undefined 429 response"))
        await state.advance(61)
        #expect(await exchange.reply(to: ask).status == 200)
    }

    // MARK: The map, and people

    @Test(arguments: [Universe.Size.tiny, .small, .universe])
    func `every system can be reached from every other, and a gate leads back`(size: Universe.Size) throws {
        let universe = Universe(size: size, seed: 7, start: 1_790_510_400)
        var reached: Set<Int> = [30_000_142]
        var front = [30_000_142]
        while let system = front.popLast() {
            for gate in universe.stargates(of: system) {
                let ends = try #require(universe.ends(ofStargate: gate))
                let back = try #require(universe.stargate(from: ends.neighbour, to: system))
                #expect(try #require(universe.ends(ofStargate: back)) == (ends.neighbour, system))
                if reached.insert(ends.neighbour).inserted { front.append(ends.neighbour) }
            }
        }
        #expect(reached.count == size.regions * 8)
    }

    @Test func `who issues a contract works for the corporation that it names, as ESI tells of the issuer`() {
        let universe = Universe(size: .tiny, seed: 1, start: 1_790_510_400)
        let board = ContractBoard(universe: universe, region: Universe.forge)
        for contract in board.contracts(at: universe.start) {
            #expect(universe.employment(of: contract.issuer, at: contract.issued).corporation == contract.corporation)
            #expect(universe.name(contract.corporation)?.category == "corporation")
        }
    }

    @Test func `careers are whole, newest first, and lead to where somebody is now`() async throws {
        let (exchange, state) = SandboxTests.exchange()
        let reply = await exchange.reply(to: SandboxTests.ask("/characters/90000017/corporationhistory"))
        let jobs = try #require(try JSONSerialization.jsonObject(with: Data(reply.body)) as? [[String: Any]])
        let dates = jobs.compactMap { $0["start_date"] as? String }
        #expect(jobs.count > 10 && dates == dates.sorted(by: >))
        let universe = Universe(size: .tiny, seed: 1, start: 1_790_510_400)
        let now = universe.employment(of: 90_000_017, at: await state.time)
        #expect(jobs.first?["corporation_id"] as? Int == now.corporation)
    }

    @Test func `static routes share one validator, which ends with the server's build`() async throws {
        let (exchange, state) = SandboxTests.exchange()
        func tag(_ path: String) async -> String? {
            await exchange.reply(to: SandboxTests.ask(path)).headers.first { $0.name == "ETag" }?.value
        }
        let first = try #require(await tag("/universe/types/34"))
        #expect(first.hasPrefix("W/\""))
        #expect(await tag("/universe/stargates/50014200") == first)
        #expect(await tag("/markets/prices") != first)
        await state.advance(86_400)
        #expect(await tag("/universe/types/34") != first)
    }
}
