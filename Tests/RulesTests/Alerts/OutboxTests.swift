import Foundation
import SQLite
import Testing
import Warehouse

@testable import Rules

/// A receiver that answers as the test says and remembers what it was told.
private final class Peer: @unchecked Sendable {
    private let lock = NSLock()
    private var heard: [Delivery] = []
    private var answers: [DeliveryOutcome] = []

    func answer(_ outcomes: DeliveryOutcome...) { lock.withLock { answers += outcomes } }

    func take(_ delivery: Delivery) -> DeliveryOutcome {
        lock.withLock {
            heard.append(delivery)
            return answers.isEmpty ? .sent("250 OK") : answers.removeFirst()
        }
    }

    /// By delivery its events' keys, in the order of arrival.
    var told: [[String]] {
        lock.withLock { heard.map { $0.events.map { $0.key.map(\.value.plainText).joined() } } }
    }
    var deliveries: [Delivery] { lock.withLock { heard } }
}

@Suite struct OutboxTests {
    private typealias Said = AlertBench.Said

    private let bench: AlertBench
    private let peer = Peer()
    private let folder: URL

    init() throws {
        bench = try AlertBench("owner: owner")
        try bench.pass()
        folder = FileManager.default.temporaryDirectory.appending(path: "esiwh-outbox-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    private func messenger(
        _ policy: OutboxPolicy = OutboxPolicy(schedule: [30, 300]), to names: [String] = ["ops"]
    ) -> Messenger {
        let peer = peer
        return Messenger(policy: policy, receivers: { _ in names }, deliver: { peer.take($0) })
    }

    @discardableResult
    private func deliver(_ messenger: Messenger, after: Int64) async throws -> Deliverer.Report {
        let now = AlertBench.start + after
        return try await Deliverer(
            bench.connection, messenger, lockPath: folder.path + "/outbox.lock", now: { now }
        ).run()
    }

    private func outbox() throws -> [String] {
        try bench.connection.query(
            "SELECT status, attempts, due_at - \(AlertBench.start), code, text FROM alert_outbox ORDER BY id"
        ).map { $0.map { $0.isNull ? "-" : $0.plainText }.joined(separator: " ") }
    }

    @Test func `the events of one owner and refresh are one message`() async throws {
        let messenger = messenger()
        try bench.say(
            [Said(1, "firing", owner: "a"), Said(2, "firing", owner: "b"), Said(3, "firing", owner: "a")], after: 10,
            to: messenger)
        try bench.say([Said(1, "firing", owner: "a"), Said(2, "firing", owner: "b")], after: 10, to: messenger)
        #expect(try await deliver(messenger, after: 10).sent == 3)
        #expect(peer.told == [["1", "3"], ["2"], ["3"]])
        #expect(Set(peer.deliveries.map(\.id)).count == 3)
        // The end of 3 answers the message that told of it.
        #expect(peer.deliveries[0].first.isEmpty)
        #expect(peer.deliveries[2].first == [peer.deliveries[2].events[0].alertID: peer.deliveries[0].id])
        #expect(try await deliver(messenger, after: 11).sent == 0)
    }

    @Test func `who does not gather gets each event for itself`() async throws {
        let messenger = messenger(OutboxPolicy(receivers: ["ops": .init(gathers: false)]))
        try bench.say([Said(1, "firing"), Said(2, "firing")], after: 10, to: messenger)
        try await deliver(messenger, after: 10)
        #expect(peer.told == [["1"], ["2"]])
    }

    @Test func `what fails is tried again by the schedule, as the same message, and then given up`() async throws {
        let messenger = messenger()
        try bench.say([Said(1, "firing")], after: 0, to: messenger)
        for _ in 0..<3 { peer.answer(.retry(code: "421", text: "busy", after: nil)) }
        let first = try await deliver(messenger, after: 0)
        #expect(first.failures == [.init(receiver: "ops", code: "421", text: "busy", isDead: false)])
        #expect(try outbox() == ["waiting 1 30 421 busy"])
        // What comes in meanwhile is another message.
        try bench.say([Said(1, "firing"), Said(2, "firing")], after: 29, to: messenger)
        #expect(try await deliver(messenger, after: 29).failures.count == 1, "2 is not due for later")
        #expect(try await deliver(messenger, after: 30).failures.count == 1)
        #expect(try outbox() == ["waiting 2 330 421 busy", "waiting 1 59 421 busy"])
        peer.answer(.sent("250 OK"), .retry(code: "421", text: "busy", after: nil))
        let last = try await deliver(messenger, after: 330)
        #expect(last.sent == 1 && last.failures.map(\.isDead) == [true])
        #expect(try outbox() == ["dead 3 330 421 busy", "sent 2 59 - 250 OK"])
        #expect(Set(peer.deliveries.filter { $0.events[0].key[0].value == 1 }.map(\.id)).count == 1)
    }

    @Test func `a peer that says when is asked then, a refusal is final`() async throws {
        let messenger = messenger()
        try bench.say([Said(1, "firing")], after: 0, to: messenger)
        peer.answer(.retry(code: "429", text: "slow down", after: 7))
        try await deliver(messenger, after: 0)
        #expect(try outbox() == ["waiting 1 7 429 slow down"])
        peer.answer(.refused(code: "550", text: "no such user"))
        let report = try await deliver(messenger, after: 7)
        #expect(report.failures == [.init(receiver: "ops", code: "550", text: "no such user", isDead: true)])
        #expect(try outbox() == ["dead 2 7 550 no such user"])
        try bench.store.retry([], now: AlertBench.start + 9)
        #expect(try await deliver(messenger, after: 9).sent == 1)
        #expect(throws: AlertUsageError.self) { try bench.store.drop([1], now: 0) }
    }

    @Test func `a receiver that fails is left alone, the others are told`() async throws {
        let peer = peer
        let messenger = Messenger(
            policy: OutboxPolicy(receivers: ["bad": .init(gathers: false)]), receivers: { _ in ["bad", "good"] },
            deliver: { delivery in
                let outcome = peer.take(delivery)
                return delivery.receiver == "bad" ? .retry(code: "7", text: "refused", after: nil) : outcome
            })
        try bench.say([Said(1, "firing"), Said(2, "firing"), Said(3, "firing")], after: 0, to: messenger)
        let report = try await deliver(messenger, after: 0)
        #expect(report.sent == 1 && report.failures.count == 1)
        #expect(peer.deliveries.count { $0.receiver == "bad" } == 1)
        let free = try bench.connection.value("SELECT count(*) FROM alert_outbox WHERE lease IS NULL")
        #expect(free == .integer(6))
    }

    @Test func `a receiver gets so many messages an hour, and the rest as soon as it may`() async throws {
        let policy = OutboxPolicy(receivers: ["ops": .init(perHour: 2, gathers: false)])
        let messenger = messenger(policy)
        try bench.say((1...5).map { Said($0, "firing") }, after: 0, to: messenger)
        #expect(try await deliver(messenger, after: 0).sent == 2)
        #expect(try await deliver(messenger, after: 3599).sent == 0)
        #expect(try await deliver(messenger, after: 3600).sent == 2)
        #expect(try await deliver(messenger, after: 7199).sent == 0)
        #expect(try await deliver(messenger, after: 7200).sent == 1)
        #expect(peer.told == [["1"], ["2"], ["3"], ["4"], ["5"]])
    }

    @Test func `quiet hours keep messages until their end`() async throws {
        let quiet = try #require(QuietHours("22:00-07:00"))
        let day = AlertBench.start - AlertBench.start % 86_400
        let ends: [Int64: Int64] = [
            0: 25_200, 25_199: 25_200, 25_200: 25_200, 79_199: 79_199, 79_200: 111_600, 86_399: 111_600,
        ]
        for (time, end) in ends { #expect(quiet.end(at: day + time) == day + end) }
        #expect(QuietHours(from: 3600, to: 7200).end(at: day + 3600) == day + 7200)
        for text in [
            "", "22:00", "22:00-22:00", "24:00-07:00", "22:60-07:00", "2:00-07:00", "a-b", "22:00-07:00-08:00",
        ] {
            #expect(QuietHours(text) == nil, "\(text)")
        }
        let hours = QuietHours(
            from: AlertBench.start % 86_400, to: (AlertBench.start + 100) % 86_400)
        let messenger = messenger(OutboxPolicy(receivers: ["ops": .init(quietHours: hours)]))
        try bench.say([Said(1, "firing")], after: 40, to: messenger)
        #expect(try await deliver(messenger, after: 99).sent == 0)
        // What fails is tried again when it is no longer quiet, a day later.
        peer.answer(.retry(code: "421", text: "busy", after: 86_400 - 50))
        #expect(try await deliver(messenger, after: 100).sent == 0)
        #expect(try await deliver(messenger, after: 86_499).sent == 0)
        #expect(try await deliver(messenger, after: 86_500).sent == 1)
    }

    @Test func `what a living process has in hand is left alone, what a dead one had is free`() async throws {
        let messenger = messenger()
        try bench.say([Said(1, "firing")], after: 0, to: messenger)
        let path = folder.path + "/outbox.lock"
        let now = AlertBench.start
        var other: LeaseLock? = try LeaseLock(path: path, lease: 77)
        let taken = try Outbox(bench.connection).take(try #require(other), messenger.policy, now: now)
        #expect(taken.count == 1)
        #expect(try await deliver(messenger, after: 0).sent == 0)
        other = nil
        #expect(try await deliver(messenger, after: 0).sent == 1)
        // It was told as the same message, with the same events.
        #expect(peer.deliveries.map(\.id) == taken.map(\.delivery.id))
    }

    @Test func `two that deliver at once tell each message once, and together no more than the rate`() async throws {
        let messenger = messenger(OutboxPolicy(receivers: ["ops": .init(perHour: 43, gathers: false)]))
        try bench.say((1...40).map { Said($0, "firing") }, after: 0, to: messenger)
        let path = folder.path + "/outbox.lock"
        // Both take before either has told anything.
        // Three more may be sent within the hour: what the first has in hand counts.
        let (one, two) = (try LeaseLock(path: path, lease: 1), try LeaseLock(path: path, lease: 2))
        let outbox = Outbox(bench.connection)
        let first = try outbox.take(one, messenger.policy, now: AlertBench.start)
        let second = try outbox.take(two, messenger.policy, now: AlertBench.start)
        #expect(first.count == 40 && second.isEmpty)
        try bench.say((1...45).map { Said($0, "firing") }, after: 1, to: messenger)
        #expect(try outbox.take(two, messenger.policy, now: AlertBench.start + 1).count == 3)
        withExtendedLifetime((one, two)) {}
    }

    /// A month of five-minute runs: verdicts that flap, peers that fail, processes that die with messages in hand.
    @Test(arguments: 0..<4)
    func `a simulated month loses no transition and repeats no message`(seed: Int) async throws {
        var random = Seeded(seed: UInt64(seed))
        let policy = OutboxPolicy(
            receivers: ["ops": .init(perHour: 6), "desk": .init(gathers: false)],
            schedule: Array(repeating: 300, count: 99))
        let names = ["ops", "desk"]
        let peer = peer
        let messenger = Messenger(policy: policy, receivers: { _ in names }, deliver: { peer.take($0) })
        var expected: [String] = []
        var states: [Int64: String] = [:]
        let steps = ProcessInfo.processInfo.environment["ESIWH_SOAK"] == "1" ? 30 * 288 : 600
        for step in 1...steps {
            for id: Int64 in 1...6 where Int.random(in: 0..<20, using: &random) == 0 {
                states[id] = ["firing", "clear", "unknown"].randomElement(using: &random)
            }
            let said = states.sorted { $0.key < $1.key }.map { Said($0.key, $0.value, owner: "\($0.key % 2)") }
            let outcome = try bench.say(said, after: Int64(step) * 300, to: messenger)
            expected += outcome.steps.filter(\.isTold).map(\.event.id)
            if Int.random(in: 0..<4, using: &random) == 0 {
                // Dies after it has told one of the messages in hand, and before it has written that down.
                let lock = try LeaseLock(path: folder.path + "/outbox.lock", lease: Int64(step))
                let now = AlertBench.start + Int64(step) * 300
                let taken = try Outbox(bench.connection).take(lock, policy, now: now)
                if let first = taken.first { _ = peer.take(first.delivery) }
                continue
            }
            if Int.random(in: 0..<3, using: &random) == 0 {
                peer.answer(.retry(code: "451", text: "later", after: nil))
            }
            try await deliver(messenger, after: Int64(step) * 300)
        }
        for hour in 1...200 { try await deliver(messenger, after: Int64(steps) * 300 + Int64(hour) * 3600) }
        #expect(try bench.connection.value("SELECT count(*) FROM alert_outbox WHERE status <> 'sent'") == 0)
        #expect(expected.count > 40)
        for name in names {
            // A receiver that drops repeated ids sees each event once, and no id with other events than before.
            var content: [String: [String]] = [:]
            for delivery in peer.deliveries where delivery.receiver == name {
                let events = delivery.events.map(\.id)
                #expect(content.updateValue(events, forKey: delivery.id) ?? events == events)
            }
            #expect(content.values.flatMap { $0 }.sorted() == expected.sorted(), "\(name)")
        }
    }
}
