import Testing

@testable import Ingest

@Suite struct LookaheadTests {
    /// Who holds how much, as the test's tasks see it.
    private actor Ledger {
        private var held: [Int: Int] = [:]
        private(set) var most = 0
        private(set) var finished = 0

        func hold(_ ticket: Int, _ bytes: Int) {
            held[ticket] = bytes
            most = max(most, held.values.reduce(0, +) - (held.values.max() ?? 0))
        }

        func drop(_ ticket: Int) {
            held[ticket] = nil
            finished += 1
        }
    }

    private struct Chance {
        var state: UInt64
        mutating func below(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
    }

    @Test(arguments: 1...20)
    func `besides the largest there is never more than the limit, and nothing stands still`(seed: UInt64) async throws {
        let (lookahead, ledger) = (Lookahead(limit: 1000), Ledger())
        var chance = Chance(state: seed)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for ticket in 0..<200 {
                // Most are small, some larger than the limit itself, and the first guess is mostly wrong.
                let size = chance.below(10) == 0 ? 500 + chance.below(5000) : chance.below(200)
                let (guess, yields) = (chance.below(300), chance.below(5))
                group.addTask {
                    try await lookahead.begin(ticket, expecting: guess)
                    await ledger.hold(ticket, min(guess, size))
                    for _ in 0..<yields { await Task.yield() }
                    try await lookahead.settle(ticket, at: size)
                    await ledger.hold(ticket, size)
                    for _ in 0..<yields { await Task.yield() }
                    await ledger.drop(ticket)
                    await lookahead.end(ticket)
                }
            }
            try await group.waitForAll()
        }
        #expect(await ledger.finished == 200)
        #expect(await ledger.most <= 1000)
    }

    @Test func `what waits for room gets it in its order, and one that gives up makes way`() async throws {
        let lookahead = Lookahead(limit: 10)
        try await lookahead.begin(0, expecting: 100)
        try await lookahead.begin(1, expecting: 8)
        let (begun, feed) = AsyncStream<Int>.makeStream()
        func start(_ ticket: Int, _ bytes: Int) async -> Task<Void, any Error> {
            let task = Task {
                try await lookahead.begin(ticket, expecting: bytes)
                feed.yield(ticket)
            }
            while await lookahead.count(waitingFor: ticket) == 0 { await Task.yield() }
            return task
        }
        let large = await start(2, 9)
        let small = await start(3, 2)
        // There is room for the second, but it came later.
        #expect(await lookahead.count(waitingFor: 3) == 1)
        large.cancel()
        await #expect(throws: CancellationError.self) { try await large.value }
        try await small.value
        feed.finish()
        #expect(await begun.reduce(into: []) { $0.append($1) } == [3])
    }
}

extension Lookahead {
    fileprivate func count(waitingFor ticket: Ticket) -> Int { waiters.count { $0 == ticket } }
}
