/// How ESI wants to be spoken to, as a pure state machine: events in, actions out. No clock, socket or randomness
/// inside: the time comes with each event (Unix seconds of the server's clock), chance as a number from 0 to 1.
///
/// It knows the token buckets (`X-Ratelimit-*`), the older error limit (`X-ESI-Error-Limit-*`), the undocumented
/// limits, retries with backoff, a breaker for each host and group, and the daily downtime (ESI.md A5, A6).
public struct Politeness: Sendable {
    /// What a request counts against.
    public struct Lane: Sendable, Hashable {
        /// The route's token bucket; nil for routes of the error limit.
        public var group: String?
        /// Whose budget: a character's, or nil for the address.
        public var user: String?
        /// The route as ESI writes it: `/contracts/public/items/{contract_id}`.
        public var route: String

        public init(group: String? = nil, user: String? = nil, route: String) {
            self.group = group
            self.user = user
            self.route = route
        }

        fileprivate var bucket: String? { group.map { "\($0) \(user ?? "")" } }
        /// What fails together.
        fileprivate var circuit: String { group ?? route }
    }

    public enum Action: Sendable, Equatable {
        case send
        /// Ask again at that time, or after the next answer if that is earlier; infinity where only the answer to a
        /// request under way can tell.
        case wait(until: Double)
        /// Do not send: the far side is out of order until then.
        case refuse(until: Double, reason: String)
    }

    /// What an answer said, as far as politeness cares.
    public struct Answer: Sendable, Equatable {
        /// 0 where no answer came.
        public var status: Int
        public var retryAfter: Double?
        public var errorsRemaining: Int?
        public var errorsReset: Double?
        public var tokensRemaining: Int?
        /// Tokens, and the window's seconds.
        public var tokenLimit: (tokens: Int, window: Double)?
        /// Seconds that the game server itself wants to be left alone (ConStopSpamming).
        public var pause: Double?

        public init(status: Int) { self.status = status }

        public static func == (left: Self, right: Self) -> Bool {
            left.status == right.status && left.retryAfter == right.retryAfter
                && left.errorsRemaining == right.errorsRemaining && left.errorsReset == right.errorsReset
                && left.tokensRemaining == right.tokensRemaining && left.pause == right.pause
        }
    }

    private struct Bucket {
        var limit = 0
        var window: Double = 900
        var remaining = 0
        var inFlight = 0
        var lastSent: Double = 0
        var closedUntil: Double = 0
        var strikes = 0
        var isKnown = false
        var isProbing = false
        /// When `remaining` was told.
        var toldAt: Double = 0
        /// What answers cost, and when: it comes back one window later (ESI.md A5).
        var spent: [(at: Double, tokens: Int)] = []

        /// When the next request may go; nil: now. A tenth is left alone: other programs may spend it, and any request
        /// under way may cost what an error does.
        func nextSend(at now: Double) -> Double? {
            let needed = limit / 10 + (inFlight + 1) * Politeness.highestCost
            var estimate = remaining
            if estimate >= needed { return nil }
            for spending in spent where spending.at + window > toldAt {
                estimate += spending.tokens
                guard estimate >= needed else { continue }
                let back = spending.at + window
                return back <= now ? nil : back
            }
            // Somebody else spent it: look now and then, alone.
            let look = lastSent + window * Double(Politeness.highestCost) / Double(max(limit, 1))
            return inFlight == 0 && look <= now ? nil : max(look, now + 1)
        }
    }

    private struct Circuit {
        var failures = 0
        var openUntil: Double = 0
        var lastStatus = 0
        var isProbing = false
    }

    /// Limits of the game server behind ESI that no header tells (ESI.md A5).
    public struct HiddenLimit: Sendable {
        public var routePrefix: String
        public var requests: Int
        public var seconds: Double
        public var perUser: Bool

        /// How long a request counts: a little longer than there, where it is counted when it arrives. The first of a minute may
        /// have been longer under way than the first behind it.
        var window: Double { seconds + min(seconds / 10, 1) }
    }

