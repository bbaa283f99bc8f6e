import Foundation
import Testing

@testable import ESI

@Suite struct PolitenessTests {
    typealias Lane = Politeness.Lane
    let orders = Lane(group: "market-order", route: "/markets/{region_id}/orders")
    let items = Lane(route: "/contracts/public/items/{contract_id}")

    private func answer(_ status: Int, _ change: (inout Politeness.Answer) -> Void = { _ in }) -> Politeness.Answer {
        var answer = Politeness.Answer(status: status)
        change(&answer)
        return answer
    }

    private func errors(_ status: Int, _ remaining: Int, _ reset: Double) -> Politeness.Answer {
        answer(status) {
            $0.errorsRemaining = remaining
            $0.errorsReset = reset
        }
    }

    private func tokens(_ status: Int, _ remaining: Int, _ limit: Int = 150) -> Politeness.Answer {
        answer(status) {
            $0.tokensRemaining = remaining
            $0.tokenLimit = (limit, 900)
        }
    }

    @Test func `nothing is known at the start, so one request goes first`() {
        for lane in [orders, items] {
            var politeness = Politeness()
            #expect(politeness.wants(lane, at: 0) == .send)
            guard case .wait = politeness.wants(lane, at: 0) else {
                Issue.record("a second request went out before the first answer")
                continue
            }
            politeness.answered(lane, lane == orders ? tokens(200, 148) : errors(200, 100, 30), at: 1)
            #expect(politeness.wants(lane, at: 1) == .send)
            #expect(politeness.wants(lane, at: 1) == .send)
        }
    }

    @Test func `a 420 stops every route until the reset, then one probes`() {
        var politeness = Politeness()
        #expect(politeness.wants(items, at: 0) == .send)
        politeness.answered(items, errors(420, 0, 25), at: 0)
        #expect(politeness.wants(orders, at: 1) == .wait(until: 26))
        #expect(politeness.wants(items, at: 25.9) == .wait(until: 26))
        #expect(politeness.wants(items, at: 26) == .send)
        guard case .wait = politeness.wants(orders, at: 26) else {
            Issue.record("more than a probe went out")
            return
        }
        politeness.answered(items, errors(200, 99, 60), at: 27)
        #expect(politeness.wants(orders, at: 27) == .send)
    }

