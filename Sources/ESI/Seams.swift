internal import HTTP

/// The clock as the client sees it; tests turn it by hand.
public struct Clock: Sendable {
    /// Unix seconds.
    public var now: @Sendable () -> Double
    public var sleep: @Sendable (_ seconds: Double) async throws -> Void

    public init(now: @escaping @Sendable () -> Double, sleep: @escaping @Sendable (Double) async throws -> Void) {
        self.now = now
        self.sleep = sleep
    }
}

/// Chance as the client sees it: numbers from 0 up to 1.
public struct Chance: Sendable {
    public var next: @Sendable () -> Double

    public init(next: @escaping @Sendable () -> Double) {
        self.next = next
    }

    public static let system = Chance { Double.random(in: 0..<1) }
}

/// Whom to speak to, and as whom.
public struct ESIConfiguration: Sendable {
    /// `https://esi.evetech.net`, without a trailing slash.
    public var url: String
    /// The user's e-mail address or the like, for User-Agent.
    public var contact: String?
    public var version: String
    public var language = "en"
    /// The date that the datasets were written for (ESI.md A1).
    public static let compatibilityDate = "2026-07-21"

    /// - Throws: `ESIConfigurationError` for a URL that is none, plain http beyond this machine, or the real ESI
    ///   without a contact.
    public init(url: String, contact: String?, version: String) throws(ESIConfigurationError) {
        self.url = String(url.reversed().drop { $0 == "/" }.reversed())
        self.contact = contact.flatMap { $0.isEmpty ? nil : $0 }
        self.version = version
        let isPlain = self.url.hasPrefix("http://")
        guard isPlain || self.url.hasPrefix("https://"), let host = Host.of(self.url), !host.isEmpty else {
            throw .badURL(url)
        }
        if isPlain, !Host.isLoopback(host) { throw .plain(url) }
        if self.contact == nil, !Host.isLoopback(host) { throw .noContact }
    }

    var userAgent: String { "esiwh/\(version)" + (contact.map { " (\($0))" } ?? "") }
}

public enum ESIConfigurationError: Error, Equatable, Sendable, CustomStringConvertible {
    case badURL(String)
    case plain(String)
    case noContact

    public var description: String {
        switch self {
        case .badURL(let url): "\(url) is not a URL of ESI; write https://…"
        case .plain(let url): "\(url) is not encrypted; only this machine may be asked by plain http"
        case .noContact:
            "ESI wants to know whom to write to; set contact: you@example.com in esiwh.yaml, or ESIWH_CONTACT"
        }
    }
}
