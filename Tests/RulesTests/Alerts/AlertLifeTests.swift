import SQLite
import Testing

@testable import Rules

@Suite struct AlertLifeTests {
    private func policy(
        pending: Int64 = 0, keep: Int64 = 0, repeats: Int64? = nil, renotify: [String] = []
    ) -> AlertPolicy {
        var policy = AlertPolicy()
        (policy.pending, policy.keepFiring, policy.repeats, policy.renotify) = (pending, keep, repeats, renotify)
        return policy
    }

    private func life(_ state: AlertState) -> AlertLife {
        var life = AlertLife()
        life.state = state
        life.since = 100
        if state == .firing || state == .resolved { life.toldAt = 1_100 }
        return life
    }

    private struct Pair: CustomTestStringConvertible {
        var state: AlertState
        var finding: Finding
        /// With `for` and `keep_firing_for` 0, and with both 50, at 120 and at 150: the state, and T where it is told.
        var expected: (plain: String, early: String, late: String)
        var testDescription: String { "\(state), \(finding)" }
    }

    private static let pairs = [
        Pair(state: .inactive, finding: .firing(), expected: ("firing T", "pending", "pending")),
        Pair(state: .inactive, finding: .clear, expected: ("inactive", "inactive", "inactive")),
        Pair(state: .inactive, finding: .unknown, expected: ("inactive", "inactive", "inactive")),
        Pair(state: .pending, finding: .firing(), expected: ("firing T", "pending", "firing T")),
        Pair(state: .pending, finding: .clear, expected: ("inactive", "inactive", "inactive")),
        Pair(state: .pending, finding: .unknown, expected: ("pending", "pending", "pending")),
        Pair(state: .firing, finding: .firing(), expected: ("firing", "firing", "firing")),
        Pair(state: .firing, finding: .clear, expected: ("resolved T", "firing", "firing")),
        Pair(state: .firing, finding: .unknown, expected: ("firing", "firing", "firing")),
        Pair(state: .resolved, finding: .firing(), expected: ("firing T", "pending", "pending")),
        Pair(state: .resolved, finding: .clear, expected: ("resolved", "resolved", "resolved")),
        Pair(state: .resolved, finding: .unknown, expected: ("resolved", "resolved", "resolved")),
    ]

    @Test func `the table has all pairs of a state and a finding`() {
        #expect(Self.pairs.count == AlertState.allCases.count * 3)
        #expect(Set(Self.pairs.map(\.testDescription)).count == Self.pairs.count)
    }