    public static let hiddenLimits = [
        HiddenLimit(routePrefix: "/markets/{region_id}/history", requests: 300, seconds: 60, perUser: false),
        HiddenLimit(
            routePrefix: "/characters/{character_id}/contracts/{contract_id}/items", requests: 20, seconds: 10,
            perUser: true),
        HiddenLimit(
            routePrefix: "/corporations/{corporation_id}/contracts/{contract_id}/items", requests: 20, seconds: 10,
            perUser: true),
        HiddenLimit(
            routePrefix: "/characters/{character_id}/corporationhistory", requests: 300, seconds: 60, perUser: false),
        HiddenLimit(routePrefix: "/killmails/", requests: 8, seconds: 1, perUser: false),
    ]

    /// A route that was told to wait without a bucket or a known limit to hold it against.
    private struct Throttle {
        var until: Double = 0
        var strikes = 0
        var isProbing = false
    }

    private var buckets: [String: Bucket] = [:]
    private var throttles: [String: Throttle] = [:]
    private var circuits: [String: Circuit] = [:]
    private var hidden: [String: [Double]] = [:]
    private var errorsRemaining: Int?
    private var errorsResetAt: Double = 0
    private var errorsInFlight = 0
    /// 420: nothing goes out before.
    private var closedUntil: Double = 0
    private var isProbing = false

    public init() {}

    // MARK: Before sending

    /// Whether a request may go out now. `.send` counts it as in flight: `answered` must follow.
    public mutating func wants(_ lane: Lane, at now: Double) -> Action {
        if let refusal = circuitRefusal(lane, now) { return refusal }
        if now < closedUntil { return .wait(until: closedUntil) }
        // The first behind a 420 goes when nothing is under way: an answer to an older request would pass for its own.
        if isProbing || (closedUntil > 0 && inFlight > 0) { return .wait(until: .infinity) }
        let waits = [
            bucketWait(lane, now), throttleWait(lane, now), errorLimitWait(lane, now), hiddenWait(lane, now),
        ].compactMap { $0 }
        if let longest = waits.max() { return .wait(until: longest) }
        commit(lane, now)
        return .send
    }

    private var inFlight: Int { errorsInFlight + buckets.values.reduce(0) { $0 + $1.inFlight } }

    private func circuitRefusal(_ lane: Lane, _ now: Double) -> Action? {
        guard let circuit = circuits[lane.circuit], circuit.failures >= Self.failuresThatOpen else { return nil }
        if now < circuit.openUntil {
            let last = circuit.lastStatus == 0 ? "no answer" : "HTTP \(circuit.lastStatus)"
            return .refuse(until: circuit.openUntil, reason: "failures in a row, the last one \(last)")
        }
        // Half open: one request finds out, the others wait for its answer.
        return circuit.isProbing ? .wait(until: .infinity) : nil
    }

    private func bucketWait(_ lane: Lane, _ now: Double) -> Double? {
        guard let key = lane.bucket, let bucket = buckets[key] else { return nil }
        if now < bucket.closedUntil { return bucket.closedUntil }
        // Nothing is known at the start, or right behind a 429: the first answer tells.
        if (!bucket.isKnown || bucket.isProbing) && bucket.inFlight > 0 { return .infinity }
        guard bucket.isKnown else { return nil }
        return bucket.nextSend(at: now)
    }

    private func throttleWait(_ lane: Lane, _ now: Double) -> Double? {
        guard let throttle = throttles[lane.route] else { return nil }
        if now < throttle.until { return throttle.until }
        return throttle.isProbing ? .infinity : nil
    }

    /// Errors that are left alone: others on the same address share the budget.
    public static let errorReserve = 20

    private func errorLimitWait(_ lane: Lane, _ now: Double) -> Double? {
        guard lane.bucket == nil else { return nil }
        guard let remaining = errorsRemaining, now < errorsResetAt else {
            // Nothing known of this window: one goes ahead.
            return errorsInFlight == 0 || errorsRemaining != nil ? nil : .infinity
        }
        return remaining - errorsInFlight > Self.errorReserve ? nil : errorsResetAt
    }

    private func hiddenWait(_ lane: Lane, _ now: Double) -> Double? {
        guard let (limit, key) = Self.hiddenLimit(lane), let sent = hidden[key] else { return nil }
        let recent = sent.filter { $0 > now - limit.window }
        guard recent.count >= limit.requests else { return nil }
        return recent[recent.count - limit.requests] + limit.window
    }

