/// POST routes that take ids (ESI.md A4).
extension ESIClient {
    public static let idsPerBatch = 1000

    /// Asks for ids, 1,000 at a time. One unknown id fails its whole batch, so a refused batch is halved until the bad
    /// ids stand alone.
    /// - Parameters:
    ///   - sharing: where others read the answers too: what they were answered about an id is not asked again.
    ///   - deliver: takes what became of some of the ids, as soon as it is known. What it throws as `BodyRejected` makes
    ///     the ids be asked again, or fail.
    /// - Throws: `CancellationError`, and what else `deliver` throws.
    public func batch(
        _ route: Route, ids: [Int64], sharing: Sharing? = nil, deliver: @Sendable (BatchOutcome) async throws -> Void
    ) async throws {
        var rest = try await handOn(route, ids, sharing, deliver)[...]
        while !rest.isEmpty {
            var halving = Halving()
            try await ask(route, Array(rest.prefix(Self.idsPerBatch)), &halving) { outcome in
                do {
                    try await deliver(outcome)
                } catch let rejected as BodyRejected {
                    // Another reader may be able to use it, unless it is no JSON.
                    if !rejected.isWorthRetrying { await note(outcome, route, sharing) }
                    throw rejected
                }
                await note(outcome, route, sharing)
            }
            rest = rest.dropFirst(Self.idsPerBatch)
        }
    }

    /// Hands on what other readers were answered.
    /// - Returns: the ids to ask for.
    private func handOn(
        _ route: Route, _ ids: [Int64], _ sharing: Sharing?, _ deliver: (BatchOutcome) async throws -> Void
    ) async throws -> [Int64] {
        var (outcomes, rest) = await remembered(route, ids, sharing)
        for outcome in outcomes {
            do {
                try await deliver(outcome)
            } catch let rejected as BodyRejected {
                guard case .answered(let ids, _, _, _) = outcome else { continue }
                if rejected.isWorthRetrying {
                    rest = (rest + ids).sorted()
                } else {
                    try await deliver(.failed(ids: ids, reason: rejected.reason))
                }
            }
        }
        return rest
    }

    /// Tells a bad id from an outage: `Not found` alone also comes from maintenance, for ids that live on (ESI.md A6).
    private struct Halving {
        /// As many refusals as it takes to find one bad id among 1,000, without one answer in between.
        private static let most = 11
        private var vagueInARow = 0

        var isOutage: Bool { vagueInARow >= Self.most }

        mutating func note(_ answer: Answer) {
            vagueInARow = answer.status == 404 && answer.isVague404 ? vagueInARow + 1 : 0
        }
    }

    private func ask(
        _ route: Route, _ ids: [Int64], _ halving: inout Halving,
        _ deliver: @Sendable (BatchOutcome) async throws -> Void
    ) async throws {
        guard !halving.isOutage else {
            return try await deliver(.failed(ids: ids, reason: "HTTP 404 for every id: an outage"))
        }
        let answer: Answer
        do {
            answer = try await postUntilRead(route, ids, deliver)
        } catch let error as Unreachable {
            return try await deliver(.failed(ids: ids, reason: error.reason))
        }
        halving.note(answer)
        switch answer.status {
        case 200: return
        case 400 where ids.count > 1, 404 where ids.count > 1:
            let middle = ids.count / 2
            try await ask(route, Array(ids[..<middle]), &halving, deliver)
            try await ask(route, Array(ids[middle...]), &halving, deliver)
        case 400, 404:
            // Valid ids failed at times: it is asked again, never taken for dead.
            let later = Int64(await serverNow()) + 12 * 3600
            try await deliver(.absent(ids: ids, reason: answer.reason, askAgainAt: later))
        default:
            try await deliver(.failed(ids: ids, reason: answer.reason))
        }
    }

    /// Posts ids and hands an answer over; a body that is not JSON is asked for again.
    /// - Throws: `Unreachable` also for a body that stays unreadable.
    private func postUntilRead(
        _ route: Route, _ ids: [Int64], _ deliver: @Sendable (BatchOutcome) async throws -> Void
    ) async throws -> Answer {
        for attempt in 1... {
            let answer = try await post(route, ids: ids)
            guard answer.status == 200 else { return answer }
            do {
                try await deliver(
                    .answered(
                        ids: ids, body: answer.body, observedAt: answer.lastModified ?? answer.date,
                        bytes: answer.wireBytes))
                return answer
            } catch let rejected as BodyRejected {
                guard rejected.isWorthRetrying, attempt < Politeness.tries - 1 else {
                    throw Unreachable(reason: rejected.reason)
                }
            }
        }
        throw Unreachable(reason: "not answered")
    }
}
