/// A clock that only sleeping moves.
final class TimeBox: @unchecked Sendable {
    // Unchecked: what these tests ask for sleeps one after the other.
    private(set) var now: Double

    init(at start: Double) {
        now = start
    }

    func advance(_ seconds: Double) { now += seconds }
}
