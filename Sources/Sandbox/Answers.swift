/// ESI's routes over a universe: what each answers at a moment, before caching headers, limits and faults.
///
/// The routes stand by family in `Answers+….swift`; each names its caching and its token bucket beside its answer.
struct Answers: Sendable {
    let universe: Universe

    static let routes: [SandboxRoute] =
        marketRoutes + contractRoutes + nameRoutes + peopleRoutes + mapRoutes + typeRoutes + originRoutes
        + industryRoutes + sovereigntyRoutes + warRoutes

    /// The route that a request asks for, with what it asked; nil where there is none.
    static func route(_ ask: Exchange.Ask) -> (SandboxRoute, Asked)? {
        let parts = ask.parts
        for route in routes where route.method == ask.method {
            if let texts = route.match(parts) {
                return (route, Asked(texts: texts, query: ask.query, body: ask.body))
            }
        }
        return nil
    }

    static func failure(_ status: Int, _ text: String) -> Content {
        Content(status: status, body: Reply.error(status, text).body)
    }

    /// Ids as a list, paged where a page is asked for.
    static func list(_ ids: some Collection<Int>, page: Int? = nil) -> Content {
        let pages = max((ids.count + pageSize - 1) / pageSize, 1)
        if let page, !(1...pages).contains(page) { return failure(404, "Requested page does not exist!") }
        let shown = page.map { ids.dropFirst(($0 - 1) * pageSize).prefix(pageSize).map { $0 } } ?? Array(ids)
        var json = JSONBytes()
        json.array(shown) { $0.number($1) }
        return Content(body: json.bytes, pages: page == nil ? nil : pages)
    }

    static let pageSize = 1000

    /// An answer of one array.
    static func rows<Element>(_ elements: some Sequence<Element>, _ write: (inout JSONBytes, Element) -> Void)
        -> Content
    {
        var json = JSONBytes()
        json.array(elements, write)
        return Content(body: json.bytes)
    }

    /// An answer of one object.
    static func object(_ write: (inout JSONBytes) -> Void) -> Content {
        var json = JSONBytes()
        json.object(write)
        return Content(body: json.bytes)
    }
}

/// A body before ESI's headers are put round it.
struct Content: Sendable {
    var status = 200
    var body: [UInt8] = []
    var pages: Int?
}

/// What a request asks of a route.
struct Asked: Sendable {
    /// The path's parameters in order.
    var texts: [String]
    var query: [String: String]
    var body: [UInt8]
    /// The moment whose state is shown.
    var time = 0

    /// The path's first parameter, or the one of that place; an id that is no number is unknown like any other.
    func id(_ place: Int = 0) -> Int { Int(texts[place]) ?? -1 }

    var page: Int { query["page"].flatMap { Int($0) } ?? 1 }

    /// The ids of a POST: a JSON array of up to 1,000 numbers, each once; nil where it is anything else.
    var ids: [Int]? {
        let text = String(decoding: body, as: UTF8.self).filter { !$0.isWhitespace }
        let ids = text.dropFirst().dropLast().split(separator: ",").map { Int($0) }
        guard text.first == "[", text.last == "]", !ids.isEmpty, ids.count <= 1000, Set(ids).count == ids.count else {
            return nil
        }
        let numbers = ids.compactMap { $0 }
        return numbers.count == ids.count ? numbers : nil
    }
}
