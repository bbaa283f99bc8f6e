internal import SQLite
internal import Warehouse

/// A rule that has not been able to say for longer than its `max_age` what is the case: an alert of its own.
///
/// A verdict is blind while it is `unknown` for a reason that waiting may cure, or while its data are older than `max_age`.
/// Here the machine's clock counts: where nothing new is observed, the data's moment stands still.
public enum Blindness {
    /// Stands in the place of a rule's name.
    public static let rule = "rule-blind"
    static let title = "A rule is blind"
    /// Of the row that stands for a verdict.
    static let columns = ["rule", "state", "reason", "blind_since", "verdicts", "example", "as_of"]
    static let units = ["blind_since": "timestamp", "as_of": "timestamp"]

    /// Since when each verdict has been blind, and why.
    struct Unknown: Equatable {
        var since: Int64
        var reason: String
    }

    /// - Parameter before: as of the last evaluation.
    static func unknowns(
        _ judgements: [Judgement], _ policy: AlertPolicy, at: Int64, before: [String: Unknown]
    ) -> [String: Unknown] {
        var found: [String: Unknown] = [:]
        for judgement in judgements {
            let isStale = at - judgement.asOf > policy.maxAge
            if let reason = judgement.held, !policy.undecidable.contains(reason) {
                let since = before[judgement.key]?.since ?? at
                found[judgement.key] = Unknown(since: isStale ? min(since, judgement.asOf) : since, reason: reason)
            } else if isStale {
                found[judgement.key] = Unknown(since: judgement.asOf, reason: "stale")
            }
        }
        return found
    }

    /// What is to be said about a rule.
    /// - Parameter fault: why the rule is broken, and since when.
    static func judgement(
        of rule: String, _ policy: AlertPolicy, _ unknowns: [String: Unknown], fault: (reason: String, since: Int64)?,
        at: Int64, asOf: Int64?
    ) -> Judgement {
        let oldest = unknowns.min { ($0.value.since, $0.key) < ($1.value.since, $1.key) }
        let since = fault?.since ?? oldest?.value.since
        let isBlind = since.map { at - $0 > policy.maxAge } ?? false
        let row: [(name: String, value: Value)] = [
            ("rule", .text(rule)), ("state", .text(isBlind ? "firing" : "clear")),
            ("reason", (fault?.reason ?? oldest?.value.reason).sqlValue),
            ("blind_since", since.sqlValue), ("verdicts", .integer(Int64(unknowns.count))),
            ("example", (fault == nil ? oldest?.key : nil).sqlValue), ("as_of", asOf.sqlValue),
        ]
        return Judgement(
            key: AlertJSON.object([(name: "rule", value: .text(rule))]), finding: isBlind ? .firing() : .clear,
            asOf: asOf ?? at, owner: nil, verdict: AlertJSON.object(row), held: nil)
    }
}
