import HTTP
import Testing

@testable import ESI

/// A server in memory whose answers are scripted, and a clock that only sleeping moves.
private actor Script {
    private var answers: [String: [Response]] = [:]
    private(set) var requests: [Request] = []
    private(set) var now: Double = 1_790_510_400

    func advance(_ seconds: Double) { now += seconds }

    /// The answers to a page, one after the other; the last one stays.
    func set(_ page: String, _ responses: [Response]) { answers[page] = responses }

    func answer(_ request: Request) -> Response {
        requests.append(request)
        let page =
            request.url.split(separator: "page=").count > 1 ? String(request.url.split(separator: "page=")[1]) : "1"
        guard var list = answers[page], let first = list.first else { return Response(status: 404) }
        if list.count > 1 { list.removeFirst() }
        answers[page] = list
        // ESI answers 304 to a validator that still holds.
        let etag = request.headers.first { $0.name == "If-None-Match" }?.value
        if let etag, etag == first.header("ETag") {
            return Response(status: 304, headers: first.headers)
        }
        return first
    }

    func count(_ page: String) -> Int { requests.filter { $0.url.hasSuffix("page=\(page)") }.count }
}

private actor Pages {
    private(set) var bodies: [Int: (moment: Int64, text: String)] = [:]
    func add(_ page: Page) { bodies[page.number] = (page.lastModified, String(decoding: page.body, as: UTF8.self)) }
    func accepted(_ sweep: Sweep) -> [String] {
        sweep.accepted.compactMap { bodies[$0] }.filter { $0.moment == sweep.observedAt }.map(\.text)
    }
}

@Suite struct SweepTests {
    private static let start: Int64 = 1_790_510_400
    private let target = Target(
        Route(
            path: "/markets/{region_id}/orders", query: [.init("order_type", "all")], group: "market-order",
            isPaged: true),
        parameters: [.init("region_id", "10000002")])

    private func page(
        _ body: String, at moment: Int64 = start, pages: Int = 3, expires: Int64 = start + 300, etag: String? = nil
    ) -> Response {
        var headers = [
            Header("Content-Type", "application/json"), Header("Last-Modified", HTTPDate.format(moment)),
            Header("Expires", HTTPDate.format(expires)), Header("X-Pages", String(pages)),
            Header("X-Ratelimit-Remaining", "11000"), Header("X-Ratelimit-Limit", "12000/15m"),
        ]
        if let etag { headers.append(Header("ETag", etag)) }
        return Response(status: 200, headers: headers, body: Array(body.utf8))
    }

    private func failure(_ status: Int, _ text: String) -> Response {
        Response(
            status: status, headers: [Header("Content-Type", "application/json")],
            body: Array("{\"error\":\"\(text)\"}".utf8))
    }

    private func client(_ script: Script, cache: ResponseCache? = nil) throws -> ESIClient {
        let time = TimeBox(at: Double(Self.start))
        return ESIClient(
            try ESIConfiguration(url: "http://127.0.0.1:1/", contact: nil, version: "0"),
            transport: Transport { await script.answer($0) }, cache: cache,
            clock: Clock(
                now: { time.now },
                sleep: {
                    time.advance($0); await script.advance($0)
                }),
            chance: Chance { 0.5 })
    }

    private func sweep(
        _ script: Script, cache: ResponseCache? = nil, lastComplete: Int64? = nil
    ) async throws -> (SweepOutcome, [String]) {
        let pages = Pages()
        let outcome = try await client(script, cache: cache).sweep(target, lastComplete: lastComplete) {
            await pages.add($0)
        }
        switch outcome {
        case .complete(let sweep), .partial(let sweep, _): return (outcome, await pages.accepted(sweep))
        default: return (outcome, [])
        }
    }

