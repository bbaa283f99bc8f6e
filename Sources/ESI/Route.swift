/// An ESI route: what the specification calls an operation.
public struct Route: Sendable, Hashable {
    public enum Method: String, Sendable { case get = "GET", post = "POST" }

    public var method: Method
    /// `/markets/{region_id}/orders`
    public var path: String
    /// Query parameters; a value `{type_id}` stands for the target's parameter of that name.
    public var query: [Parameter]
    /// The token bucket it counts against; nil: the error limit.
    public var group: String?
    public var isPaged: Bool
    /// Statuses besides 204, 403 and 404 that say of a target that there is no such thing.
    public var negative: Set<Int>

    public struct Parameter: Sendable, Hashable {
        public var name: String
        public var value: String

        public init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    public init(
        method: Method = .get, path: String, query: [Parameter] = [], group: String? = nil, isPaged: Bool = false,
        negative: Set<Int> = []
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.group = group
        self.isPaged = isPaged
        self.negative = negative
    }
}

/// A route with its parameters: what ESI shows whole.
public struct Target: Sendable, Hashable {
    public var route: Route
    public var parameters: [Route.Parameter]
    /// Where others read its answers too.
    public var sharing: Sharing?

    public init(_ route: Route, parameters: [Route.Parameter] = [], sharing: Sharing? = nil) {
        self.route = route
        self.parameters = parameters
        self.sharing = sharing
    }

    /// Path and query of a page.
    func path(page: Int) -> String {
        var path = route.path
        for parameter in parameters {
            path = path.replacing("{\(parameter.name)}", with: Self.encode(parameter.value))
        }
        var query = route.query.map { item in
            guard let bound = parameters.first(where: { "{\($0.name)}" == item.value }) else { return item }
            return Route.Parameter(item.name, bound.value)
        }
        if route.isPaged { query.append(Route.Parameter("page", String(page))) }
        guard !query.isEmpty else { return path }
        return path + "?" + query.map { Self.encode($0.name) + "=" + Self.encode($0.value) }.joined(separator: "&")
    }

    /// Percent-encoding of all but RFC 3986's unreserved characters.
    static func encode(_ text: String) -> String {
        let unreserved = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)
        let hex = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if unreserved.contains(byte) {
                bytes.append(byte)
            } else {
                bytes += [UInt8(ascii: "%"), hex[Int(byte >> 4)], hex[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// One page as it is handed over.
public struct Page: Sendable {
    public var number: Int
    /// How many there are, as far as is known: X-Pages.
    public var count: Int
    public var lastModified: Int64
    public var body: [UInt8]
}

/// What a sweep of a target saw.
public struct Sweep: Sendable, Equatable {
    /// Last-Modified, or Date where an answer has none.
    public var observedAt: Int64
    public var expiresAt: Int64
    /// X-Pages.
    public var pages = 1
    /// Numbers of the pages that carry `observedAt`; pages handed over with another moment are void.
    public var accepted: [Int] = []
    /// As received.
    public var bytes = 0
}

public enum SweepOutcome: Sendable {
    /// Every page, of one moment.
    case complete(Sweep)
    /// What the last complete sweep saw still holds; nothing was handed over that counts.
    case unchanged(Sweep)
    case partial(Sweep, reason: String)
    /// ESI has no such thing now, or does not show it.
    case absent(status: Int, reason: String, askAgainAt: Int64)
    case failed(reason: String, askAgainAt: Int64?)
}

/// What became of some ids of a batch.
public enum BatchOutcome: Sendable {
    case answered(ids: [Int64], body: [UInt8], observedAt: Int64, bytes: Int)
    case absent(ids: [Int64], reason: String, askAgainAt: Int64)
    case failed(ids: [Int64], reason: String)
}

/// Thrown by whoever takes a page and cannot use it.
public struct BodyRejected: Error, Sendable {
    /// Not JSON, cut short: asking again may mend it. A wrong shape stays wrong.
    public var isWorthRetrying: Bool
    public var reason: String

    public init(isWorthRetrying: Bool, reason: String) {
        self.isWorthRetrying = isWorthRetrying
        self.reason = reason
    }
}
