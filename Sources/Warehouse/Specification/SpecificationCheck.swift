/// Holds the datasets in force against ESI's specification: a pure function of both.
public struct SpecificationCheck: Sendable {
    /// By dataset, in the catalogue's order, then by line.
    public private(set) var findings: [SpecificationFinding] = []

    /// Datasets of the static data export have no route, and nothing to be held against.
    public init(_ datasets: [Dataset], against specification: Specification) {
        let fed = datasets.compactMap { dataset in dataset.route.map { (dataset: dataset, route: $0) } }
        for (dataset, route) in fed {
            var check = DatasetCheck(dataset, route, specification)
            check.run()
            // Members that nobody takes are told once for all datasets of a route.
            let readers = fed.filter { $0.route.isSameRoute(as: route) }.map(\.dataset)
            let reporter = readers.first { $0.rows.steps.isEmpty } ?? readers.first
            if dataset.name == reporter?.name, let answer = check.answer {
                check.reportUntaken(answer, readers: readers)
            }
            findings += check.findings.sorted { $0.place.line < $1.place.line }
        }
    }
}

extension RouteTemplate {
    fileprivate func isSameRoute(as other: RouteTemplate) -> Bool { method == other.method && path == other.path }

    fileprivate var words: String { "\(method.rawValue) \(path)" }
}

/// One dataset against the specification: its route here, its rows and columns in an extension.
struct DatasetCheck {
    let dataset: Dataset
    let route: RouteTemplate
    let specification: Specification
    private(set) var findings: [SpecificationFinding] = []
    /// What the route answers, once it is known.
    private(set) var answer: Shape?

    init(_ dataset: Dataset, _ route: RouteTemplate, _ specification: Specification) {
        self.dataset = dataset
        self.route = route
        self.specification = specification
    }

    mutating func run() {
        guard let operation = specification.operation(route.method, route.path) else { return reportMissingRoute() }
        if operation.deprecated == true {
            report(.warning, .route, at: "route", "\(route.words) is on its way out", "look what ESI has instead of it")
        }
        if let scopes = operation.scopes {
            report(
                .error, .token, at: "route", "\(route.words) wants a token with \(scopes.joined(separator: ", "))",
                "use a public route")
        }
        checkParameters(operation)
        checkAdvice(operation)
        checkPaging(operation)
        guard let schema = specification.answer(of: operation)?.content?["application/json"]?.schema else {
            return report(.error, .schema, at: "route", "\(route.words) answers no JSON", "use a route that does")
        }
        let shape = specification.shape(schema)
        answer = shape
        checkRows(shape)
    }

    mutating func report(
        _ severity: SpecificationFinding.Severity, _ kind: SpecificationFinding.Kind, at key: String,
        _ message: String, _ mend: String
    ) {
        report(severity, kind, dataset.file.error(at: key, message, mend: mend))
    }

    mutating func report(
        _ severity: SpecificationFinding.Severity, _ kind: SpecificationFinding.Kind, line: Int, _ message: String,
        _ mend: String
    ) {
        report(severity, kind, FileError(file: dataset.file.shownPath, line: line, message: message, mend: mend))
    }

    private mutating func report(
        _ severity: SpecificationFinding.Severity, _ kind: SpecificationFinding.Kind, _ place: FileError
    ) {
        findings.append(.init(dataset: dataset.name, severity: severity, kind: kind, place: place))
    }

    // MARK: The route

    private mutating func reportMissingRoute() {
        let other: RouteTemplate.Method = route.method == .get ? .post : .get
        let mend: String
        if specification.operation(other, route.path) != nil {
            mend = "ESI has \(other.rawValue) \(route.path)"
        } else if let near = nearest(route.path) {
            mend = "ESI has \(near); name that, or take the dataset out"
        } else {
            mend = "take the dataset out, or find where ESI has moved it"
        }
        report(.error, .route, at: "route", "ESI has no \(route.words)", mend)
    }

    /// A path of other parameter names, else one with most words in common.
    private func nearest(_ path: String) -> String? {
        func words(_ path: String) -> [Substring] { path.split(separator: "/").filter { !$0.hasPrefix("{") } }
        let wanted = Set(words(path))
        let scored = specification.paths.sorted().map { candidate -> (String, Int) in
            let found = Set(words(candidate))
            return (candidate, 2 * wanted.intersection(found).count - wanted.symmetricDifference(found).count)
        }
        guard let best = scored.max(by: { $0.1 < $1.1 }), best.1 > 0 else { return nil }
        return best.0
    }

