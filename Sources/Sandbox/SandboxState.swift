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

    private let clock: SandboxClock
    private var faults: [Fault] = []
    private var log: [LogLine] = []
    private var errorWindow = 0
    private var errors = 0
    /// Of each bucket: when and how much was spent.
    private var spent: [String: [(at: Int, tokens: Int)]] = [:]
    /// When routes with a limit of the game server's were asked within the last minute.
    private var asked: [String: [Int]] = [:]
    private var requestNumber: UInt64 = 0
    private(set) var account = Account()
    /// Until when each answer holds, by path and query.
    private var shownUntil: [String: Int] = [:]
    /// A fault, not the client, spent the errors of this window.
    private var areErrorsTaken = false

    static let errorLimit = 100
    static let tokenWindow = 900

    init(_ clock: SandboxClock) {
        self.clock = clock
    }

    var time: Int { clock.now }

    func advance(_ seconds: Int) { clock.advance(seconds) }

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
        if window != errorWindow { (errorWindow, errors, areErrorsTaken) = (window, 0, false) }
        return (max(Self.errorLimit - errors, 0), 60 - time % 60)
    }

    func countError() {
        let (remaining, _) = errorBudget()
        errors += 1
        if !areErrorsTaken { account.leastErrors = min(account.leastErrors, max(remaining - 1, 0)) }
    }

    func spendErrors() {
        _ = errorBudget()
        errors = Self.errorLimit
        areErrorsTaken = true
    }

    static func tokenLimit(_ group: String) -> Int { SandboxRoute.tokens[group] ?? 0 }

    func tokensRemaining(_ group: String) -> Int {
        let now = time
        spent[group]?.removeAll { $0.at <= now - Self.tokenWindow }
        return max(Self.tokenLimit(group) - (spent[group] ?? []).reduce(0) { $0 + $1.tokens }, 0)
    }

    func spend(_ tokens: Int, _ group: String) {
        guard tokens > 0 else { return }
        spent[group, default: []].append((time, tokens))
        if group == Account.group { account.leastTokens = min(account.leastTokens, tokensRemaining(group)) }
    }

    /// What may be asked of each in a minute: price histories, and characters' careers.
    private static let hiddenLimit = 300

    /// Counts a request, and says whether its route's hidden limit is used up.
    func isThrottled(_ path: String) -> Bool {
        guard let end = path.split(separator: "/").last, ["history", "corporationhistory"].contains(end) else {
            return false
        }
        let (key, now) = (String(end), time)
        asked[key]?.removeAll { $0 <= now - 60 }
        guard (asked[key]?.count ?? 0) < Self.hiddenLimit else { return true }
        asked[key, default: []].append(now)
        return false
    }

    // MARK: Account

    /// How the limits were kept, from the first request on: what a client's politeness is judged by.
    struct Account: Sendable {
        static let group = "market-order"
        var requests = 0
        /// Requests by the status that they were answered with.
        var statuses: [Int: Int] = [:]
        /// The least that was ever left of a window's errors and of the order books' tokens.
        var leastErrors = SandboxState.errorLimit
        var leastTokens = SandboxState.tokenLimit(Account.group)
        /// Requests behind the end of a budget that the client itself had spent.
        var overErrors = 0
        var overTokens = 0
        /// Requests for what had been shown whole and had not expired, and the last of them.
        var early = 0
        var earlyPath: String?
    }

    func noteOverspending(errors: Bool) {
        if !errors {
            account.overTokens += 1
        } else if !areErrorsTaken {
            account.overErrors += 1
        }
    }

    /// Takes note of a request and of until when its answer holds; nil where it holds for no time, or came damaged.
    func noteShown(_ path: String, until expires: Int?) {
        if let known = shownUntil[path], time < known {
            account.early += 1
            account.earlyPath = path
        }
        shownUntil[path] = expires
    }

    // MARK: Log

    func note(_ method: String, _ path: String, _ status: Int, tokens: Int?) {
        account.requests += 1
        account.statuses[status, default: 0] += 1
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