    private static func hiddenLimit(_ lane: Lane) -> (HiddenLimit, String)? {
        guard let limit = hiddenLimits.first(where: { lane.route.hasPrefix($0.routePrefix) }) else { return nil }
        return (limit, limit.routePrefix + (limit.perUser ? " \(lane.user ?? "")" : ""))
    }

    private mutating func commit(_ lane: Lane, _ now: Double) {
        if let key = lane.bucket {
            buckets[key, default: Bucket()].inFlight += 1
            buckets[key]?.lastSent = now
        } else {
            errorsInFlight += 1
        }
        if let (limit, key) = Self.hiddenLimit(lane) {
            hidden[key, default: []].removeAll { $0 <= now - limit.window }
            hidden[key]?.append(now)
        }
        if throttles[lane.route] != nil { throttles[lane.route]?.isProbing = true }
        if closedUntil > 0 {
            // The first behind a 420 goes alone.
            closedUntil = 0
            isProbing = true
        }
        if circuits[lane.circuit].map({ $0.failures >= Self.failuresThatOpen }) == true {
            circuits[lane.circuit]?.isProbing = true
        }
    }

    // MARK: After the answer

    /// Takes note of an answer, or of its absence (status 0).
    public mutating func answered(_ lane: Lane, _ answer: Answer, at now: Double) {
        isProbing = false
        noteErrors(lane, answer, now)
        noteBucket(lane, answer, now)
        noteThrottle(lane, answer, now)
        noteCircuit(lane, answer, now)
        if answer.status == 420 {
            closedUntil = max(closedUntil, now + (answer.errorsReset ?? answer.retryAfter ?? 59) + 1)
            errorsRemaining = 0
            errorsResetAt = max(errorsResetAt, closedUntil)
        }
        if let pause = answer.pause, let (limit, key) = Self.hiddenLimit(lane) {
            // As if the limit had been used up so that its window ends when the pause does.
            hidden[key] = Array(repeating: now + pause - limit.window, count: limit.requests)
        }
    }

    /// A request that was cancelled: nothing is known of it but that it is no longer under way.
    public mutating func cancelled(_ lane: Lane) {
        isProbing = false
        circuits[lane.circuit]?.isProbing = false
        throttles[lane.route]?.isProbing = false
        if let key = lane.bucket {
            buckets[key]?.inFlight -= 1
        } else {
            errorsInFlight -= 1
        }
    }

    private mutating func noteErrors(_ lane: Lane, _ answer: Answer, _ now: Double) {
        if lane.bucket == nil { errorsInFlight = max(errorsInFlight - 1, 0) }
        if let remaining = answer.errorsRemaining, let reset = answer.errorsReset {
            let isSameWindow = now < errorsResetAt
            errorsRemaining = isSameWindow ? min(remaining, errorsRemaining ?? remaining) : remaining
            errorsResetAt = now + reset
        } else if lane.bucket == nil, answer.status >= 400 || answer.status == 0, let remaining = errorsRemaining {
            errorsRemaining = max(remaining - 1, 0)
        } else if lane.bucket == nil, errorsRemaining == nil, answer.status > 0 {
            // A peer without the header (the sandbox's replay, a proxy): assume a whole window's budget.
            errorsRemaining = 100
            errorsResetAt = now + 60
        }
    }

    private mutating func noteBucket(_ lane: Lane, _ answer: Answer, _ now: Double) {
        guard let key = lane.bucket else { return }
        var bucket = buckets[key] ?? Bucket()
        bucket.inFlight = max(bucket.inFlight - 1, 0)
        bucket.isProbing = false
        if let limit = answer.tokenLimit {
            bucket.limit = limit.tokens
            bucket.window = limit.window
        }
        bucket.spent.removeAll { $0.at + bucket.window <= now }
        let cost = Self.cost(answer.status)
        if cost > 0 { bucket.spent.append((now, cost)) }
        if let remaining = answer.tokensRemaining {
            bucket.remaining = remaining
            bucket.toldAt = now
            bucket.isKnown = true
        } else if answer.status > 0, !bucket.isKnown {
            // A peer without buckets: nothing to spend.
            bucket.limit = 12_000
            bucket.remaining = 12_000
            bucket.isKnown = true
        } else if bucket.isKnown {
            bucket.remaining -= cost
        }
        if answer.status == 429 {
            // What was under way when it closed is the same strike.
            if now >= bucket.closedUntil { bucket.strikes += 1 }
            let pause = answer.retryAfter ?? Self.pause(strikes: bucket.strikes)
            bucket.closedUntil = max(bucket.closedUntil, now + pause)
            bucket.isProbing = true
        } else if answer.status > 0 {
            bucket.strikes = 0
        }
        buckets[key] = bucket
    }

