public import SQLite

/// What a rule says about one thing at one moment, as far as an alert's life goes by it.
public enum Finding: Sendable, Equatable {
    /// - Parameter told: the values of the columns whose change is told again.
    case firing(told: [String: Value] = [:])
    /// A verdict of `clear`, or no verdict any more.
    case clear
    /// Neither is known: what was, holds.
    case unknown
}

/// When an alert's life goes on: both in Unix seconds.
public struct AlertMoment: Sendable, Equatable {
    /// Of the data. `for` and `keep_firing_for` count by it: while nothing newer is known, nothing has lasted longer.
    public var asOf: Int64
    /// Of the evaluation. `repeat` counts by it.
    public var at: Int64

    public init(asOf: Int64, at: Int64) {
        self.asOf = asOf
        self.at = at
    }
}

/// Why nobody is to be told, or not everything.
public struct Hush: OptionSet, Sendable {
    public let rawValue: Int

    public init(rawValue: Int) { self.rawValue = rawValue }

    /// The rule's first evaluation: what fires is listed, not told.
    public static let baseline = Hush(rawValue: 1)
    public static let silenced = Hush(rawValue: 2)
    /// Somebody has taken it on: only its end is told.
    public static let acknowledged = Hush(rawValue: 4)
}

/// One step in an alert's life: what is recorded, and whether it is told.
public struct AlertStep: Sendable, Equatable {
    public enum Cause: String, Sendable, CaseIterable {
        case transition
        /// It fires still, a `repeat` after it was told last.
        case `repeat`
        /// It fires still, and a column of `renotify` has another value.
        case changed
        /// It fires still, and nobody was told while it was silenced.
        case late
    }

    public var previous: AlertState
    public var state: AlertState
    public var cause: Cause
    public var isTold: Bool
}

/// The life of one alert: inactive → pending → firing → resolved.
///
/// A pure state machine: findings in, steps out; no clock, no SQL. What a receiver relies on, and the tests cite:
/// 1. It fires only on a finding of `firing`, after findings of `firing` that reach back at least `for`.
/// 2. `unknown` changes nothing and tells nothing.
/// 3. Firing is told once; again only by `repeat` or `renotify`, or where a silence kept it back.
/// 4. An end is told where the beginning was, or was listed by the baseline.
public struct AlertLife: Sendable, Equatable {
    public var state = AlertState.inactive
    /// As of when it has been in its state.
    public var since: Int64 = 0
    /// While it fires: as of when the findings have been clear.
    public var quietSince: Int64?
    /// When it was last told that it fires, or listed by the baseline.
    public var toldAt: Int64?
    /// The values told then.
    public var told: [String: Value] = [:]

    public init() {}

    /// Whether it is one to be looked at: a life that ended begins anew.
    public var isAlive: Bool { state == .pending || state == .firing }

    public mutating func next(
        _ finding: Finding, _ moment: AlertMoment, _ policy: AlertPolicy, _ hush: Hush = []
    ) -> AlertStep? {
        switch (state, finding) {
        case (_, .unknown): return nil
        case (.inactive, .clear), (.resolved, .clear): return nil
        case (.inactive, .firing(let values)), (.resolved, .firing(let values)):
            self = AlertLife(resting: state)
            return policy.pending > 0 ? go(.pending, moment) : fire(values, moment, hush)
        case (.pending, .firing(let values)):
            guard moment.asOf - since >= policy.pending else { return nil }
            return fire(values, moment, hush)
        case (.pending, .clear): return go(.inactive, moment)
        case (.firing, .firing(let values)):
            quietSince = nil
            return again(values, moment, policy, hush)
        case (.firing, .clear): return end(moment, policy, hush)
        }
    }

    private init(resting state: AlertState) { self.state = state }

    private mutating func go(_ next: AlertState, _ moment: AlertMoment) -> AlertStep {
        defer {
            state = next
            since = moment.asOf
        }
        return AlertStep(previous: state, state: next, cause: .transition, isTold: false)
    }

    private mutating func fire(_ values: [String: Value], _ moment: AlertMoment, _ hush: Hush) -> AlertStep {
        var step = go(.firing, moment)
        // What the baseline lists counts as told: it is neither told late nor does its end come out of nowhere.
        if !hush.contains(.silenced) { tell(values, moment) }
        step.isTold = hush.isEmpty
        return step
    }

    private mutating func tell(_ values: [String: Value], _ moment: AlertMoment) {
        toldAt = moment.at
        told = values
    }

    private mutating func again(
        _ values: [String: Value], _ moment: AlertMoment, _ policy: AlertPolicy, _ hush: Hush
    ) -> AlertStep? {
        guard hush.isEmpty, let cause = reason(values, moment, policy) else { return nil }
        tell(values, moment)
        return AlertStep(previous: .firing, state: .firing, cause: cause, isTold: true)
    }

    /// Why it is to be told again; nil where it is not.
    private func reason(
        _ values: [String: Value], _ moment: AlertMoment, _ policy: AlertPolicy
    ) -> AlertStep.Cause? {
        guard let toldAt else { return .late }
        if values.contains(where: { column, value in told[column].map { $0 != value } ?? false }) { return .changed }
        guard let interval = policy.repeats else { return nil }
        return moment.at - toldAt >= interval ? .repeat : nil
    }

    private mutating func end(_ moment: AlertMoment, _ policy: AlertPolicy, _ hush: Hush) -> AlertStep? {
        let quiet = quietSince ?? moment.asOf
        guard moment.asOf - quiet >= policy.keepFiring else {
            quietSince = quiet
            return nil
        }
        quietSince = nil
        var step = go(.resolved, moment)
        step.isTold = toldAt != nil && !hush.contains(.silenced)
        return step
    }
}
