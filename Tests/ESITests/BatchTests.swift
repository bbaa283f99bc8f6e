import ESI
import HTTP
import Testing

/// POST batches of ids against scripted answers.
@Suite struct BatchTests {
    private static let names = Route(method: .post, path: "/universe/names")

    /// Answers by what was asked, and remembers how often.
    private actor Peer {
        private(set) var asked: [[Int64]] = []
        private let reply: @Sendable (_ ids: [Int64], _ attempt: Int) -> Response

        init(_ reply: @escaping @Sendable ([Int64], Int) -> Response) {
            self.reply = reply
        }

        func answer(_ request: Request) -> Response {
            let text = String(decoding: request.body ?? [], as: UTF8.self)
            let ids = text.dropFirst().dropLast().split(separator: ",").compactMap { Int64($0) }
            asked.append(ids)
            return reply(ids, asked.count)
        }
    }

    private actor Found {
        private(set) var answered: [Int64] = []
        private(set) var absent: [Int64] = []
        private(set) var failed: [Int64] = []
        private(set) var reasons: Set<String> = []

        func take(_ outcome: BatchOutcome) {
            switch outcome {
            case .answered(let ids, _, _, _): answered += ids
            case .absent(let ids, _, _): absent += ids
            case .failed(let ids, let reason):
                failed += ids
                reasons.insert(reason)
            }
        }
    }

    private func ask(_ ids: [Int64], _ peer: Peer, reading: @escaping @Sendable ([UInt8]) throws -> Void = { _ in })
        async throws -> Found
    {
        let time = TimeBox(at: 0)
        let client = ESIClient(
            try ESIConfiguration(url: "http://localhost:1", contact: nil, version: "0"),
            transport: Transport { await peer.answer($0) }, cache: nil,
            clock: Clock(now: { time.now }, sleep: { time.advance($0) }), chance: Chance { 0 })
        let found = Found()
        try await client.batch(Self.names, ids: ids) { outcome in
            if case .answered(_, let body, _, _) = outcome { try reading(body) }
            await found.take(outcome)
        }
        return found
    }

    private static func failure(_ status: Int, _ text: String) -> Response {
        Response(
            status: status, headers: [Header("Content-Type", "application/json")],
            body: Array("{\"error\":\"\(text)\"}".utf8))
    }

    private static let unknownID = "Ensure all IDs are valid before resolving."

    @Test(arguments: [unknownID, "Not found"])
    func `one bad id is found by halving and the others are answered`(text: String) async throws {
        for bad in [Int64(1), 13, 1000, 1500] {
            let peer = Peer { ids, _ in ids.contains(bad) ? Self.failure(404, text) : Response(status: 200) }
            let found = try await ask(Array(1...1500), peer)
            #expect(await found.answered.count == 1499)
            #expect(await found.absent == [bad])
            #expect(await found.failed.isEmpty)
            #expect(await peer.asked.map(\.count).max() == 1000)
        }
    }

    @Test func `an outage that calls every id unknown does not spend the error budget`() async throws {
        let peer = Peer { _, _ in Self.failure(404, "Not found") }
        let found = try await ask(Array(1...1000), peer)
        #expect(await peer.asked.count <= 12)
        // The one id that was reached alone is asked again later, like the others.
        #expect(await found.failed.count + found.absent.count == 1000)
        #expect(await found.absent.count <= 2)
        #expect(await found.reasons == ["HTTP 404 for every id: an outage"])
    }

    @Test func `a body that is cut is asked for again, one of another shape is not`() async throws {
        let peer = Peer { _, attempt in Response(status: 200, body: attempt == 1 ? [UInt8(ascii: "[")] : []) }
        let found = try await ask([1, 2], peer) { body in
            guard body.isEmpty else { throw BodyRejected(isWorthRetrying: true, reason: "cut") }
        }
        #expect(await found.answered == [1, 2])
        #expect(await peer.asked.count == 2)

        for isWorthRetrying in [true, false] {
            let stubborn = Peer { _, _ in Response(status: 200) }
            let none = try await ask([1, 2], stubborn) { _ in
                throw BodyRejected(isWorthRetrying: isWorthRetrying, reason: "/0/id: not a whole number")
            }
            #expect(await none.failed == [1, 2])
            #expect(await none.reasons == ["/0/id: not a whole number"])
            #expect(await stubborn.asked.count == (isWorthRetrying ? Politeness.tries - 1 : 1))
        }
    }
}