    @Test(arguments: pairs.indices)
    func `each state takes each finding as the table says`(index: Int) {
        let pair = Self.pairs[index]
        func shown(_ policy: AlertPolicy, _ asOf: Int64) -> String {
            var life = life(pair.state)
            let step = life.next(pair.finding, AlertMoment(asOf: asOf, at: asOf + 1_000), policy)
            // A step is reported exactly where something changed, and says from where to where.
            #expect((step == nil) == (life.state == pair.state))
            if let step { #expect((step.previous, step.state) == (pair.state, life.state)) }
            if step != nil { #expect(life.since == asOf) } else { #expect(life.since == 100) }
            return life.state.rawValue + (step?.isTold == true ? " T" : "")
        }
        let slow = policy(pending: 50, keep: 50)
        #expect(shown(policy(), 120) == pair.expected.plain)
        #expect(shown(slow, 120) == pair.expected.early)
        #expect(shown(slow, 150) == pair.expected.late)
    }

    @Test func `it fires on until the findings were clear for keep_firing_for, counted anew after each that fires`() {
        var life = life(.firing)
        let policy = policy(keep: 50)
        func next(_ finding: Finding, _ asOf: Int64) -> AlertState {
            _ = life.next(finding, AlertMoment(asOf: asOf, at: asOf), policy)
            return life.state
        }
        #expect(next(.clear, 200) == .firing)
        #expect(next(.clear, 249) == .firing)
        #expect(next(.firing(), 249) == .firing)
        #expect(next(.clear, 260) == .firing)
        #expect(next(.unknown, 400) == .firing)
        #expect(next(.clear, 309) == .firing)
        #expect(next(.clear, 310) == .resolved)
    }

    @Test func `it is told again after repeat, and where a column of renotify has another value`() {
        var life = AlertLife()
        let policy = policy(repeats: 60, renotify: ["rival"])
        func cause(_ rival: Value, at: Int64, _ hush: Hush = []) -> AlertStep.Cause? {
            life.next(.firing(told: ["rival": rival]), AlertMoment(asOf: at, at: at), policy, hush)?.cause
        }
        #expect(cause(7, at: 0) == .transition)
        #expect(cause(7, at: 59) == nil)
        #expect(cause(7, at: 60) == .repeat)
        #expect(cause(7, at: 119) == nil)
        #expect(cause(8, at: 119) == .changed)
        // The clock of repeat begins with each time that it is told.
        #expect(cause(8, at: 178) == nil)
        #expect(cause(9, at: 300, .acknowledged) == nil)
        #expect(cause(9, at: 300) == .changed)
        life.told = [:]
        #expect(cause(10, at: 301) == nil, "a column that renotify did not name before is no change")
    }

    @Test func `what fired under a silence is told when that is over, and its end only if the beginning was`() {
        var life = AlertLife()
        let policy = policy()
        let fired = life.next(.firing(), AlertMoment(asOf: 1, at: 1), policy, .silenced)
        #expect(fired?.isTold == false)
        var other = life
        #expect(other.next(.clear, AlertMoment(asOf: 2, at: 2), policy)?.isTold == false)
        #expect(life.next(.firing(), AlertMoment(asOf: 2, at: 2), policy, .silenced) == nil)
        let late = life.next(.firing(), AlertMoment(asOf: 3, at: 3), policy)
        #expect(late == AlertStep(previous: .firing, state: .firing, cause: .late, isTold: true))
        #expect(life.next(.clear, AlertMoment(asOf: 4, at: 4), policy)?.isTold == true)
    }

    @Test func `the baseline is not told, its end is`() {
        var life = AlertLife()
        #expect(life.next(.firing(), AlertMoment(asOf: 1, at: 1), policy(), .baseline)?.isTold == false)
        #expect(life.next(.firing(), AlertMoment(asOf: 2, at: 2), policy()) == nil)
        #expect(life.next(.clear, AlertMoment(asOf: 3, at: 3), policy())?.isTold == true)
    }

    /// Random histories against a model that knows no state: it searches the whole history for what the words say.
    @Test(arguments: 0..<40)
    func `random histories end as a search through them says`(seed: Int) {
        var random = Seeded(seed: UInt64(seed))
        let policy = policy(
            pending: [0, 0, 25, 60].randomElement(using: &random) ?? 0,
            keep: [0, 0, 25, 60].randomElement(using: &random) ?? 0)
        var life = AlertLife()
        var history: [(finding: Finding, asOf: Int64)] = []
        var moment: Int64 = 0
        for _ in 0..<250 {
            moment += Int64.random(in: 0...20, using: &random)
            let finding: Finding = [.firing(), .firing(), .clear, .unknown].randomElement(using: &random) ?? .clear
            history.append((finding, moment))
            _ = life.next(finding, AlertMoment(asOf: moment, at: moment), policy)
            let expected = Self.state(after: history, policy)
            #expect(life.state == expected.state)
            if expected.state != .inactive { #expect(life.since == expected.since) }
        }
    }

    private static func state(
        after history: [(finding: Finding, asOf: Int64)], _ policy: AlertPolicy
    ) -> (state: AlertState, since: Int64) {
        let known = history.filter { $0.finding != .unknown }
        var last = (state: AlertState.inactive, since: Int64(0))
        var start = 0
        while let begin = (start..<known.count).first(where: { known[$0].finding != .clear }) {
            let end = (begin..<known.count).first { known[$0].finding == .clear } ?? known.count
            let fires = (begin..<end).first { known[$0].asOf - known[begin].asOf >= policy.pending }
            guard let fires else {
                last = end < known.count ? (.inactive, known[end].asOf) : (.pending, known[begin].asOf)
                start = end
                continue
            }
            let over = (fires..<known.count).first { index in
                guard known[index].finding == .clear else { return false }
                let quiet = (fires...index).last { known[$0].finding != .clear }.map { $0 + 1 } ?? fires
                return known[index].asOf - known[quiet].asOf >= policy.keepFiring
            }
            guard let over else { return (.firing, known[fires].asOf) }
            last = (.resolved, known[over].asOf)
            start = over
        }
        return last
    }
}

/// SplitMix64: random, and the same each time.
struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &+ 0x9e37_79b9_7f4a_7c15 }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
