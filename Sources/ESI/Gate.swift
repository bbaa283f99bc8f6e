/// Holds requests until politeness lets them out, and no more than so many at once.
actor Gate {
    /// The far side is out of order; nothing was sent.
    struct Closed: Error {
        var until: Double
        var reason: String
    }

    private var politeness = Politeness()
    private let clock: Clock
    private var underWay = 0
    /// Those that wait for room, first come first served; each is woken alone.
    private var queue: [(id: UInt64, continuation: CheckedContinuation<Void, Never>)] = []
    private var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
    private var nextID: UInt64 = 0

    init(clock: Clock) {
        self.clock = clock
    }

    /// Returns when the request may go out.
    /// - Throws: `Closed`, `CancellationError`.
    func enter(_ lane: Politeness.Lane, now: @Sendable () -> Double) async throws {
        // Whoever does not take the room that it was woken for hands it on.
        while true {
            if Task.isCancelled {
                admitNext()
                throw CancellationError()
            }
            if underWay >= ESIClient.requestsAtOnce {
                await standInLine()
                continue
            }
            switch politeness.wants(lane, at: now()) {
            case .send:
                underWay += 1
                return
            case .refuse(let until, let reason):
                admitNext()
                throw Closed(until: until, reason: reason)
            case .wait(let until):
                admitNext()
                await pause(max(until - now(), 0.01))
            }
        }
    }

    func leave(_ lane: Politeness.Lane, _ answer: Politeness.Answer, now: Double) {
        politeness.answered(lane, answer, at: now)
        makeRoom()
    }

    func abandon(_ lane: Politeness.Lane) {
        politeness.cancelled(lane)
        makeRoom()
    }

    private func makeRoom() {
        underWay -= 1
        admitNext()
        wakeAll()
    }

    private func admitNext() {
        guard underWay < ESIClient.requestsAtOnce, !queue.isEmpty else { return }
        queue.removeFirst().continuation.resume()
    }

    private func standInLine() async {
        nextID += 1
        let id = nextID
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if Task.isCancelled {
                    continuation.resume()
                } else {
                    queue.append((id, continuation))
                }
            }
        } onCancel: {
            Task { await self.leaveLine(id) }
        }
    }

    private func leaveLine(_ id: UInt64) {
        guard let index = queue.firstIndex(where: { $0.id == id }) else { return }
        queue.remove(at: index).continuation.resume()
    }

    /// Until the time is up, or an answer has come, or the task is cancelled.
    private func pause(_ seconds: Double) async {
        nextID += 1
        let id = nextID
        let clock = clock
        let alarm: Task<Void, Never>? =
            seconds.isFinite
            ? Task { [weak self] in
                try? await clock.sleep(seconds)  // cancelled: woken already
                await self?.wake(id)
            } : nil
        defer { alarm?.cancel() }
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
