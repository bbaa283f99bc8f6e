import HTTP
import Testing

@testable import ESI

/// Several readers of one answer, counted where requests go out.
@Suite struct SharingTests {
    private static let start: Int64 = 1_790_510_400
    private static let route = Route(path: "/universe/types/{type_id}")
    private static let names = Route(method: .post, path: "/universe/names")

    private actor Peer {
        private(set) var requests: [Request] = []
        private let reply: @Sendable (Request, Int) -> Response

        init(_ reply: @escaping @Sendable (Request, Int) -> Response) {
            self.reply = reply
        }

        func answer(_ request: Request) -> Response {
            requests.append(request)
            return reply(request, requests.count)
        }
    }

    private actor Heard {
        private(set) var bodies: [String] = []
        private(set) var ids: [Int64] = []
        private(set) var absent: [Int64] = []

        func add(_ body: [UInt8]) { bodies.append(String(decoding: body, as: UTF8.self)) }
        func add(_ outcome: BatchOutcome) {
            switch outcome {
            case .answered(let ids, let body, _, _):
                self.ids += ids
                add(body)
            case .absent(let ids, _, _): absent += ids
            case .failed: break
            }
        }
    }

    private let time = TimeBox(at: Double(start))

    private func client(_ peer: Peer, cache: ResponseCache?) throws -> ESIClient {
        ESIClient(
            try ESIConfiguration(url: "http://127.0.0.1:1", contact: nil, version: "0"),
            transport: Transport { await peer.answer($0) }, cache: cache,
            clock: Clock(now: { [time] in time.now }, sleep: { [time] in time.advance($0) }), chance: Chance { 0.5 })
    }

    private func target(_ reader: String, pages: Bool = false) -> Target {
        var route = Self.route
        route.isPaged = pages
        return Target(route, parameters: [.init("type_id", "34")], sharing: Sharing(reader: reader, readers: 2))
    }

    private static func answer(
        _ body: String, lastModified: Int64? = start, expires: Int64 = start, etag: String? = nil, pages: Int = 1
    ) -> Response {
        var headers = [
            Header("Content-Type", "application/json"), Header("Date", HTTPDate.format(start)),
            Header("Expires", HTTPDate.format(expires)), Header("X-Pages", String(pages)),
        ]
        if let lastModified { headers.append(Header("Last-Modified", HTTPDate.format(lastModified))) }
        if let etag { headers.append(Header("ETag", etag)) }
        return Response(status: 200, headers: headers, body: Array(body.utf8))
    }

    private func sweep(
        _ client: ESIClient, _ target: Target, lastComplete: Int64? = nil, force: Bool = false,
        reading: @escaping @Sendable ([UInt8]) throws -> Void = { _ in }
    ) async throws -> (outcome: SweepOutcome, bodies: [String]) {
        let heard = Heard()
        let outcome = try await client.sweep(target, lastComplete: lastComplete, force: force) { page in
            try reading(page.body)
            await heard.add(page.body)
        }
        return (outcome, await heard.bodies.sorted())
    }

    // MARK: GET

    @Test(arguments: [true, false], [nil, "\"e\""])
    func `an answer that expires at once is asked for once in a run, with a cache and without`(
        cached: Bool, etag: String?
    ) async throws {
        let peer = Peer { _, _ in Self.answer("[1]", lastModified: nil, etag: etag) }
        let client = try client(peer, cache: cached ? ResponseCache(path: ":memory:") : nil)
        for reader in ["types", "dogma"] {
            time.advance(100)
            let (outcome, bodies) = try await sweep(client, target(reader), force: true)
            guard case .complete(let sweep) = outcome else { Issue.record("\(outcome)"); return }
            #expect(bodies == ["[1]"])
            // Of the moment when it was answered, for each reader.
            #expect(sweep.observedAt == Self.start)
        }
        #expect(await peer.requests.count == 1)
    }

    @Test func `a reader that asks again is sent on, and so is a third one`() async throws {
        let peer = Peer { _, count in Self.answer("[\(count)]") }
        let client = try client(peer, cache: nil)
        #expect(try await sweep(client, target("types")).bodies == ["[1]"])
        #expect(try await sweep(client, target("types")).bodies == ["[2]"])
        #expect(try await sweep(client, target("dogma")).bodies == ["[2]"])
        #expect(try await sweep(client, target("dogma")).bodies == ["[3]"])
        #expect(try await sweep(client, Target(Self.route, parameters: target("x").parameters)).bodies == ["[4]"])
    }

    @Test func `a 304 for one reader gives the kept body to another`() async throws {
        let peer = Peer { request, _ in
            let isKnown = request.headers.contains { $0.name == "If-None-Match" }
            return isKnown
                ? Response(status: 304, headers: [Header("ETag", "\"e\"")]) : Self.answer("[1]", etag: "\"e\"")
        }
        let cache = try ResponseCache(path: ":memory:")
        _ = try await sweep(client(peer, cache: cache), target("types"))
        time.advance(100)
        let later = try client(peer, cache: cache)
        guard case .unchanged = try await sweep(later, target("types"), lastComplete: Self.start).outcome else {
            Issue.record("not unchanged")
            return
        }
        let (outcome, bodies) = try await sweep(later, target("dogma"))
        guard case .complete = outcome else { Issue.record("\(outcome)"); return }
        #expect(bodies == ["[1]"])
        #expect(await peer.requests.count == 2)
    }

