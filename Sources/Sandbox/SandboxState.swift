/// What the sandbox remembers between requests: its clock, the limiters, faults, and a log.
actor SandboxState {
    /// A request as the log keeps it.
    struct LogLine: Sendable {
        var at: Int
        var method: String
        var path: String
        var status: Int
        var errorsRemaining: Int
        var tokensRemaining: Int?
    }

    private(set) var now: Int
    private let ticks: Bool
    private let beganAt: ContinuousClock.Instant
    private var faults: [Fault] = []
    private var log: [LogLine] = []
    private var errorWindow = 0
    private var errors = 0
    /// Of the bucket: when and how much was spent.
    private var spent: [(at: Int, tokens: Int)] = []
    private var requestNumber: UInt64 = 0

    static let errorLimit = 100
    static let tokenLimit = 12_000
    static let tokenWindow = 900

    /// - Parameter ticks: whether the clock runs on by itself, as for the demo, or stands until it is moved.
    init(now: Int, ticks: Bool) {
        self.now = now
        self.ticks = ticks
        beganAt = .now
    }

    var time: Int { ticks ? now + Int((ContinuousClock.now - beganAt) / .seconds(1)) : now }

    func advance(_ seconds: Int) { now += seconds }
    func set(_ moment: Int) { now += moment - time }

    // MARK: Faults

    func add(_ fault: Fault) { faults.append(fault) }
    func clearFaults() { faults.removeAll() }

    /// The faults that hit a request; each use counts.
    func faults(for path: String, page: Int) -> [Fault] {
        var hits: [Fault] = []
        for index in faults.indices where faults[index].matches(path, page: page) {
            hits.append(faults[index])
            faults[index].times = faults[index].times.map { $0 - 1 }
        }
        return hits
    }

    // MARK: Limiters

    /// Of the fixed window: what is left, and seconds until it begins anew.
    func errorBudget() -> (remaining: Int, reset: Int) {
        let window = time / 60
        if window != errorWindow { (errorWindow, errors) = (window, 0) }
        return (max(Self.errorLimit - errors, 0), 60 - time % 60)
    }

    func countError() {
        _ = errorBudget()
        errors += 1
    }

    func spendErrors() {
        _ = errorBudget()
        errors = Self.errorLimit
    }

    func tokensRemaining() -> Int {
        let now = time
        spent.removeAll { $0.at <= now - Self.tokenWindow }
        return max(Self.tokenLimit - spent.reduce(0) { $0 + $1.tokens }, 0)
    }

    func spend(_ tokens: Int) {
        if tokens > 0 { spent.append((time, tokens)) }
    }

    // MARK: Log

    func note(_ method: String, _ path: String, _ status: Int, tokens: Int?) {
        log.append(
            LogLine(
                at: time, method: method, path: path, status: status, errorsRemaining: errorBudget().remaining,
                tokensRemaining: tokens))
    }

    func lines() -> [LogLine] { log }
    func clearLog() { log.removeAll() }

    func requestID() -> String {
        requestNumber += 1
        var mix = Mix(requestNumber)
        let hex = String(mix.next(), radix: 16) + String(mix.next(), radix: 16)
        return String(hex.prefix(32))
    }
}
