/// Bounds what is fetched ahead of what is being applied, in bytes of decoded rows and not in partitions: besides the
/// largest partition there is never more than `limit` in memory, however many partitions there are.
actor Lookahead {
    /// A partition under way, from before its first page is asked until its rows are applied.
    typealias Ticket = Int

    private struct Waiter {
        let ticket: Ticket
        let bytes: Int
        let continuation: CheckedContinuation<Void, Never>
    }

    private let limit: Int
    private var held: [Ticket: Int] = [:]
    private var total = 0
    /// Those under way that turned out larger, and those that have not begun, each in their order.
    private var growing: [Waiter] = []
    private var waiting: [Waiter] = []

    init(limit: Int) {
        self.limit = limit
    }

    /// Who waits, in order.
    var waiters: [Ticket] { (growing + waiting).map(\.ticket) }

    /// Waits until a partition may begin.
    /// - Throws: `CancellationError`.
    func begin(_ ticket: Ticket, expecting bytes: Int) async throws {
        try await take(ticket, bytes)
    }

    /// Waits until a partition that has begun may go on, now that its size is known.
    /// - Throws: `CancellationError`.
    func settle(_ ticket: Ticket, at bytes: Int) async throws {
        if bytes > held[ticket] ?? 0 {
            try await take(ticket, bytes)
        } else {
            shrink(ticket, to: bytes)
        }
    }

    /// A partition takes up no more than this.
    func shrink(_ ticket: Ticket, to bytes: Int) {
        guard let now = held[ticket], bytes < now else { return }
        hold(ticket, bytes)
        admit()
    }

    /// A partition's rows are applied, or it came to nothing.
    func end(_ ticket: Ticket) {
        total -= held.removeValue(forKey: ticket) ?? 0
        admit()
    }

    // MARK: Waiting

    private func take(_ ticket: Ticket, _ bytes: Int) async throws {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let waiter = Waiter(ticket: ticket, bytes: bytes, continuation: continuation)
                if Task.isCancelled {
                    continuation.resume()
                } else if held[ticket] != nil {
                    growing.append(waiter)
                } else {
                    waiting.append(waiter)
                }
                admit()
            }
        } onCancel: {
            Task { await self.giveUp(ticket) }
        }
        try Task.checkCancellation()
    }

    private func giveUp(_ ticket: Ticket) {
        if let index = growing.firstIndex(where: { $0.ticket == ticket }) {
            growing.remove(at: index).continuation.resume()
        } else if let index = waiting.firstIndex(where: { $0.ticket == ticket }) {
            waiting.remove(at: index).continuation.resume()
        }
        admit()
    }

    private func admit() {
        var refused: [Waiter] = []
        for waiter in growing {
            if fits(waiter.ticket, waiter.bytes) {
                hold(waiter.ticket, waiter.bytes)
                waiter.continuation.resume()
            } else {
                refused.append(waiter)
            }
        }
        growing = refused
        // Whoever has begun goes first: room for those that have not would delay it for ever.
        while growing.isEmpty, let first = waiting.first, fits(first.ticket, first.bytes) {
            waiting.removeFirst()
            hold(first.ticket, first.bytes)
            first.continuation.resume()
        }
    }

    /// All but the largest are within the limit. So the largest of those that want to grow always may, as soon as what is
    /// whole has been applied: nothing stands still.
    private func fits(_ ticket: Ticket, _ bytes: Int) -> Bool {
        let others = total - (held[ticket] ?? 0)
        guard others + bytes > limit else { return true }
        let largest = held.reduce(bytes) { $1.key == ticket ? $0 : max($0, $1.value) }
        return others + bytes - largest <= limit
    }

    private func hold(_ ticket: Ticket, _ bytes: Int) {
        total += bytes - (held[ticket] ?? 0)
        held[ticket] = bytes
    }
}
