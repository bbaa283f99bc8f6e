/// One of ESI's routes: where it is, how its answers are cached, whose budget they spend, and what they are.
struct SandboxRoute: Sendable {
    /// The kinds of caching that ESI has (ESI.md A2).
    enum Caching: Sendable {
        /// So many seconds from when the cache was filled.
        case timed(Int)
        /// For so many seconds from now; the data changes at its own pace, here every `step` seconds.
        case event(Int, step: Int)
        /// Until 11:05, with one Last-Modified and ETag for all such routes: the server's build.
        case daily
        case none
    }

    let method: String
    /// As ESI writes it: `/markets/{region_id}/orders`.
    let path: String
    /// Its parts; nil for a parameter.
    private let parts: [String?]
    let caching: Caching
    /// The token bucket; nil: the error limit.
    let group: String?
    let answer: @Sendable (Answers, Asked) -> Content

    init(
        _ path: String, _ caching: Caching, method: String = "GET", group: String? = nil,
        answer: @escaping @Sendable (Answers, Asked) -> Content
    ) {
        self.method = method
        self.path = path
        parts = path.split(separator: "/").map { $0.hasPrefix("{") ? nil : String($0) }
        self.caching = caching
        self.group = group
        self.answer = answer
    }

    /// The parameters of a path; nil where it is another route's.
    func match(_ given: [String]) -> [String]? {
        guard given.count == parts.count else { return nil }
        var texts: [String] = []
        for (part, text) in zip(parts, given) {
            if let part {
                guard part == text else { return nil }
            } else {
                texts.append(text)
            }
        }
        return texts
    }

    /// What each bucket holds in a quarter of an hour (esi/routes.csv).
    static let tokens: [String: Int] = [
        "market-order": 12_000, "freelance-job": 900, "status": 600, "sovereignty": 600, "killmail": 3_600,
        "factional-warfare": 150, "incursion": 150, "industry": 150, "insurance": 150, "activity": 30, "meta": 150,
    ]
}