    private mutating func checkParameters(_ operation: OpenAPIOperation) {
        let parameters = specification.parameters(of: operation)
        let query = parameters.filter { $0.place == "query" }
        for parameter in query where parameter.required == true {
            guard let name = parameter.name, !sends(name) else { continue }
            let words = parameter.schema.flatMap { specification.shape($0).words } ?? []
            let value = words.contains("all") ? "all" : words.first ?? "…"
            report(
                .error, .parameter, at: "route", "\(route.words) requires the query parameter \(name)",
                "write query: { \(name): \(value) }")
        }
        for item in route.query {
            guard let parameter = query.first(where: { $0.name == item.name }) else {
                report(
                    .warning, .parameter, at: "query", "\(route.words) does not know the parameter \(item.name)",
                    "take it out of query")
                continue
            }
            guard let schema = parameter.schema else { continue }
            if let name = item.parameter {
                check(column: name, against: schema, "query")
            } else {
                check(item, specification.shape(schema))
            }
        }
        for parameter in parameters where parameter.place == "path" {
            if let name = parameter.name, let schema = parameter.schema { check(column: name, against: schema, "path") }
        }
    }

    /// A parameter that each partition binds.
    private mutating func check(column name: String, against schema: Schema, _ place: String) {
        let storages = specification.shape(schema).storages
        guard let column = dataset.column(name), !storages.isEmpty, !storages.contains(column.storage) else { return }
        report(
            .error, .parameter, line: dataset.file.line(ofColumn: name),
            "\(name) is \(column.storage), but ESI's \(place) parameter is \(storages.sorted().joined(separator: " or "))",
            "declare it so")
    }

    private func sends(_ parameter: String) -> Bool {
        route.query.contains { $0.name == parameter } || (route.paging == .pages && parameter == "page")
    }

    private mutating func check(_ item: RouteTemplate.QueryItem, _ shape: Shape) {
        if let words = shape.words, !words.contains(item.value) {
            report(
                .error, .word, at: "query", "\(item.name) cannot be \(item.value)",
                "use one of \(words.joined(separator: ", "))")
        } else if shape.types == ["integer"], Int64(item.value) == nil {
            report(.error, .parameter, at: "query", "\(item.name) is no whole number", "give a number")
        }
    }

    /// What the front matter says of the answer beside its content.
    private mutating func checkAdvice(_ operation: OpenAPIOperation) {
        let words = route.words
        switch (dataset.cache, operation.cacheAge) {
        case (let mine?, let age?) where mine != age:
            report(.warning, .cache, at: "cache", "ESI keeps \(words) for \(age) s, not \(mine)", "write cache: \(age)")
        case (nil, let age?):
            report(.note, .cache, at: "route", "ESI keeps \(words) for \(age) s", "write cache: \(age)")
        default: break
        }
        switch (route.group, operation.rateLimit?.group) {
        case (let mine?, let group?) where mine != group:
            report(
                .warning, .group, at: "group", "\(words) is in the group \(group), not \(mine)", "write group: \(group)"
            )
        case (nil, let group?):
            report(.warning, .group, at: "route", "\(words) is in the group \(group)", "write group: \(group)")
        case (let mine?, nil):
            report(.warning, .group, at: "group", "\(words) is in no group, nor in \(mine)", "take group out")
        default: break
        }
    }

    private mutating func checkPaging(_ operation: OpenAPIOperation) {
        let words = route.words
        let names = specification.answer(of: operation)?.headers?.keys.map { $0.lowercased() } ?? []
        let isPaged = names.contains("x-pages")
        switch route.paging {
        case .none where isPaged:
            report(
                .error, .paging, at: dataset.file.frontMatter["paging"] == nil ? "route" : "paging",
                "\(words) comes in pages, and only the first would be read", "write paging: pages")
        case .pages where !isPaged:
            report(.warning, .paging, at: "paging", "\(words) comes in one page", "take paging out")
        case .ids: checkBatch(operation)
        default: break
        }
        if let pagination = operation.pagination {
            report(
                .error, .paging, at: "route",
                "\(words) is paged by \(pagination), of which the first page would be read",
                "use another route")
        }
    }

    /// The body of a POST: a list of ids, of which up to a thousand are sent at once.
    private mutating func checkBatch(_ operation: OpenAPIOperation) {
        let words = route.words
        let schema = operation.requestBody?.content?["application/json"]?.schema
        guard let shape = schema.map(specification.shape), shape.isArray, let items = shape.items,
            specification.shape(items).types == ["integer"]
        else {
            return report(.error, .paging, at: "route", "\(words) does not take a list of ids", "use a route that does")
        }
        if let most = shape.maxItems, most < 1000 {
            report(
                .error, .paging, at: "paging", "\(words) takes \(most) ids at once, and 1,000 are sent",
                "use a route that takes as many")
        }
    }
}

extension Shape {
    /// What a column may store a plain value of this shape as.
    fileprivate var storages: Set<String> {
        Set(types.compactMap { ["integer": "INTEGER", "boolean": "INTEGER", "number": "REAL", "string": "TEXT"][$0] })
    }
}
