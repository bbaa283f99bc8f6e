import HTTP

/// An answer as ESI's headers describe it, the body filled in from the cache for a 304.
struct Answer: Sendable {
    var status: Int
    var body: [UInt8]
    var lastModified: Int64?
    var expires: Int64?
    var date: Int64
    var etag: String?
    var pages: Int?
    var wireBytes: Int
    var isJSON: Bool
    /// What a 200 held instead of JSON: a proxy's page is no answer of ESI's.
    var foreignType: String?
    /// Whether another reader got it, in the same run.
    var isRemembered = false

    init(_ response: Response, receivedAt: Int64) {
        status = response.status
        body = response.body
        lastModified = response.header("Last-Modified").flatMap(HTTPDate.parse)
        date = response.header("Date").flatMap(HTTPDate.parse) ?? receivedAt
        expires = response.header("Expires").flatMap(HTTPDate.parse)
        etag = response.header("ETag")
        pages = response.header("X-Pages").flatMap { Int($0) }
        wireBytes = response.wireBytes
        let type = response.header("Content-Type")?.lowercased()
        isJSON = type?.contains("json") ?? true
        if status == 200, !isJSON, let type {
            foreignType = String(type.prefix { $0 != ";" }.prefix(60))
            status = 502
        }
    }

    /// ESI's own words for an error, or the status alone.
    var reason: String {
        if let foreignType { return "HTTP 200 with \(foreignType) instead of JSON" }
        guard isJSON, let text = Self.errorText(body), !text.isEmpty else { return "HTTP \(status)" }
        return "HTTP \(status): \(text.prefix(200))"
    }

    /// ESI names what it lacks (`Contract not found!`). `Not found` alone also came from maintenance and outages, for
    /// things that live on (ESI.md A6).
    var isVague404: Bool {
        guard isJSON, let text = Self.errorText(body)?.lowercased() else { return true }
        return text.isEmpty || text == "not found" || text == "not found!"
    }

    /// The member `error` of ESI's error object: found without a parser, as the body may be cut or be no JSON.
    static func errorText(_ body: [UInt8]) -> String? {
        let text = String(decoding: body.prefix(2000), as: UTF8.self)
        guard let key = text.firstRange(of: "\"error\"") else { return nil }
        let rest = text[key.upperBound...].drop { $0 == ":" || $0 == " " }
        guard rest.first == "\"" else { return nil }
        var out = ""
        var isEscaped = false
        for character in rest.dropFirst() {
            if isEscaped {
                out.append(character)
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else if character == "\"" {
                break
            } else {
                out.append(character.isNewline ? " " : character)
            }
        }
        return out
    }
}

extension Politeness.Answer {
    /// What politeness reads from an answer.
    init(_ response: Response) {
        self.init(status: response.status)
        retryAfter = response.header("Retry-After").flatMap(Double.init)
        errorsRemaining = response.header("X-ESI-Error-Limit-Remain").flatMap { Int($0) }
        errorsReset = response.header("X-ESI-Error-Limit-Reset").flatMap(Double.init)
        tokensRemaining = response.header("X-Ratelimit-Remaining").flatMap { Int($0) }
        tokenLimit = response.header("X-Ratelimit-Limit").flatMap(Self.limit)
        guard response.status >= 500 else { return }
        let text = String(decoding: response.body.prefix(2000), as: UTF8.self)
        if response.status == 520 { pause = Self.remainingTime(text) ?? 60 }
        // The game server's own 429 comes wrapped in a 500 (ESI.md A5).
        if response.status == 500, text.contains("Undefined 429 response") {
            status = 429
            retryAfter = retryAfter ?? 60
        }
    }

    /// `150/15m`: tokens and the window's seconds.
    static func limit(_ text: String) -> (tokens: Int, window: Double)? {
        let halves = text.split(separator: "/")
        guard halves.count == 2, let tokens = Int(halves[0]), let unit = halves[1].last,
            let count = Double(halves[1].dropLast()), let seconds = ["s": 1, "m": 60, "h": 3600][unit]
        else { return nil }
        return (tokens, count * Double(seconds))
    }

    /// ConStopSpamming's `{"remainingTime": 12038505}`, in microseconds; the quotes may be escaped.
    static func remainingTime(_ text: String) -> Double? {
        guard let key = text.firstRange(of: "remainingTime") else { return nil }
        let digits = text[key.upperBound...].drop { !$0.isNumber }.prefix { $0.isNumber }
        return Double(digits).map { $0 / 1_000_000 }
    }
}
