internal import Warehouse

/// A moment as people give it: `--as-of`, `--from`, `--to`, and values of parameters that are timestamps.
enum MomentText: Equatable {
    /// Unix seconds.
    case moment(Int64)
    /// The moment of the snapshot of this number.
    case snapshot(Int64)

    static let forms = "a date, a time (2026-11-24T12:00Z), -2h, -30m, -7d, yesterday, now, or a snapshot's number"

    /// - Parameter now: what `-2h`, `yesterday` and `now` count from, in Unix seconds.
    init(_ text: String, now: Int64) throws(CommandError) {
        if let moment = Timestamp.moment(text, now: now) {
            self = .moment(moment)
        } else if let id = Int64(text), id > 0, !text.hasPrefix("+") {
            self = .snapshot(id)
        } else {
            throw CommandError(.usage, "\"\(text.withVisibleControls())\" is no moment", mend: "give \(Self.forms)")
        }
    }
}
