/// A header line. Names compare without case.
public struct Header: Sendable, Hashable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// One request.
public struct Request: Sendable {
    public var method: String
    /// Absolute, http or https.
    public var url: String
    public var headers: [Header]
    public var body: [UInt8]?
    /// For the whole exchange.
    public var timeout: Duration
    /// The most bytes of a body, after inflating.
    public var bodyLimit: Int

    public init(
        method: String = "GET", url: String, headers: [Header] = [], body: [UInt8]? = nil,
        timeout: Duration = .seconds(60), bodyLimit: Int = 64 << 20
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.bodyLimit = bodyLimit
    }
}

/// One answer, whole.
public struct Response: Sendable {
    public var status: Int
    public var headers: [Header]
    /// Inflated.
    public var body: [UInt8]
    /// Bytes of the body as received, compressed or not.
    public var wireBytes: Int
    /// "1.1" or "2".
    public var httpVersion: String

    public init(
        status: Int, headers: [Header] = [], body: [UInt8] = [], wireBytes: Int? = nil, httpVersion: String = "1.1"
    ) {
        self.status = status
        self.headers = headers
        self.body = body
        self.wireBytes = wireBytes ?? body.count
        self.httpVersion = httpVersion
    }

    /// The first header of that name, whatever its case.
    public func header(_ name: String) -> String? {
        let name = name.lowercased()
        return headers.first { $0.name.lowercased() == name }?.value
    }
}

/// Why there is no answer. Neither credentials nor query strings are in its texts.
public struct HTTPError: Error, Equatable, Sendable, CustomStringConvertible {
    public enum Kind: String, Sendable {
        case connect, timeout, tls, truncated, bodyTooLarge, headersTooLarge, badURL, badRequest, protocolError,
            shutDown
    }

    public var kind: Kind
    public var message: String
    /// Without user, password and query.
    public var url: String

    public init(_ kind: Kind, _ message: String, url: String) {
        self.kind = kind
        self.message = message
        self.url = Self.bare(url)
    }

    public var description: String { "\(url): \(message)" }

    /// A URL without what may be secret in it.
    static func bare(_ url: String) -> String {
        var rest = url.prefix { $0 != "?" && $0 != "#" }
        guard let scheme = rest.firstRange(of: "://") else { return String(rest) }
        let authority = rest[scheme.upperBound...].prefix { $0 != "/" }
        if let at = authority.lastIndex(of: "@") { rest.removeSubrange(scheme.upperBound...at) }
        return String(rest)
    }
}

/// The seam between those who speak HTTP and the network. Tests make their own.
public struct Transport: Sendable {
    /// Answers a request, or throws `HTTPError` or `CancellationError`.
    public var send: @Sendable (Request) async throws -> Response

    public init(send: @escaping @Sendable (Request) async throws -> Response) {
        self.send = send
    }
}
