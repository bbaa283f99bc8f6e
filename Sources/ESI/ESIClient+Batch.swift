/// POST routes that take ids (ESI.md A4).
extension ESIClient {
    public static let idsPerBatch = 1000

    /// Asks for ids, 1,000 at a time. One unknown id fails its whole batch, so a refused batch is halved until the bad
    /// ids stand alone.
    /// - Parameter deliver: takes what became of some of the ids, as soon as it is known.
    /// - Throws: `CancellationError`, and what `deliver` throws.
    public func batch(
        _ route: Route, ids: [Int64], deliver: @Sendable (BatchOutcome) async throws -> Void
    ) async throws {
        var rest = ids[...]
        while !rest.isEmpty {
            try await ask(route, Array(rest.prefix(Self.idsPerBatch)), deliver)
            rest = rest.dropFirst(Self.idsPerBatch)
        }
    }

    private func ask(
        _ route: Route, _ ids: [Int64], _ deliver: @Sendable (BatchOutcome) async throws -> Void
    ) async throws {
        let answer: Answer
        do {
            answer = try await post(route, ids: ids)
        } catch let error as Unreachable {
            return try await deliver(.failed(ids: ids, reason: error.reason))
        }
        switch answer.status {
        case 200:
            try await deliver(
                .answered(
                    ids: ids, body: answer.body, observedAt: answer.lastModified ?? answer.date,
                    bytes: answer.wireBytes))
        case 400 where ids.count > 1, 404 where ids.count > 1:
            let middle = ids.count / 2
            try await ask(route, Array(ids[..<middle]), deliver)
            try await ask(route, Array(ids[middle...]), deliver)
        case 400, 404:
            // Valid ids failed at times: it is asked again, never taken for dead.
            let later = Int64(await serverNow()) + 12 * 3600
            try await deliver(.absent(ids: ids, reason: answer.reason, askAgainAt: later))
        default:
            try await deliver(.failed(ids: ids, reason: answer.reason))
        }
    }
}
