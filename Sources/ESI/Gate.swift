/// Holds requests until politeness lets them out.
actor Gate {
    /// The far side is out of order; nothing was sent.
    struct Closed: Error {
        var until: Double
        var reason: String
    }

    private var politeness = Politeness()
    private let clock: Clock
    private var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
    private var nextID: UInt64 = 0

    init(clock: Clock) {
        self.clock = clock
    }

    /// Returns when the request may go out.
    /// - Throws: `Closed`, `CancellationError`.
    func enter(_ lane: Politeness.Lane, now: @Sendable () -> Double) async throws {
        while true {
            try Task.checkCancellation()
            switch politeness.wants(lane, at: now()) {
            case .send: return
            case .refuse(let until, let reason): throw Closed(until: until, reason: reason)
            case .wait(let until): try await pause(max(until - now(), 0.01))
            }
        }
    }

    func leave(_ lane: Politeness.Lane, _ answer: Politeness.Answer, now: Double) {
        politeness.answered(lane, answer, at: now)
        wakeAll()
    }

    func abandon(_ lane: Politeness.Lane) {
        politeness.cancelled(lane)
        wakeAll()
    }

    /// Until the time is up, or an answer has come, or the task is cancelled.
    private func pause(_ seconds: Double) async throws {
        nextID += 1
        let id = nextID
        let clock = clock
        let alarm = Task { [weak self] in
            try? await clock.sleep(seconds)  // cancelled: woken already
            await self?.wake(id)
        }
        defer { alarm.cancel() }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if Task.isCancelled {
                    continuation.resume()
                } else {
                    waiters[id] = continuation
                }
            }
        } onCancel: {
            Task { await self.wake(id) }
        }
    }

    private func wake(_ id: UInt64) {
        waiters.removeValue(forKey: id)?.resume()
    }

    private func wakeAll() {
        let all = waiters
        waiters.removeAll()
        for (_, waiter) in all { waiter.resume() }
    }
}
