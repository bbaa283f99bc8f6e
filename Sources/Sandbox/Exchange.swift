/// One request through the sandbox: limits, faults, the answer, and the headers that ESI puts round it.
struct Exchange: Sendable {
    let answers: Answers
    let state: SandboxState
    let replay: Replay?

    struct Ask: Sendable {
        var method: String
        var path: String
        var query: [String: String]
        var headers: [String: String]
        var body: [UInt8]

        /// With the query's members in order.
        var pathAndQuery: String {
            let members = query.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            return path + (members.isEmpty ? "" : "?" + members.joined(separator: "&"))
        }

        /// Without a version segment of old, without a trailing slash.
        var parts: [String] {
            var parts = path.split(separator: "/").map(String.init)
            if let first = parts.first, first == "latest" || (first.hasPrefix("v") && Int(first.dropFirst()) != nil) {
                parts.removeFirst()
            }
            return parts
        }
    }

    func reply(to ask: Ask) async -> Reply {
        if let replay { return replay.reply(to: ask) ?? .error(404, "nothing recorded for \(ask.path)") }
        let page = ask.query["page"].flatMap { Int($0) } ?? 1
        let path = "/" + ask.parts.joined(separator: "/")
        let faults = await state.faults(for: path, page: page)
        if faults.contains(where: { $0.effect == .errorLimit }) { await state.spendErrors() }
        var time = await state.time
        if faults.contains(where: { $0.effect == .newer }) { time += Market.step }
        if faults.contains(where: { $0.effect == .older }) { time -= Market.step }
        let found = Answers.route(ask)
        let moment = Self.moment(found?.0.caching ?? .none, time)
        var content: Content?
        if let (route, asked) = found {
            var asked = asked
            asked.time = moment.filled
            content = await state.isThrottled(path) ? Self.throttled : route.answer(answers, asked)
        }
        var reply = await limited(found?.0.group) ?? made(content, ask, moment)
        for fault in faults { Self.apply(fault, to: &reply) }
        await account(&reply, found?.0.group, faults)
        let isShown = faults.isEmpty && [200, 304].contains(reply.status) && ask.method == "GET"
        await state.noteShown(ask.pathAndQuery, until: isShown ? moment.expires : nil)
        await finish(&reply, ask, found?.0.group)
        return reply
    }

    /// The game server's own limits (ESI.md A5), wrapped in a 500.
    private static let throttled = Answers.failure(
        500, "Undefined 429 response. Original message: Too many errors.You have been temporarily throttled")

    // MARK: Caching

    private struct Moment {
        /// When the cache was filled, and until when it holds.
        var filled: Int
        var expires: Int?
        var control = ""
        /// Whether the ETag is the server build's rather than the body's.
        var isBuild = false
    }

    /// The book that is shown is that of the last full step: pages of one moment agree.
    private static func moment(_ caching: SandboxRoute.Caching, _ time: Int) -> Moment {
        switch caching {
        case .timed(let seconds):
            // As ESI's, long lives do not end on the full hour, at which a demonstration likes to ask.
            let phase = seconds >= 1_800 ? 1_740 : 0
            let filled = (time - phase) / seconds * seconds + phase
            return Moment(filled: filled, expires: filled + seconds, control: "public")
        case .event(let seconds, let step):
            return Moment(
                filled: time / step * step, expires: time + seconds,
                control: "public, max-age=\(seconds), must-revalidate, stale-if-error=900")
        case .daily:
            let today = time / 86_400 * 86_400 + 11 * 3600 + 300
            let last = time >= today ? today : today - 86_400
            return Moment(filled: last - 120, expires: last + 86_400, control: "public", isBuild: true)
        case .none: return Moment(filled: time)
        }
    }

    private func made(_ content: Content?, _ ask: Ask, _ moment: Moment) -> Reply {
        guard let content else { return .error(404, "Not found") }
        var reply = Reply(status: content.status, body: content.body)
        reply.headers.append(("Content-Type", "application/json; charset=UTF-8"))
        guard let expires = moment.expires, content.status == 200 else { return reply }
        reply.headers.append(("Cache-Control", moment.control))
        reply.headers.append(("Expires", SandboxTime.httpText(expires)))
        reply.headers.append(("Last-Modified", SandboxTime.httpText(moment.filled)))
        let etag = moment.isBuild ? Reply.buildTag(moment.filled) : Reply.etag(content.body)
        reply.headers.append(("ETag", etag))
        if let pages = content.pages { reply.headers.append(("X-Pages", String(pages))) }
        // If-None-Match compares weakly (RFC 9110 13.1.2): a proxy that compresses on the way weakens the validator.
        if let validator = ask.headers["if-none-match"], validator == etag || validator == "W/\(etag)" {
            reply.status = 304
            reply.body = []
        }
        return reply
    }

