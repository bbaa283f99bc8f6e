public import SQLite

/// Empties the outbox as far as it is due.
///
/// Receivers are told side by side, each one message after another: one that hangs keeps no other waiting. After a failure a
/// receiver is left alone until the next run, or its silence would be waited for once for each message.
public struct Deliverer {
    let connection: Connection
    let messenger: Messenger
    /// Beside the warehouse; tells who is delivering.
    let lockPath: String
    /// Unix seconds of this machine.
    let now: @Sendable () -> Int64

    public init(
        _ connection: Connection, _ messenger: Messenger, lockPath: String, now: @escaping @Sendable () -> Int64
    ) {
        self.connection = connection
        self.messenger = messenger
        self.lockPath = lockPath
        self.now = now
    }

    /// What became of the messages that were due.
    public struct Report: Sendable, Equatable {
        public struct Failure: Sendable, Equatable {
            public var receiver: String
            public var code: String
            public var text: String
            /// Whether it is given up.
            public var isDead: Bool
        }

        public var sent = 0
        public var failures: [Failure] = []
    }

    /// - Throws: `LeaseError`, SQLite's errors; what was taken by then is free when the process ends.
    public func run(isCancelled: @escaping @Sendable () -> Bool = { false }) async throws -> Report {
        let outbox = Outbox(connection)
        let lease = try connection.value("SELECT random() & 0x3fffffffffffffff")?.integer ?? 0
        let lock = try LeaseLock(path: lockPath, lease: lease)
        var report = Report()
        var failed: Set<String> = []
        while !isCancelled() {
            // Others may have put something in meanwhile.
            let taken = try outbox.take(lock, messenger.policy, now: now())
            let ready = taken.filter { !failed.contains($0.delivery.receiver) }
            if ready.count < taken.count {
                try outbox.giveBack(taken.filter { failed.contains($0.delivery.receiver) })
            }
            if ready.isEmpty { break }
            try await deliver(ready, outbox, &report, &failed, isCancelled)
        }
        withExtendedLifetime(lock) {}
        return report
    }

    private enum Attempt: Sendable {
        case outcome(index: Int, DeliveryOutcome)
        /// Not tried, as one before it failed.
        case untried(index: Int)
    }

    private func deliver(
        _ taken: [Outbox.Taken], _ outbox: Outbox, _ report: inout Report, _ failed: inout Set<String>,
        _ isCancelled: @escaping @Sendable () -> Bool
    ) async throws {
        let (attempts, feed) = AsyncStream<Attempt>.makeStream()
        let queues = Dictionary(grouping: taken.indices) { taken[$0].delivery.receiver }
        let deliver = messenger.deliver
        let deliveries = taken.map(\.delivery)
        let work = Task {
            await withDiscardingTaskGroup { group in
                for queue in queues.values {
                    group.addTask { await Self.work(through: queue, deliveries, deliver, feed, isCancelled) }
                }
            }
            feed.finish()
        }
        var untried: [Outbox.Taken] = []
        for await attempt in attempts {
            switch attempt {
            case .untried(let index):
                untried.append(taken[index])
                failed.insert(taken[index].delivery.receiver)
            case .outcome(let index, let outcome):
                try outbox.conclude(taken[index], outcome, messenger.policy, now: now())
                report.note(outcome, of: taken[index], messenger.policy, &failed)
            }
        }
        await work.value
        try outbox.giveBack(untried)
    }

    private static func work(
        through queue: [Int], _ deliveries: [Delivery], _ deliver: @Sendable (Delivery) async -> DeliveryOutcome,
        _ feed: AsyncStream<Attempt>.Continuation, _ isCancelled: @Sendable () -> Bool
    ) async {
        var isFailed = false
        for index in queue {
            if isFailed || isCancelled() {
                feed.yield(.untried(index: index))
                continue
            }
            let outcome = await deliver(deliveries[index])
            if case .retry = outcome { isFailed = true }
            feed.yield(.outcome(index: index, outcome))
        }
    }
}

extension Deliverer.Report {
    fileprivate mutating func note(
        _ outcome: DeliveryOutcome, of taken: Outbox.Taken, _ policy: OutboxPolicy, _ failed: inout Set<String>
    ) {
        let receiver = taken.delivery.receiver
        switch outcome {
        case .sent: sent += 1
        case .retry(let code, let text, _):
            failed.insert(receiver)
            let isDead = policy.next(after: taken.attempts + 1, asked: nil, now: 0) == nil
            failures.append(Failure(receiver: receiver, code: code, text: text, isDead: isDead))
        case .refused(let code, let text):
            failures.append(Failure(receiver: receiver, code: code, text: text, isDead: true))
        }
    }
}