    /// How many requests are under way.
    /// Holds requests back until as many as may be are under way together, so that the bound is met whatever the scheduling.
    private actor Load {
        private var now = 0
        private(set) var most = 0
        private var held: [CheckedContinuation<Void, Never>] = []

        /// - Parameter waits: whether the request is one of those that are held; a first page goes before all others.
        func enter(waits: Bool) async {
            now += 1
            most = max(most, now)
            if most < ESIClient.requestsAtOnce {
                if waits { await withCheckedContinuation { held.append($0) } }
            } else {
                for request in held { request.resume() }
                held.removeAll()
            }
        }

        func leave() { now -= 1 }
    }

    @Test func `no more requests are under way than may be, whatever a sweep has to fetch`() async throws {
        let (script, load) = (Script(), Load())
        for number in 1...300 { await script.set("\(number)", [page("p\(number)", pages: 300)]) }
        let transport = Transport { request in
            await load.enter(waits: !request.url.hasSuffix("page=1"))
            for _ in 0..<20 { await Task.yield() }
            let answer = await script.answer(request)
            await load.leave()
            return answer
        }
        let client = ESIClient(
            try ESIConfiguration(url: "http://127.0.0.1:1/", contact: nil, version: "0"), transport: transport,
            cache: nil, clock: Clock(now: { Double(Self.start) }, sleep: { _ in }), chance: Chance { 0.5 })
        let (target, pages) = (target, Pages())
        // Several at once: what one does not use the others may.
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<3 {
                group.addTask {
                    _ = try await client.sweep(target, lastComplete: nil) { await pages.add($0) }
                }
            }
            try await group.waitForAll()
        }
        #expect(await pages.bodies.count == 300)
        #expect(await script.requests.count == 900)
        #expect(await load.most == ESIClient.requestsAtOnce)
    }

    @Test func `a 304 whose body is no longer kept is asked for again`() async throws {
        let (script, cache) = (Script(), try ResponseCache(path: ":memory:"))
        await script.set("1", [page("p1", pages: 1, expires: Self.start - 1, etag: "\"a\"")])
        _ = try await sweep(script, cache: cache)
        let transport = Transport { request in
            _ = try await cache.clean()
            return await script.answer(request)
        }
        let client = ESIClient(
            try ESIConfiguration(url: "http://127.0.0.1:1/", contact: nil, version: "0"), transport: transport,
            cache: cache, clock: Clock(now: { Double(Self.start) }, sleep: { _ in }), chance: Chance { 0.5 })
        let pages = Pages()
        guard case .complete = try await client.sweep(target, lastComplete: nil, deliver: { await pages.add($0) })
        else {
            Issue.record("not complete")
            return
        }
        #expect(await pages.bodies[1]?.text == "p1")
        let isConditional = await script.requests.map { $0.headers.contains { $0.name == "If-None-Match" } }
        #expect(isConditional == [false, true, false])
    }

    @Test func `all pages of one moment are complete`() async throws {
        let script = Script()
        for number in 1...3 { await script.set("\(number)", [page("p\(number)")]) }
        let (outcome, bodies) = try await sweep(script)
        guard case .complete(let sweep) = outcome else { Issue.record("\(outcome)"); return }
        #expect(sweep.observedAt == Self.start)
        #expect(sweep.expiresAt == Self.start + 300)
        #expect(bodies == ["p1", "p2", "p3"])
        let request = try #require(await script.requests.first)
        #expect(request.url == "http://127.0.0.1:1/markets/10000002/orders?order_type=all&page=1")
        #expect(request.headers.contains(Header("X-Compatibility-Date", ESIConfiguration.compatibilityDate)))
        #expect(request.headers.contains(Header("User-Agent", "esiwh/0")))
    }

    @Test func `a first page of the last complete moment ends the sweep`() async throws {
        let script = Script()
        for number in 1...3 { await script.set("\(number)", [page("p\(number)")]) }
        let (outcome, _) = try await sweep(script, lastComplete: Self.start)
        guard case .unchanged = outcome else { Issue.record("\(outcome)"); return }
        #expect(await script.requests.count == 1)
    }

    @Test func `a cache that turns meanwhile restarts the sweep, and pages of the new moment are not asked again`()
        async throws
    {
        let script = Script()
        let later = Self.start + 300
        await script.set("1", [page("old1"), page("new1", at: later, expires: later + 300)])
        await script.set("2", [page("new2", at: later, expires: later + 300)])
        await script.set("3", [page("old3"), page("new3", at: later, expires: later + 300)])
        let (outcome, bodies) = try await sweep(script)
        guard case .complete(let sweep) = outcome else { Issue.record("\(outcome)"); return }
        #expect(sweep.observedAt == later)
        #expect(bodies == ["new1", "new2", "new3"])
    }

    @Test func `another number of pages restarts, a list that never holds still is partial`() async throws {
        let script = Script()
        await script.set("1", [page("p1")])
        await script.set("2", [page("p2", pages: 4)])
        await script.set("3", [page("p3")])
        let (outcome, bodies) = try await sweep(script)
        guard case .partial(_, let reason) = outcome else { Issue.record("\(outcome)"); return }
        #expect(reason.contains("kept changing"))
        #expect(bodies == ["p1", "p3"])
        #expect(await script.count("1") == 3)
    }

    @Test func `a page that is gone means a shorter list`() async throws {
        let script = Script()
        await script.set("1", [page("p1"), page("q1", at: Self.start + 300, pages: 2, expires: Self.start + 600)])
        await script.set("2", [page("p2"), page("q2", at: Self.start + 300, pages: 2, expires: Self.start + 600)])
        await script.set("3", [failure(404, "Requested page does not exist!")])
        let (outcome, bodies) = try await sweep(script)
        guard case .complete = outcome else { Issue.record("\(outcome)"); return }
        #expect(bodies == ["q1", "q2"])
    }

    @Test func `pages of a longer list do not belong to a shorter one of the same moment`() async throws {
        let script = Script()
        await script.set("1", [page("p1"), page("p1", pages: 2)])
        await script.set("2", [page("p2", pages: 2)])
        await script.set("3", [page("p3")])
        let (outcome, bodies) = try await sweep(script)
        guard case .complete(let sweep) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(sweep.accepted == [1, 2])
        #expect(bodies == ["p1", "p2"])
    }

    @Test func `an old cache node is asked again`() async throws {
        let script = Script()
        await script.set("1", [page("p1")])
        await script.set("2", [page("old", at: Self.start - 300, expires: Self.start), page("p2")])
        await script.set("3", [page("p3")])
        let (outcome, bodies) = try await sweep(script)
        guard case .complete = outcome else { Issue.record("\(outcome)"); return }
        #expect(bodies == ["p1", "p2", "p3"])
    }

    @Test func `an older copy that has not expired is not asked for again before the next moment`() async throws {
        let script = Script()
        let later = Self.start + 300
        await script.set("1", [page("p1"), page("q1", at: later, expires: later + 300)])
        await script.set("2", [page("p2", at: Self.start - 100, expires: Self.start + 200), page("q2", at: later)])
        await script.set("3", [page("p3"), page("q3", at: later)])
        let (outcome, bodies) = try await sweep(script)
        guard case .complete(let sweep) = outcome else { Issue.record("\(outcome)"); return }
        #expect(sweep.observedAt == later)
        #expect(bodies == ["q1", "q2", "q3"])
        #expect(await script.count("2") == 2)
    }

    @Test func `a page that fails for good leaves a partial sweep that names it`() async throws {
        let script = Script()
        await script.set("1", [page("p1")])
        await script.set("2", [failure(502, "No reply within 10 seconds")])
        await script.set("3", [page("p3")])
        let (outcome, bodies) = try await sweep(script)
        guard case .partial(_, let reason) = outcome else { Issue.record("\(outcome)"); return }
        #expect(reason == "page 2 of 3: HTTP 502: No reply within 10 seconds")
        #expect(bodies == ["p1", "p3"])
        #expect(await script.count("2") == Politeness.tries)
    }

    @Test func `what is kept and has not changed is not sent again`() async throws {
        let script = Script()
        let cache = try ResponseCache(path: ":memory:")
        let past = Self.start - 10
        for number in 1...3 {
            await script.set("\(number)", [page("p\(number)", expires: past, etag: "\"e\(number)\"")])
        }
        _ = try await sweep(script, cache: cache)
        // Page 2 is new, the others are the same: 304 with the new moment.
        for number in [1, 3] {
            await script.set(
                "\(number)", [page("ignored", at: Self.start + 300, expires: Self.start + 299, etag: "\"e\(number)\"")])
        }
        await script.set("2", [page("q2", at: Self.start + 300, expires: Self.start + 299, etag: "\"f2\"")])
        let (outcome, bodies) = try await sweep(script, cache: cache, lastComplete: Self.start)
        guard case .complete = outcome else { Issue.record("\(outcome)"); return }
        #expect(bodies == ["p1", "q2", "p3"])
    }

    @Test(arguments: [204, 403, 404])
    func `one thing that ESI does not show is absent for half a day or more`(status: Int) async throws {
        let script = Script()
        await script.set("1", [failure(status, "Contract not found!")])
        let (outcome, _) = try await sweep(script)
        guard case .absent(let code, _, let askAgainAt) = outcome else { Issue.record("\(outcome)"); return }
        #expect(code == status)
        #expect(askAgainAt >= Self.start + 12 * 3600)
    }

    @Test(arguments: ["Not found", "Not Found", ""])
    func `a 404 without ESI's own word for the thing is asked again soon`(text: String) async throws {
        let script = Script()
        await script.set("1", [failure(404, text)])
        let (outcome, _) = try await sweep(script)
        guard case .absent(404, _, let askAgainAt) = outcome else { Issue.record("\(outcome)"); return }
        #expect(askAgainAt > Self.start && askAgainAt <= Self.start + 3600)
    }

    @Test func `a page that does not tell its moment is not taken for one of the sweep's`() async throws {
        let script = Script()
        var nameless = page("who knows")
        nameless.headers.removeAll { $0.name == "Last-Modified" }
        await script.set("1", [page("p1")])
        await script.set("2", [nameless, page("p2")])
        await script.set("3", [nameless])
        let (outcome, bodies) = try await sweep(script)
        guard case .partial(_, let reason) = outcome else { Issue.record("\(outcome)"); return }
        #expect(reason.hasPrefix("page 3 of 3"))
        #expect(bodies == ["p1", "p2"])
    }

    @Test func `what ESI said is not lost when the circuit opens between two tries`() async throws {
        let script = Script()
        await script.set("1", [failure(503, "downtime")])
        let client = try client(script)
        _ = try await client.sweep(target, lastComplete: nil) { _ in }
        let second = try await client.sweep(target, lastComplete: nil) { _ in }
        guard case .failed(let reason, let askAgainAt) = second else { Issue.record("\(second)"); return }
        #expect(reason.contains("HTTP 503"))
        #expect(askAgainAt != nil)
    }

    @Test func `HTML under a 200 is told as what it is`() async throws {
        let script = Script()
        var html = page("<html>")
        html.headers.removeAll { $0.name == "Content-Type" }
        html.headers.append(Header("Content-Type", "text/html"))
        await script.set("1", [html])
        let (outcome, _) = try await sweep(script)
        guard case .failed(let reason, _) = outcome else { Issue.record("\(outcome)"); return }
        #expect(reason == "HTTP 200 with text/html instead of JSON")
        #expect(await script.count("1") == Politeness.tries)
    }

    @Test(arguments: ["http://127.evil.example.com", "http://localhost.example.com", "http://127.0.0.1@example.com"])
    func `only this machine is asked by plain http`(url: String) {
        #expect(throws: ESIConfigurationError.plain(url)) {
            try ESIConfiguration(url: url, contact: "me@example.com", version: "0")
        }
    }

    @Test(arguments: [400, 401, 500, 502, 503, 504])
    func `an error of the first page fails the sweep with ESI's words`(status: Int) async throws {
        let script = Script()
        await script.set("1", [failure(status, "something said")])
        let (outcome, _) = try await sweep(script)
        guard case .failed(let reason, _) = outcome else { Issue.record("\(outcome)"); return }
        #expect(reason.contains("something said") || reason.contains("out of order"), "\(reason)")
    }
}
