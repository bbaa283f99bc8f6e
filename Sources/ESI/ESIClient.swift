public import HTTP

/// Speaks to ESI: politely, conditionally, and with an eye on what belongs together.
public final class ESIClient: Sendable {
    /// Requests under way at most: with a round trip of 20 ms fifty streams fill a connection (BENCHMARKS.md), and their
    /// bodies must fit into memory.
    public static let requestsAtOnce = 50

    public let configuration: ESIConfiguration
    let clock: Clock
    private let chance: Chance
    private let transport: Transport
    private let cache: ResponseCache?
    private let gate: Gate
    private let ledger: Ledger
    private let memory = RunMemory()

    /// - Parameter serverOffset: the server's clock less ours as of an earlier run, for the time before the first answer.
    public init(
        _ configuration: ESIConfiguration, transport: Transport, cache: ResponseCache?, clock: Clock,
        chance: Chance = .system, serverOffset: Double = 0
    ) {
        self.configuration = configuration
        self.transport = transport
        self.cache = cache
        self.clock = clock
        self.chance = chance
        gate = Gate(clock: clock)
        ledger = Ledger(serverOffset)
    }

    /// Requests sent and bytes received so far.
    public var traffic: (requests: Int, bytes: Int) { get async { await (ledger.requests, ledger.bytes) } }

    /// The server's clock less ours, by the last answer's Date.
    public var serverOffset: Double { get async { await ledger.serverOffset } }

    /// Unix seconds by the server's clock, which `Expires` is judged by (ESI.md A2).
    public func serverNow() async -> Double { await clock.now() + ledger.serverOffset }

    /// Unix seconds by our own clock, for measuring spans.
    public func clockNow() -> Double { clock.now() }

    /// Writes what the cache still holds in memory.
    public func flush() async throws { try await cache?.flush() }

    // MARK: One exchange

    /// How an exchange uses the cache.
    struct Freshness {
        /// Send If-None-Match, and take a kept answer that has not expired.
        var usesValidators = true
        /// The kept body is of no use: ask for it whole.
        var skipsCache = false
    }

    /// The kept answer, where it has not expired or another reader has just had it; else ESI's, asked conditionally, with
    /// retries.
    /// - Throws: `Unreachable`, `CancellationError`.
    func get(_ target: Target, page: Int, _ freshness: Freshness) async throws -> Answer {
        let path = target.path(page: page)
        let key = cacheKey(path)
        let now = Int64(await serverNow())
        let kept = freshness.skipsCache ? nil : try await cache?.head(key)
        if !freshness.skipsCache, let had = try await remembered(key, target.sharing, at: now) { return had }
        if let kept, kept.expires > now, let entry = try await cache?.entry(key, at: now) {
            return await note(Answer(entry, at: now), key, isCached: true, target.sharing)
        }
        var request = request(path, target.route)
        let etag = freshness.usesValidators ? kept?.etag : nil
        if let etag { request.headers.append(Header("If-None-Match", etag)) }
        let answer = try await exchange(request, lane: lane(target.route))
        if answer.status == 304, etag != nil {
            if let whole = try await filled(answer, key, at: now) {
                return await note(whole, key, isCached: true, target.sharing)
            }
            // The body went from the cache meanwhile.
            return try await get(target, page: page, Freshness(usesValidators: false, skipsCache: true))
        }
        let isCached = try await keep(answer, key, at: now)
        return await note(answer, key, isCached: isCached, target.sharing)
    }

    /// Puts an answer into the cache, if it is worth it: one with a validator, or with some life left.
    private func keep(_ answer: Answer, _ key: String, at now: Int64) async throws -> Bool {
        // Validators come from 200 and 304 only: error bodies carry ETags too (ESI.md A2).
        guard answer.status == 200, let cache else { return false }
        let entry = ResponseCache.Entry(
            etag: answer.etag, lastModified: answer.lastModified, expires: answer.expires ?? now, pages: answer.pages,
            body: answer.body)
        guard answer.etag != nil || entry.expires > now else { return false }
        try await cache.store(entry, for: key, at: now)
        return true
    }

    /// A 304 with the body that it stands for; nil where that is no longer kept.
    private func filled(_ answer: Answer, _ key: String, at now: Int64) async throws -> Answer? {
        guard let kept = try await cache?.entry(key, at: now) else { return nil }
        var answer = answer
        answer.body = kept.body
        answer.lastModified = answer.lastModified ?? kept.lastModified
        answer.pages = answer.pages ?? kept.pages
        try await cache?.renew(
            key, expires: answer.expires ?? now, lastModified: answer.lastModified, pages: answer.pages, at: now)
        return answer
    }

    // MARK: What other readers of this run were answered

    /// An answer that another reader has had, if it is still there.
    private func remembered(_ key: String, _ sharing: Sharing?, at now: Int64) async throws -> Answer? {
        guard let sharing, let found = await memory.take(key, sharing) else { return nil }
        switch found {
        case .answer(let answer): return answer
        case .cached:
            guard let kept = try await cache?.entry(key, at: now) else { return nil }
            var answer = Answer(kept, at: now)
            answer.isRemembered = true
            return answer
        }
    }

    private func note(_ answer: Answer, _ key: String, isCached: Bool, _ sharing: Sharing?) async -> Answer {
        if let sharing { await memory.note(key, answer, isCached: isCached, sharing) }
        return answer
    }

    /// What other readers have been answered about ids, and the ids of which there is nothing.
    func remembered(
        _ route: Route, _ ids: [Int64], _ sharing: Sharing?
    ) async -> (outcomes: [BatchOutcome], rest: [Int64]) {
        guard let sharing else { return ([], ids) }
        return await memory.take(ids, of: Target(route).path(page: 1), sharing)
    }