    // MARK: Limits

    private func limited(_ group: String?) async -> Reply? {
        let (remaining, reset) = await state.errorBudget()
        if remaining == 0 {
            await state.noteOverspending(errors: true)
            var reply = Reply.error(420, "This software has exceeded the error limit for ESI.")
            reply.headers.append(("Retry-After", String(reset)))
            return reply
        }
        guard let group, await state.tokensRemaining(group) < 5 else { return nil }
        await state.noteOverspending(errors: false)
        var reply = Reply.error(429, "Too many requests")
        reply.headers.append(("Retry-After", "60"))
        return reply
    }

    private func account(_ reply: inout Reply, _ group: String?, _ faults: [Fault]) async {
        if faults.contains(where: { $0.effect == .rateLimit }) {
            reply = .error(429, "Too many requests")
            reply.headers.append(("Retry-After", "2"))
        }
        if let group {
            let tokens =
                switch reply.status {
                case 200..<300: 2
                case 300..<400: 1
                case 429: 0
                case 400..<500: 5
                default: 0
                }
            await state.spend(tokens, group)
            reply.headers.append(("X-Ratelimit-Group", group))
            reply.headers.append(("X-Ratelimit-Limit", "\(SandboxState.tokenLimit(group))/15m"))
            reply.headers.append(("X-Ratelimit-Remaining", String(await state.tokensRemaining(group))))
            reply.headers.append(("X-Ratelimit-Used", String(tokens)))
        } else {
            if reply.status >= 400, reply.status != 420 { await state.countError() }
            let (remaining, reset) = await state.errorBudget()
            reply.headers.append(("X-Esi-Error-Limit-Remain", String(remaining)))
            reply.headers.append(("X-Esi-Error-Limit-Reset", String(reset)))
        }
    }

    private func finish(_ reply: inout Reply, _ ask: Ask, _ group: String?) async {
        reply.headers.append(("Date", SandboxTime.httpText(await state.time)))
        reply.headers.append(("X-Esi-Request-Id", await state.requestID()))
        reply.headers.append(("Vary", "Accept-Language, X-Compatibility-Date"))
        var tokens: Int?
        if let group { tokens = await state.tokensRemaining(group) }
        await state.note(ask.method, ask.pathAndQuery, reply.status, tokens: tokens)
    }

    // MARK: Faults

    private static func apply(_ fault: Fault, to reply: inout Reply) {
        switch fault.effect {
        case .status:
            let text = [
                502: "No reply within 10 seconds", 503: "The datasource tranquility is temporarily unavailable",
            ]
            reply = .error(fault.status, text[fault.status] ?? "Timeout contacting tranquility")
        case .truncate: reply.ending = .cut
        case .cutJSON: reply.body = Array(reply.body.prefix(reply.body.count / 2))
        case .html:
            reply.body = Array("<html><body><h1>504 Gateway Time-out</h1></body></html>".utf8)
            reply.headers.removeAll { $0.name == "Content-Type" || $0.name == "ETag" }
            reply.headers.append(("Content-Type", "text/html"))
        case .notUTF8: if reply.body.count > 20 { reply.body[reply.body.count / 2] = 0xff }
        case .drop: reply.ending = .none
        case .slow: reply.delay = 1
        case .shrink:
            if let index = reply.headers.firstIndex(where: { $0.name == "X-Pages" }),
                let pages = Int(reply.headers[index].value)
            {
                reply.headers[index].value = String(pages - 1)
            }
        case .extraField: replace("\"order_id\"", with: "\"novelty\":{\"a\":[1,2]},\"order_id\"", in: &reply)
        case .wrongType: replace("\"price\":", with: "\"price\":\"a lot\",\"was\":", in: &reply)
        case .newer, .older, .rateLimit, .errorLimit: break  // done where the content is made
        }
    }

    private static func replace(_ text: String, with other: String, in reply: inout Reply) {
        reply.body = Array(String(decoding: reply.body, as: UTF8.self).replacing(text, with: other).utf8)
    }
}