    @Test(arguments: [404, 403, 204]) func `what is absent for one is absent for the other, unasked`(
        status: Int
    ) async throws {
        let peer = Peer { _, _ in
            Response(
                status: status, headers: [Header("Content-Type", "application/json")],
                body: Array(#"{"error":"Type not found!"}"#.utf8))
        }
        let client = try client(peer, cache: nil)
        var reasons: [String] = []
        for reader in ["types", "dogma"] {
            guard case .absent(let found, let reason, _) = try await sweep(client, target(reader)).outcome else {
                Issue.record("not absent")
                return
            }
            #expect(found == status)
            reasons.append(reason)
        }
        #expect(await peer.requests.count == 1)
        #expect(reasons[0] == reasons[1])
    }

    @Test func `a failure is not handed on`() async throws {
        let peer = Peer { _, count in count <= Politeness.tries ? Response(status: 502) : Self.answer("[1]") }
        let client = try client(peer, cache: nil)
        guard case .failed = try await sweep(client, target("types")).outcome else {
            Issue.record("not failed")
            return
        }
        #expect(try await sweep(client, target("dogma")).bodies == ["[1]"])
    }

    @Test func `pages are shared one by one, and near their end nobody waits for new ones`() async throws {
        let peer = Peer { request, _ in
            let page = request.url.split(separator: "page=").last.map(String.init) ?? ""
            return Self.answer("[\(page)]", lastModified: Self.start - 300, expires: Self.start + 5, pages: 3)
        }
        let client = try client(peer, cache: ResponseCache(path: ":memory:"))
        let bodies = try await sweep(client, target("types", pages: true)).bodies
        #expect(bodies == ["[1]", "[2]", "[3]"])
        #expect(await peer.requests.count == 3)
        time.advance(4.5)
        #expect(try await sweep(client, target("dogma", pages: true)).bodies == bodies)
        #expect(await peer.requests.count == 3)
    }

    @Test func `a body that is no JSON is asked for again by each`() async throws {
        let peer = Peer { _, count in Self.answer(count >= Politeness.tries ? "[3]" : "[") }
        let client = try client(peer, cache: nil)
        for reader in ["types", "dogma"] {
            let (_, bodies) = try await sweep(client, target(reader)) { body in
                if body.count < 3 { throw BodyRejected(isWorthRetrying: true, reason: "cut") }
            }
            #expect(bodies == (reader == "types" ? [] : ["[3]"]))
        }
        #expect(await peer.requests.count == Politeness.tries)
    }

    // MARK: POST

    private func batch(
        _ client: ESIClient, _ reader: String, _ ids: [Int64],
        reading: @escaping @Sendable ([UInt8]) throws -> Void = { _ in }
    ) async throws -> Heard {
        let heard = Heard()
        try await client.batch(Self.names, ids: ids, sharing: Sharing(reader: reader, readers: 2)) { outcome in
            if case .answered(_, let body, _, _) = outcome { try reading(body) }
            await heard.add(outcome)
        }
        return heard
    }

    @Test func `ids that another reader asked for are not asked again`() async throws {
        let peer = Peer { request, _ in
            let body = String(decoding: request.body ?? [], as: UTF8.self)
            return body.contains("13")
                ? Response(status: 404, headers: [Header("Content-Type", "application/json")])
                : Response(status: 200, body: Array(body.utf8))
        }
        let client = try client(peer, cache: nil)
        let first = try await batch(client, "names", [11, 12, 13, 14])
        let asked = await peer.requests.count
        #expect(await first.absent == [13])
        let second = try await batch(client, "factions", [12, 13, 14, 15])
        #expect(await peer.requests.count == asked + 1)
        #expect(await second.ids.sorted() == [12, 14, 15])
        #expect(await second.absent == [13])
        #expect(await second.bodies.sorted() == ["[11,12]", "[14]", "[15]"])
        _ = try await batch(client, "names", [11, 12])
        #expect(await peer.requests.count == asked + 2)
    }

    @Test func `a batch of another shape for one reader is handed on, one that is no JSON is not`() async throws {
        for isWorthRetrying in [true, false] {
            let peer = Peer { request, _ in Response(status: 200, body: request.body ?? []) }
            let client = try client(peer, cache: nil)
            _ = try await batch(client, "names", [1, 2]) { _ in
                throw BodyRejected(isWorthRetrying: isWorthRetrying, reason: "bad")
            }
            let asked = await peer.requests.count
            let second = try await batch(client, "factions", [1, 2])
            #expect(await second.ids == [1, 2])
            #expect(await peer.requests.count == asked + (isWorthRetrying ? 1 : 0))
        }
    }
}
