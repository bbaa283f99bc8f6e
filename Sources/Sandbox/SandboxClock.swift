import Synchronization

/// The sandbox's clock. A test's client may go by the same one: with a clock of its own, what one request waits for would pass
/// on one side before the other, and a second request in between be asked too early.
public final class SandboxClock: Sendable {
    private let moment: Mutex<Int>
    /// nil: it stands until it is moved.
    private let beganAt: ContinuousClock.Instant?

    /// - Parameter ticks: whether it runs on by itself, as for the demo.
    public init(now: Int, ticks: Bool = false) {
        moment = Mutex(now)
        beganAt = ticks ? .now : nil
    }

    private var ticked: Int { beganAt.map { Int((ContinuousClock.now - $0) / .seconds(1)) } ?? 0 }

    /// Unix seconds.
    public var now: Int { moment.withLock { $0 } + ticked }

    public func advance(_ seconds: Int) { moment.withLock { $0 += seconds } }
    func set(_ now: Int) { moment.withLock { $0 = now - ticked } }
}
