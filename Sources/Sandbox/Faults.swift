/// A fault on request: which requests it hits, what it does to them, and how often.
public struct Fault: Sendable, Equatable {
    public enum Effect: String, Sendable, CaseIterable {
        /// Answer with `status` and ESI's error object.
        case status
        /// Cut the body in half and end the connection.
        case truncate
        /// Half a JSON document with a matching Content-Length.
        case cutJSON = "cut-json"
        /// A proxy's error page under a 200.
        case html
        case notUTF8 = "not-utf8"
        /// Send no answer at all.
        case drop
        /// Wait before answering, in real time.
        case slow
        /// This page says that the cache turned: a newer Last-Modified.
        case newer
        /// This page comes from an old cache node.
        case older
        /// One page fewer than said.
        case shrink
        /// A member that the specification does not have.
        case extraField = "extra-field"
        /// Prices as texts.
        case wrongType = "wrong-type"
        case rateLimit = "rate-limit"
        case errorLimit = "error-limit"
    }

    /// A path with `*` for any part.
    public var route: String
    public var effect: Effect
    public var status = 502
    /// nil: for ever.
    public var times: Int?
    /// nil: every page.
    public var pages: Set<Int>?

    public init(route: String, effect: Effect, status: Int = 502, times: Int? = nil, pages: Set<Int>? = nil) {
        self.route = route
        self.effect = effect
        self.status = status
        self.times = times
        self.pages = pages
    }

    func matches(_ path: String, page: Int) -> Bool {
        let wanted = route.split(separator: "/")
        let given = path.split(separator: "/")
        guard wanted.count == given.count, pages?.contains(page) ?? true, times.map({ $0 > 0 }) ?? true else {
            return false
        }
        return zip(wanted, given).allSatisfy { $0 == "*" || $0 == $1 }
    }
}
