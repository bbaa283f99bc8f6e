import Warehouse

/// Whether a partition is to be asked now, and why or why not.
enum Due: Equatable {
    case ask
    /// Its dataset's file changed: what is kept is decoded again, else it is asked.
    case redecode
    /// Static and older than its `refresh`: asked if the server's build changed.
    case probe
    case not(String)

    /// - Parameters:
    ///   - state: what is known of the partition; nil: nothing yet.
    ///   - now: the server's clock.
    ///   - force: ignore `once`, `refresh` and negative answers; never Expires.
    init(_ lifetime: Dataset.Lifetime, _ state: PartitionState?, now: Int64, force: Bool) {
        guard let state else {
            self = .ask
            return
        }
        let waits = state.expiresAt.map { $0 > now } == true
        if state.outcome == .absent, waits, !force {
            self = .not("absent: \(state.reason ?? "no such thing")")
        } else if state.outcome == .absent {
            self = .ask
        } else if state.mustRedecode, state.completeAt != nil {
            self = .redecode
        } else if state.completeAt == nil {
            self = waits ? .not("not expired") : .ask
        } else {
            self = Self.known(lifetime, state, now: now, waits: waits, force: force)
        }
    }

    private static func known(
        _ lifetime: Dataset.Lifetime, _ state: PartitionState, now: Int64, waits: Bool, force: Bool
    ) -> Due {
        switch lifetime {
        case .once where !force: return .not("asked once, for ever")
        case .refresh(let seconds) where !force:
            let age = now - (state.fetchedAt ?? 0)
            return age < seconds ? .not("static, and fresh") : .probe
        default: return waits ? .not("not expired") : .ask
        }
    }
}
