/// The ESI route that feeds a dataset, as its front matter says: `GET /markets/{region_id}/orders`.
public struct RouteTemplate: Sendable, Hashable, CustomStringConvertible {
    public enum Method: String, Sendable {
        case get = "GET"
        case post = "POST"
    }

    /// How a whole answer is put together (ESI.md A3, A4).
    public enum Paging: String, Sendable, CaseIterable {
        /// One answer.
        case none
        /// `page=1…X-Pages`.
        case pages
        /// A POST body of up to 1,000 ids.
        case ids
    }

    public let method: Method
    public let path: String
    /// What a partition binds: the parameters of the path in its order, then those of the query.
    public let parameters: [String]
    /// Query parameters in the order of the file: fixed ones, and such as are bound for each partition.
    public let query: [QueryItem]
    public let paging: Paging
    /// The token bucket that CCP puts the route into, where its file names one.
    public let group: String?

    /// As its file says it: `GET /markets/{region_id}/orders`.
    public var description: String { "\(method.rawValue) \(path)" }

    public struct QueryItem: Sendable, Hashable {
        public let name: String
        /// As the file says it: a fixed value, or `{type_id}` for one that each partition binds.
        public let value: String

        /// The parameter that the value stands for; nil for a fixed value.
        public var parameter: String? {
            guard value.first == "{", value.last == "}", value.utf8.count > 2 else { return nil }
            return String(value.dropFirst().dropLast())
        }
    }

    init(_ file: StoredFile) throws(FileError) {
        guard let route = file.frontMatter["route"]?.text else {
            throw file.error(at: "route", "no route", mend: "name ESI's route: route: GET /markets/{region_id}/orders")
        }
        let words = route.split(separator: " ")
        guard words.count == 2, let method = Method(rawValue: String(words[0])), words[1].hasPrefix("/") else {
            throw file.error(at: "route", "\"\(route)\" is not a route", mend: "write GET or POST and a path from /")
        }
        self.method = method
        path = String(words[1])
        guard let inPath = Self.parameters(of: path) else {
            throw file.error(at: "route", "unbalanced braces in \(path)", mend: "write parameters as {region_id}")
        }
        query = try Self.query(file)
        parameters = query.compactMap(\.parameter).reduce(into: inPath) { names, name in
            if !names.contains(name) { names.append(name) }
        }
        paging = try file.choice("paging", of: Paging.self, default: .none)
        group = file.frontMatter["group"]?.text
        guard (method == .post) == (paging == .ids) else {
            throw file.error(
                at: "paging", "POST routes take ids, GET routes do not",
                mend: method == .post ? "write paging: ids" : "write paging: pages or none")
        }
    }

    private static func parameters(of path: String) -> [String]? {
        var names: [String] = []
        for piece in path.split(separator: "{", omittingEmptySubsequences: false).dropFirst() {
            let halves = piece.split(separator: "}", maxSplits: 1, omittingEmptySubsequences: false)
            guard halves.count == 2, !halves[0].isEmpty else { return nil }
            names.append(String(halves[0]))
        }
        return names
    }

    private static func query(_ file: StoredFile) throws(FileError) -> [QueryItem] {
        guard let node = file.frontMatter["query"], !node.isNull else { return [] }
        guard let entries = node.entries else {
            throw file.error(
                at: "query", "query must be names and values",
                mend: "query: { order_type: all, type_id: \"{type_id}\" }")
        }
        var items: [QueryItem] = []
        for entry in entries {
            guard let value = entry.value.text else {
                throw file.error(at: "query", "\(entry.key) needs a plain value")
            }
            items.append(QueryItem(name: entry.key, value: value))
        }
        return items
    }
}

extension StoredFile {
    /// A key whose value is one of a few words.
    func choice<Choice: RawRepresentable & CaseIterable>(
        _ key: String, of type: Choice.Type, default fallback: Choice
    ) throws(FileError) -> Choice where Choice.RawValue == String {
        guard let node = frontMatter[key], !node.isNull else { return fallback }
        guard let text = node.text, let choice = Choice(rawValue: text) else {
            let words = type.allCases.map(\.rawValue).joined(separator: ", ")
            throw error(
                at: key, "\(key) is not \(node.text.map { "\"\($0)\"" } ?? "that")", mend: "use one of \(words)")
        }
        return choice
    }

    /// A span of time: a number of seconds, or one with a unit: `90s`, `5m`, `12h`, `30d`.
    public func seconds(_ key: String) throws(FileError) -> Int64? {
        guard let node = frontMatter[key], !node.isNull else { return nil }
        guard let text = node.text, let seconds = Self.seconds(text), seconds >= 0 else {
            throw error(at: key, "\(key) is not a span of time", mend: "write seconds, or 5m, 12h, 30d")
        }
        return seconds
    }

    static func seconds(_ text: String) -> Int64? {
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        guard let last = text.last, let unit = units[last] else { return Int64(text) }
        return Int64(text.dropLast()).flatMap {
            let product = $0.multipliedReportingOverflow(by: unit)
            return product.overflow ? nil : product.partialValue
        }
    }
}