    @Test func `the probe behind a 420 waits for what was under way, and its own answer alone opens`() {
        var politeness = Politeness()
        #expect(politeness.wants(items, at: 0) == .send)
        politeness.answered(items, errors(200, 99, 60), at: 0)
        for _ in 0..<3 { #expect(politeness.wants(items, at: 0) == .send) }
        politeness.answered(items, errors(420, 0, 25), at: 1)
        guard case .wait = politeness.wants(items, at: 30) else {
            Issue.record("probed while two older requests were under way")
            return
        }
        politeness.answered(items, errors(200, 98, 30), at: 31)
        politeness.cancelled(items)
        #expect(politeness.wants(items, at: 32) == .send)
        guard case .wait = politeness.wants(orders, at: 32) else {
            Issue.record("more than a probe went out")
            return
        }
    }

    @Test func `a 420 without a header closes for a minute`() {
        var politeness = Politeness()
        #expect(politeness.wants(items, at: 0) == .send)
        politeness.answered(items, answer(420), at: 0)
        #expect(politeness.wants(items, at: 1) == .wait(until: 60))
    }

    @Test func `errors are kept for the others on the address`() {
        var politeness = Politeness()
        #expect(politeness.wants(items, at: 0) == .send)
        politeness.answered(items, errors(200, 23, 40), at: 0)
        #expect(politeness.wants(items, at: 0) == .send)
        #expect(politeness.wants(items, at: 0) == .send)
        #expect(politeness.wants(items, at: 0) == .send)
        #expect(politeness.wants(items, at: 0) == .wait(until: 40))
        // The bucket's routes go on.
        #expect(politeness.wants(orders, at: 0) == .send)
    }

    @Test func `a 429 closes its bucket alone, without a header for a minute, then doubling`() {
        var politeness = Politeness()
        _ = politeness.wants(orders, at: 0)
        politeness.answered(orders, answer(429) { $0.retryAfter = 7 }, at: 0)
        #expect(politeness.wants(orders, at: 1) == .wait(until: 7))
        #expect(politeness.wants(items, at: 1) == .send)
        var now = 7.0
        for wait in [120.0, 240, 480, 900, 900] {
            #expect(politeness.wants(orders, at: now) == .send)
            politeness.answered(orders, answer(429), at: now)
            #expect(politeness.wants(orders, at: now) == .wait(until: now + wait))
            now += wait
        }
    }

    @Test func `a 429 closes a route without a bucket too, as the game server's own throttle has no headers`() {
        var politeness = Politeness()
        #expect(politeness.wants(items, at: 0) == .send)
        politeness.answered(items, answer(429) { $0.retryAfter = 30 }, at: 0)
        #expect(politeness.wants(items, at: 1) == .wait(until: 30))
        let names = Lane(route: "/universe/names")
        #expect(politeness.wants(names, at: 1) == .send, "another route goes on")
        politeness.answered(names, errors(200, 99, 60), at: 2)
        #expect(politeness.wants(items, at: 30) == .send)
        politeness.answered(items, answer(429), at: 30)
        #expect(politeness.wants(items, at: 31) == .wait(until: 150), "the second in a row, without a header")
        #expect(politeness.wants(items, at: 150) == .send)
        politeness.answered(items, errors(200, 98, 60), at: 151)
        #expect(politeness.wants(items, at: 151) == .send)
    }

    @Test func `a 520 is waited out on a route that has no known limit of the game server`() {
        var politeness = Politeness()
        #expect(politeness.wants(items, at: 0) == .send)
        politeness.answered(items, answer(520) { $0.pause = 12 }, at: 0)
        #expect(politeness.wants(items, at: 1) == .wait(until: 12))
        #expect(politeness.wants(items, at: 12) == .send)
    }

    @Test func `answers to what was under way when the circuit opened do not hold it open longer`() {
        var politeness = Politeness()
        #expect(politeness.wants(orders, at: 0) == .send)
        politeness.answered(orders, tokens(200, 11_000, 12_000), at: 0)
        for _ in 0..<20 { #expect(politeness.wants(orders, at: 0) == .send) }
        for _ in 0..<20 { politeness.answered(orders, answer(502), at: 1) }
        guard case .refuse(let until, _) = politeness.wants(orders, at: 2) else {
            Issue.record("20 failures did not open the circuit")
            return
        }
        #expect(until == 31)
    }

    @Test func `a low bucket waits for the tokens that come back, and keeps its reserve`() {
        var politeness = Politeness()
        _ = politeness.wants(orders, at: 0)
        politeness.answered(orders, tokens(404, 30), at: 2)
        _ = politeness.wants(orders, at: 3)
        politeness.answered(orders, tokens(200, 18), at: 4)
        // Another error would take it below 15; the first answer's five tokens come back at 902.
        #expect(politeness.wants(orders, at: 5) == .wait(until: 902))
        #expect(politeness.wants(orders, at: 902) == .send)
        #expect(politeness.wants(orders, at: 902) == .wait(until: 904))
    }

    @Test func `five failures open the circuit of a group, the others go on, and a probe closes it`() {
        var politeness = Politeness()
        for second in 0..<5 {
            #expect(politeness.wants(orders, at: Double(second)) == .send)
            politeness.answered(orders, answer(502), at: Double(second))
        }
        #expect(
            politeness.wants(orders, at: 5) == .refuse(until: 34, reason: "failures in a row, the last one HTTP 502"))
        #expect(politeness.wants(items, at: 5) == .send)
        #expect(politeness.wants(orders, at: 34) == .send)
        guard case .wait = politeness.wants(orders, at: 34) else {
            Issue.record("more than one probe")
            return
        }
        politeness.answered(orders, tokens(200, 100), at: 35)
        #expect(politeness.wants(orders, at: 35) == .send)
    }

    @Test func `a 503 opens at once, in the downtime until its end`() {
        var politeness = Politeness()
        let eleven = 20_000.0 * 86_400 + 11 * 3600
        _ = politeness.wants(orders, at: eleven + 60)
        politeness.answered(orders, answer(503), at: eleven + 60)
        #expect(
            politeness.wants(orders, at: eleven + 61)
                == .refuse(until: eleven + 900, reason: "failures in a row, the last one HTTP 503"))
    }