    /// Seconds without a Retry-After: a minute, doubling.
    private static func pause(strikes: Int) -> Double { min(60 * Double(1 << min(max(strikes - 1, 0), 4)), 900) }

    /// A 429 on a route of the error limit and a 520 where no limit is known close the route: there is nothing else to
    /// hold them against, and asking again at once is what they complain of.
    private mutating func noteThrottle(_ lane: Lane, _ answer: Answer, _ now: Double) {
        let isBare =
            (answer.status == 429 && lane.bucket == nil) || (answer.status == 520 && Self.hiddenLimit(lane) == nil)
        guard isBare || throttles[lane.route] != nil else { return }
        var throttle = throttles[lane.route] ?? Throttle()
        if isBare {
            if now >= throttle.until { throttle.strikes += 1 }
            let pause = answer.retryAfter ?? answer.pause ?? Self.pause(strikes: throttle.strikes)
            throttle.until = max(throttle.until, now + pause)
        }
        throttle.isProbing = false
        // An answer to what went out before says nothing of the throttle.
        let isOver = !isBare && answer.status > 0 && now >= throttle.until
        throttles[lane.route] = isOver ? nil : throttle
    }

    static let highestCost = 5

    /// Tokens that an answer costs.
    public static func cost(_ status: Int) -> Int {
        switch status {
        case 200..<300: 2
        case 300..<400: 1
        case 429: 0
        case 400..<500: 5
        default: 0
        }
    }

    static let failuresThatOpen = 5

    private mutating func noteCircuit(_ lane: Lane, _ answer: Answer, _ now: Double) {
        var circuit = circuits[lane.circuit] ?? Circuit()
        circuit.isProbing = false
        // What was under way when it opened says nothing new.
        if circuit.failures >= Self.failuresThatOpen, now < circuit.openUntil,
            answer.status >= 500 || answer.status == 0
        {
            return
        }
        circuit.lastStatus = answer.status
        if answer.status == 0 || [500, 502, 503, 504].contains(answer.status) {
            // 503 says so itself: the far side is down (ESI.md A6).
            circuit.failures =
                answer.status == 503 ? max(circuit.failures + 1, Self.failuresThatOpen) : circuit.failures + 1
            if circuit.failures >= Self.failuresThatOpen {
                let steps = min(circuit.failures - Self.failuresThatOpen, 5)
                circuit.openUntil = max(now + 30 * Double(1 << steps), Self.downtimeEnd(now) ?? 0)
            }
        } else {
            circuit = Circuit()
        }
        circuits[lane.circuit] = circuit
    }

    /// The end of the daily downtime, 11:00 to 11:15 UTC, where `now` lies in it.
    static func downtimeEnd(_ now: Double) -> Double? {
        let midnight = (now / 86_400).rounded(.down) * 86_400
        let (start, end) = (midnight + 11 * 3600, midnight + 11 * 3600 + 900)
        return (start..<end).contains(now) ? end : nil
    }

    // MARK: Asking again

    /// How often a request is tried in all.
    public static let tries = 4

    /// Seconds until a failed request is tried again; nil where it is not.
    /// - Parameters:
    ///   - attempt: how often it was tried, from 1.
    ///   - chance: from 0 to 1, for full jitter.
    public static func retryDelay(_ answer: Answer, attempt: Int, chance: Double) -> Double? {
        switch answer.status {
        case 420, 429, 520: return attempt < tries + 2 ? 0 : nil  // the limiters say when
        case 0, 500, 502, 504: return attempt < tries ? chance * min(0.5 * Double(1 << attempt), 20) : nil
        default: return nil
        }
    }
}