    func note(_ outcome: BatchOutcome, _ route: Route, _ sharing: Sharing?) async {
        if let sharing { await memory.note(outcome, of: Target(route).path(page: 1), sharing) }
    }

    // MARK: Requests

    /// POSTs ids; nothing of it is kept.
    func post(_ route: Route, ids: [Int64]) async throws -> Answer {
        var request = request(Target(route).path(page: 1), route)
        request.body = Array(("[" + ids.map(String.init).joined(separator: ",") + "]").utf8)
        request.headers.append(Header("Content-Type", "application/json"))
        return try await exchange(request, lane: lane(route))
    }

    /// The pages of a target that are still kept, if they are whole and of one moment: for decoding them again.
    public func kept(_ target: Target) async throws -> (pages: [Page], sweep: Sweep)? {
        let now = Int64(await serverNow())
        guard let cache, let first = try await cache.entry(cacheKey(target.path(page: 1)), at: now),
            let moment = first.lastModified
        else { return nil }
        let count = first.pages ?? 1
        var pages = [Page(number: 1, count: count, lastModified: moment, body: first.body)]
        for number in 2..<max(count + 1, 2) {
            guard let entry = try await cache.entry(cacheKey(target.path(page: number)), at: now),
                entry.lastModified == moment
            else { return nil }
            pages.append(Page(number: number, count: count, lastModified: moment, body: entry.body))
        }
        let sweep = Sweep(
            observedAt: moment, expiresAt: first.expires, pages: count, accepted: pages.map(\.number), bytes: 0)
        return (pages, sweep)
    }

    private func cacheKey(_ path: String) -> String {
        "\(configuration.url)\(path) \(configuration.language) \(ESIConfiguration.compatibilityDate)"
    }

    private func lane(_ route: Route) -> Politeness.Lane {
        Politeness.Lane(group: route.group, route: route.path)
    }

    private func request(_ path: String, _ route: Route) -> Request {
        Request(
            method: route.method.rawValue, url: configuration.url + path,
            headers: [
                Header("Accept", "application/json"), Header("Accept-Language", configuration.language),
                Header("User-Agent", configuration.userAgent),
                Header("X-Compatibility-Date", ESIConfiguration.compatibilityDate),
            ])
    }

    /// No usable answer, and none to be had by asking again now.
    struct Unreachable: Error {
        var reason: String
        var until: Double?
    }

    private func exchange(_ request: Request, lane: Politeness.Lane) async throws -> Answer {
        var attempt = 1
        var heard: String?
        while true {
            let (result, polite): (Result<Answer, HTTPError>, Politeness.Answer)
            do {
                (result, polite) = try await send(request, lane)
            } catch let closed as Unreachable {
                let reason = [heard, closed.reason].compactMap { $0 }.joined(separator: "; ")
                throw Unreachable(reason: reason, until: closed.until)
            }
            switch result {
            case .success(let answer) where answer.status < 400: return answer
            case .success(let answer): heard = answer.reason
            case .failure(let error) where error.isOurs: throw Unreachable(reason: "\(error)", until: nil)
            case .failure(let error): heard = "\(error)"
            }
            guard let delay = Politeness.retryDelay(polite, attempt: attempt, chance: chance.next()) else {
                switch result {
                case .success(let answer): return answer
                case .failure(let error): throw Unreachable(reason: "\(error)", until: nil)
                }
            }
            attempt += 1
            if delay > 0 { try await clock.sleep(delay) }
        }
    }

    private func send(
        _ request: Request, _ lane: Politeness.Lane
    ) async throws -> (Result<Answer, HTTPError>, Politeness.Answer) {
        do {
            let (clock, offset) = (clock, await ledger.serverOffset)
            try await gate.enter(lane) { clock.now() + offset }
        } catch let closed as Gate.Closed {
            throw Unreachable(reason: "ESI is out of order: \(closed.reason)", until: closed.until)
        }
        do {
            let response = try await transport.send(request)
            await ledger.note(response, localNow: clock.now())
            let answer = Answer(response, receivedAt: Int64(await serverNow()))
            var polite = Politeness.Answer(response)
            if answer.foreignType != nil { polite.status = answer.status }
            await gate.leave(lane, polite, now: await serverNow())
            return (.success(answer), polite)
        } catch let error as HTTPError {
            let polite = Politeness.Answer(status: 0)
            await gate.leave(lane, polite, now: await serverNow())
            return (.failure(error), polite)
        } catch {
            await gate.abandon(lane)
            throw error
        }
    }
}

extension HTTPError {
    /// Nothing went out, and nothing will when it is tried again.
    fileprivate var isOurs: Bool { [.badURL, .badRequest, .shutDown].contains(kind) }
}

/// What a run has learned and used.
private actor Ledger {
    private(set) var serverOffset: Double
    private(set) var requests = 0
    private(set) var bytes = 0

    init(_ serverOffset: Double) {
        self.serverOffset = serverOffset
    }

    func note(_ response: Response, localNow: Double) {
        requests += 1
        bytes += response.wireBytes
        if let date = response.header("Date").flatMap(HTTPDate.parse) {
            serverOffset = Double(date) - localNow.rounded(.down)
        }
    }
}

extension Answer {
    /// A kept answer that has not expired.
    init(_ entry: ResponseCache.Entry, at now: Int64) {
        status = 200
        body = entry.body
        lastModified = entry.lastModified
        expires = entry.expires
        date = now
        etag = entry.etag
        pages = entry.pages
        wireBytes = 0
        isJSON = true
    }
}
