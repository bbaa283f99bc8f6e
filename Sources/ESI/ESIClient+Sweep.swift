/// Reading all pages of a target as of one moment (ESI.md A3, "One consistent sweep").
extension ESIClient {
    /// Hands over the pages of a target and tells which of them belong together.
    /// - Parameters:
    ///   - lastComplete: the moment of the last complete sweep; the same again is `unchanged`.
    ///   - force: ask without validators.
    ///   - deliver: takes each page, in any order and several at once; a page may come again with a newer moment.
    ///     What it throws as `BodyRejected` makes that page be asked again, or the sweep fail.
    /// - Throws: `CancellationError`, and what the cache's file throws.
    public func sweep(
        _ target: Target, lastComplete: Int64?, force: Bool = false,
        deliver: @escaping @Sendable (Page) async throws -> Void
    ) async throws -> SweepOutcome {
        var state = SweepState(force: force)
        do {
            while true {
                let turn = try await turn(target, lastComplete, &state, deliver)
                if case .done(let outcome) = turn { return outcome }
                guard state.restarts < Self.restarts else {
                    return .partial(state.sweep, reason: "the list kept changing while it was read")
                }
                state.restarts += 1
                try await waitUntil(Double(state.sweep.expiresAt), atLeast: 1)
            }
        } catch let error as Unreachable {
            return .failed(reason: error.reason, askAgainAt: error.until.map { Int64($0) })
        } catch let rejected as BodyRejected {
            return .failed(reason: rejected.reason, askAgainAt: nil)
        }
    }

    private static let restarts = 2

    private struct SweepState {
        var force: Bool
        var restarts = 0
        var hasWaited = false
        /// Whether the first page told its moment: then each must.
        var isDated = false
        var sweep = Sweep(observedAt: 0, expiresAt: 0)
        /// Pages handed over, with the moment they carried.
        var delivered: [Int: Int64] = [:]
    }

    private enum Turn {
        case done(SweepOutcome)
        case again
    }

    private func turn(
        _ target: Target, _ lastComplete: Int64?, _ state: inout SweepState,
        _ deliver: @escaping @Sendable (Page) async throws -> Void
    ) async throws -> Turn {
        var first = try await get(target, page: 1, Freshness(usesValidators: !state.force))
        guard first.status == 200 || first.status == 304 else {
            return .done(try await noFirstPage(first, target.route))
        }
        if !state.hasWaited, let wait = sleepBefore(first) {
            state.hasWaited = true
            try await clock.sleep(wait)
            first = try await get(target, page: 1, Freshness(usesValidators: !state.force))
            guard first.status == 200 || first.status == 304 else {
                return .done(try await noFirstPage(first, target.route))
            }
        }
        state.isDated = first.lastModified != nil
        state.sweep.observedAt = first.lastModified ?? first.date
        state.sweep.expiresAt = first.expires ?? first.date
        let pages = target.route.isPaged ? max(first.pages ?? 1, 1) : 1
        // Pages of a list of another length do not belong to this one, whatever moment they carry (invariant 2).
        if pages != state.sweep.pages { state.delivered.removeAll() }
        state.sweep.pages = pages
        state.sweep.bytes += first.wireBytes
        if let moment = first.lastModified, moment == lastComplete { return .done(.unchanged(state.sweep)) }
        try await handOver(first, target, page: 1, &state, deliver)
        return try await otherPages(target, &state, deliver)
    }

    /// The first page's status is the whole target's.
    private func noFirstPage(_ answer: Answer, _ route: Route) async throws -> SweepOutcome {
        let now = Int64(await serverNow())
        switch answer.status {
        case 204:
            return .absent(status: 204, reason: "HTTP 204: gone or going", askAgainAt: now + 12 * 3600)
        case 403:
            return .absent(status: 403, reason: answer.reason, askAgainAt: now + 12 * 3600)
        case 404:
            let hours: Int64 = answer.isVague404 ? 1 : 24
            return .absent(status: 404, reason: answer.reason, askAgainAt: now + hours * 3600)
        case let status where route.negative.contains(status):
            return .absent(status: status, reason: answer.reason, askAgainAt: now + 24 * 3600)
        default:
            return .failed(reason: answer.reason, askAgainAt: nil)
        }
    }

    /// Where the answer's life ends before the other pages can be read, it is better to begin behind its end: once,
    /// and only if a whole life is long enough.
    private func sleepBefore(_ first: Answer) -> Double? {
        guard let pages = first.pages, pages > 1, let expires = first.expires, !first.isRemembered else { return nil }
        let need = min(max(Double(pages) / 20, 1), 180)
        let (left, life) = (Double(expires - first.date), Double(expires - (first.lastModified ?? first.date)))
        return left < need && life > need && left > 0 ? left + 1 : nil
    }

    private func handOver(
        _ answer: Answer, _ target: Target, page: Int, _ state: inout SweepState,
        _ deliver: @escaping @Sendable (Page) async throws -> Void
    ) async throws {
        try await deliverWhole(answer, target, page, state.sweep, deliver)
        state.delivered[page] = state.sweep.observedAt
    }