    @Test func `the hidden limits hold without a header, and ConStopSpamming's pause is kept`() {
        var politeness = Politeness()
        let own = Lane(
            group: "char-contract", user: "1", route: "/characters/{character_id}/contracts/{contract_id}/items")
        _ = politeness.wants(own, at: 0)
        politeness.answered(own, tokens(200, 590, 600), at: 0)
        for _ in 1..<20 { #expect(politeness.wants(own, at: 0) == .send) }
        // Counted there when they arrive: the first may have been under way for longer than the next will be.
        #expect(politeness.wants(own, at: 5) == .wait(until: 11))
        #expect(politeness.wants(own, at: 11) == .send)
        politeness.answered(own, answer(520) { $0.pause = 12 }, at: 11)
        #expect(politeness.wants(own, at: 12) == .wait(until: 23))
    }

    @Test(arguments: [0, 200, 204, 304, 400, 401, 403, 404, 413, 420, 429, 500, 502, 503, 504, 520])
    func `each status has one answer to whether it is asked again`(status: Int) {
        let retried: Set = [0, 420, 429, 500, 502, 504, 520]
        let delay = Politeness.retryDelay(answer(status), attempt: 1, chance: 0.5)
        #expect((delay != nil) == retried.contains(status))
        #expect(Politeness.retryDelay(answer(status), attempt: 10, chance: 0.5) == nil)
        #expect(delay ?? 0 <= 20)
    }

    // MARK: A week against a model of the server

    /// Both limiters as ESI.md A5 tells them, strictly: going over is counted, not forgiven.
    private struct Server {
        var errorWindow = 0
        var errors = 0
        var spent: [(at: Double, tokens: Int)] = []
        var overErrors = 0
        var overTokens = 0

        mutating func answer(_ lane: Politeness.Lane, at now: Double, _ random: inout SystemLike) -> Politeness.Answer {
            let window = Int(now / 60)
            if window != errorWindow { (errorWindow, errors) = (window, 0) }
            spent.removeAll { $0.at <= now - 900 }
            let left = 150 - spent.reduce(0) { $0 + $1.tokens }
            let roll = random.below(100)
            var status = roll < 70 ? 200 : roll < 80 ? 304 : roll < 93 ? 404 : roll < 97 ? 502 : 504
            if errors >= 100 { status = 420; overErrors += 1 }
            if lane.group != nil, left < Politeness.cost(status) { status = 429; overTokens += 1 }
            var answer = Politeness.Answer(status: status)
            if lane.group == nil {
                if status >= 400, status != 420 { errors += 1 }
                answer.errorsRemaining = max(100 - errors, 0)
                answer.errorsReset = 60 - now.truncatingRemainder(dividingBy: 60)
            } else {
                let cost = Politeness.cost(status)
                spent.append((now, cost))
                answer.tokensRemaining = left - cost
                answer.tokenLimit = (150, 900)
            }
            return answer
        }
    }

    struct SystemLike {
        var state: UInt64
        mutating func below(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
    }

    @Test(arguments: ProcessInfo.processInfo.environment["ESIWH_SOAK"] == "1" ? Array(1...10) : [UInt64(1)])
    func `a simulated week never exceeds a budget, and never stands still`(seed: UInt64) {
        var politeness = Politeness()
        var server = Server()
        var random = SystemLike(state: seed)
        var flying: [(lane: Lane, lands: Double)] = []
        var now = 20_000.0 * 86_400
        let end = now + 7 * 86_400
        var sent = [0, 0]
        while now < end {
            // Everything on the way that has landed by now is answered.
            flying.sort { $0.lands < $1.lands }
            while let first = flying.first, first.lands <= now {
                flying.removeFirst()
                politeness.answered(first.lane, server.answer(first.lane, at: first.lands, &random), at: first.lands)
            }
            var next = flying.first?.lands ?? end
            for (index, lane) in [orders, items].enumerated() where flying.count < 12 {
                switch politeness.wants(lane, at: now) {
                case .send:
                    sent[index] += 1
                    flying.append((lane, now + 0.05 + Double(random.below(60_000)) / 1000))
                    next = min(next, now + 0.01)
                case .wait(let until), .refuse(let until, _): next = min(next, until)
                }
            }
            now = max(next, now + 0.001)
        }
        #expect(server.overErrors == 0)
        #expect(server.overTokens == 0)
        // At least half of what the bucket would bear went through.
        #expect(sent[0] > 7 * 96 * 75 / 2)
        #expect(sent[1] > 10_000)
    }
}
