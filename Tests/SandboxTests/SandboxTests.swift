import Foundation
import Testing

@testable import Sandbox

@Suite struct SandboxTests {
    private static let start = 1_790_510_400

    static func exchange(_ size: Universe.Size = .tiny, seed: UInt64 = 1) -> (Exchange, SandboxState) {
        let universe = Universe(size: size, seed: seed, start: start)
        let state = SandboxState(SandboxClock(now: start))
        return (Exchange(answers: Answers(universe: universe), state: state, replay: nil), state)
    }

    static func ask(_ path: String, _ method: String = "GET", body: String = "", headers: [String: String] = [:])
        -> Exchange.Ask
    {
        let url = URLComponents(string: path)
        let items = (url?.queryItems ?? []).map { ($0.name, $0.value ?? "") }
        return Exchange.Ask(
            method: method, path: url?.path ?? path, query: Dictionary(items) { $1 }, headers: headers,
            body: Array(body.utf8))
    }

    private func exchange(_ size: Universe.Size = .tiny, seed: UInt64 = 1) -> (Exchange, SandboxState) {
        Self.exchange(size, seed: seed)
    }

    private func ask(_ path: String, _ method: String = "GET", body: String = "", headers: [String: String] = [:])
        -> Exchange.Ask
    { Self.ask(path, method, body: body, headers: headers) }

    private func header(_ reply: Reply, _ name: String) -> String? {
        reply.headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    @Test func `what a client does to the limits is summed up, and a fault is not held against it`() async throws {
        let (exchange, state) = exchange()
        for _ in 0..<101 { _ = await exchange.reply(to: ask("/universe/types/1")) }
        var account = await state.account
        #expect((account.leastErrors, account.overErrors) == (0, 1))
        #expect(account.statuses == [404: 100, 420: 1])
        await state.advance(60)
        await state.add(Fault(route: "/universe/types/*", effect: .errorLimit, times: 1))
        for _ in 0..<2 { _ = await exchange.reply(to: ask("/universe/types/34")) }
        account = await state.account
        #expect((account.overErrors, account.statuses[420]) == (1, 3))

        await state.advance(60)
        let orders = "/markets/10000002/orders?order_type=all"
        for _ in 0..<2 { _ = await exchange.reply(to: ask(orders)) }
        #expect(await state.account.early == 1)
        await state.advance(300)
        _ = await exchange.reply(to: ask(orders))
        account = await state.account
        #expect((account.early, account.leastTokens, account.overTokens) == (1, 12_000 - 6, 0))
        for _ in 0..<6_000 { await state.spend(2, "market-order") }
        _ = await exchange.reply(to: ask(orders))
        #expect(await state.account.overTokens == 1)
    }

    @Test func `a validator that a proxy weakened still holds`() async throws {
        let (exchange, _) = exchange()
        let etag = try #require(header(await exchange.reply(to: ask("/status")), "ETag"))
        for validator in [etag, "W/" + etag] {
            let reply = await exchange.reply(to: ask("/status", headers: ["if-none-match": validator]))
            #expect(reply.status == 304)
        }
    }

    @Test func `the same seed and time give the same bytes, another seed or time others`() async {
        let path = "/markets/10000002/orders?order_type=all"
        let first = await exchange().0.reply(to: ask(path)).body
        #expect(await exchange().0.reply(to: ask(path)).body == first)
        #expect(await exchange(seed: 2).0.reply(to: ask(path)).body != first)
        let (later, state) = exchange()
        await state.advance(86_400)
        #expect(await later.reply(to: ask(path)).body != first)
    }

    @Test func `pages hold every order once, and past the end there is none`() async throws {
        let (exchange, _) = exchange(Universe.Size("3500")!)
        var ids: Set<Int> = []
        var rows = 0
        for page in 1...4 {
            let reply = await exchange.reply(to: ask("/markets/10000002/orders/?order_type=all&page=\(page)"))
            #expect(header(reply, "X-Pages") == "4")
            let orders = try JSONSerialization.jsonObject(with: Data(reply.body)) as? [[String: Any]]
            rows += orders?.count ?? 0
            ids.formUnion(orders?.compactMap { $0["order_id"] as? Int } ?? [])
        }
        #expect(rows > 3_400 && ids.count == rows)
        let past = await exchange.reply(to: ask("/markets/10000002/orders?order_type=all&page=5"))
        #expect(past.status == 404)
        #expect(String(decoding: past.body, as: UTF8.self).contains("Requested page does not exist!"))
        #expect(await exchange.reply(to: ask("/markets/10000002/orders")).status == 400)
    }

    @Test func `a validator that holds is answered with 304 and fresh headers`() async throws {
        let (exchange, state) = exchange()
        let path = "/universe/types/34"
        let first = await exchange.reply(to: ask(path))
        let etag = try #require(header(first, "ETag"))
        await state.advance(600)
        let second = await exchange.reply(to: ask(path, headers: ["if-none-match": etag]))
        #expect(second.status == 304 && second.body.isEmpty)
        #expect(header(second, "ETag") == etag)
        #expect(header(second, "Expires") == "Mon, 28 Sep 2026 11:05:00 GMT")
        #expect(header(second, "Last-Modified") == header(first, "Last-Modified"))
    }

    @Test func `errors use up the window, then every route answers 420 until it is over`() async {
        let (exchange, state) = exchange()
        for _ in 0..<100 { _ = await exchange.reply(to: ask("/universe/types/1")) }
        let limited = await exchange.reply(to: ask("/markets/10000002/orders?order_type=all"))
        #expect(limited.status == 420)
        await state.advance(60)
        #expect(await exchange.reply(to: ask("/universe/types/34")).status == 200)
    }

    @Test func `orders spend tokens, which come back a window later`() async {
        let (exchange, state) = exchange()
        let path = "/markets/10000002/orders?order_type=all"
        let first = await exchange.reply(to: ask(path))
        #expect(header(first, "X-Ratelimit-Remaining") == "11998")
        #expect(header(first, "X-Esi-Error-Limit-Remain") == nil)
        await state.spend(11_996, "market-order")
        #expect(await exchange.reply(to: ask(path)).status == 429)
        await state.advance(900)
        #expect(header(await exchange.reply(to: ask(path)), "X-Ratelimit-Remaining") == "11998")
    }

    @Test func `a fault hits its route and pages so many times`() async {
        let (exchange, state) = exchange()
        await state.add(Fault(route: "/universe/types/*", effect: .status, status: 503, times: 2))
        #expect(await exchange.reply(to: ask("/universe/groups/18")).status == 200)
        for status in [503, 503, 200] { #expect(await exchange.reply(to: ask("/universe/types/34")).status == status) }
    }

    @Test func `one unknown id fails a batch of names, as do repeated ones`() async {
        let (exchange, _) = exchange()
        #expect(await exchange.reply(to: ask("/universe/names", "POST", body: "[34,12]")).status == 404)
        #expect(await exchange.reply(to: ask("/universe/names", "POST", body: "[34,34]")).status == 400)
        #expect(await exchange.reply(to: ask("/universe/names", "POST", body: "[]")).status == 400)
    }

    @Test func `the demo's rival undercuts half an hour after the start`() {
        let universe = Universe(size: .tiny, seed: 1, start: Self.start)
        let board = ContractBoard(universe: universe, region: Universe.forge)
        #expect(!board.contracts(at: Self.start).contains { $0.id == 191_000_002 })
        #expect(board.contracts(at: Self.start + 1_800).contains { $0.id == 191_000_002 })
    }
}