    /// A body that is not JSON is asked for again, past the cache that may hold it.
    private func deliverWhole(
        _ answer: Answer, _ target: Target, _ page: Int, _ sweep: Sweep,
        _ deliver: @Sendable (Page) async throws -> Void
    ) async throws {
        var answer = answer
        let moment = sweep.observedAt
        for attempt in 1... {
            do {
                return try await deliver(
                    Page(number: page, count: sweep.pages, lastModified: moment, body: answer.body))
            } catch let rejected as BodyRejected {
                guard rejected.isWorthRetrying, attempt < Politeness.tries - 1 else { throw rejected }
                answer = try await get(target, page: page, Freshness(usesValidators: false, skipsCache: true))
                let isSame = answer.status == 200 && (answer.lastModified ?? moment) == moment
                guard isSame else { throw rejected }
            }
        }
    }

    // MARK: Pages 2 to N

    private enum PageResult: Sendable {
        case accepted(Int, bytes: Int)
        case turned
        case missing(Int, reason: String)
    }

    private func otherPages(
        _ target: Target, _ state: inout SweepState, _ deliver: @escaping @Sendable (Page) async throws -> Void
    ) async throws -> Turn {
        let sweep = state.sweep
        let wanted = (2..<max(sweep.pages + 1, 2)).filter { state.delivered[$0] != sweep.observedAt }
        let asked = Asked(target: target, sweep: sweep, isDated: state.isDated, force: state.force)
        let results = try await fetch(wanted, asked, deliver)
        var missing: [String] = []
        var hasTurned = false
        for result in results {
            switch result {
            case .accepted(let page, let bytes):
                state.delivered[page] = sweep.observedAt
                state.sweep.bytes += bytes
            case .turned: hasTurned = true
            case .missing(let page, let reason): missing.append("page \(page) of \(sweep.pages): \(reason)")
            }
        }
        state.sweep.accepted = state.delivered.filter { $0.value == sweep.observedAt }.map(\.key).sorted()
        if hasTurned { return .again }
        guard let first = missing.sorted().first else { return .done(.complete(state.sweep)) }
        let rest = missing.count > 1 ? " (and \(missing.count - 1) more)" : ""
        return .done(.partial(state.sweep, reason: first + rest))
    }

    /// What pages 2 to N have in common.
    private struct Asked {
        var target: Target
        var sweep: Sweep
        var isDated: Bool
        var force: Bool
    }

    private func fetch(
        _ pages: [Int], _ asked: Asked,
        _ deliver: @escaping @Sendable (Page) async throws -> Void
    ) async throws -> [PageResult] {
        try await withThrowingTaskGroup(of: PageResult.self) { group in
            var results: [PageResult] = []
            var next = pages.makeIterator()
            var hasTurned = false
            for _ in 0..<Self.requestsAtOnce {
                guard let page = next.next() else { break }
                group.addTask { try await self.fetch(page, asked, deliver) }
            }
            while let result = try await group.next() {
                results.append(result)
                if case .turned = result { hasTurned = true }
                guard !hasTurned, let page = next.next() else { continue }
                group.addTask { try await self.fetch(page, asked, deliver) }
            }
            return results
        }
    }

    /// One page, as of the sweep's moment.
    private func fetch(
        _ page: Int, _ asked: Asked,
        _ deliver: @Sendable (Page) async throws -> Void
    ) async throws -> PageResult {
        let sweep = asked.sweep
        for attempt in 1... {
            let answer: Answer
            do {
                let freshness = Freshness(usesValidators: !asked.force && attempt == 1, skipsCache: attempt > 1)
                answer = try await get(asked.target, page: page, freshness)
            } catch let error as Unreachable {
                return .missing(page, reason: error.reason)
            }
            // The list became shorter than its first page said.
            if answer.status == 404 { return .turned }
            guard answer.status == 200 || answer.status == 304 else { return .missing(page, reason: answer.reason) }
            let moment = answer.lastModified ?? (asked.isDated ? .min : sweep.observedAt)
            if moment < sweep.observedAt {
                // An old cache node answered, or one that does not say of when its copy is. Before it expires, asking
                // for it again is early.
                let isFresh = Double(answer.expires ?? 0) > (await serverNow())
                if answer.lastModified != nil, isFresh { return .turned }
                let kind = answer.lastModified == nil ? "undated" : "older"
                guard attempt < 4 else { return .missing(page, reason: "an \(kind) copy of the page, again and again") }
                try await clock.sleep(1)
                continue
            }
            if moment > sweep.observedAt || (answer.pages ?? sweep.pages) != sweep.pages { return .turned }
            try await deliverWhole(answer, asked.target, page, sweep, deliver)
            return .accepted(page, bytes: answer.wireBytes)
        }
        return .missing(page, reason: "not answered")
    }

    /// Sleeps until the server's clock shows a time.
    private func waitUntil(_ moment: Double, atLeast: Double) async throws {
        let now = await serverNow()
        try await clock.sleep(max(moment - now + 0.5, atLeast))
    }
}
