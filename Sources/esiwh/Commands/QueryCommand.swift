internal import ArgumentParser
internal import SQLite
internal import Warehouse

struct QueryCommand: Command {
    static let configuration = CommandConfiguration(
        commandName: "query",
        abstract: "Run a report or SQL of your own, as of any moment.",
        discussion: """
            A word is a report's name, anything else is SQL, and - reads SQL from stdin. SQL can read everything and change
            nothing.

              esiwh query --list
              esiwh query spread --param type_id=34 --human
              esiwh query price-history --param type_id=34 --chart
              esiwh query 'SELECT count(*) FROM market_orders' --as-of yesterday --format json
            """)

    @Argument(
        help: ArgumentHelp("A report's name, SQL, or - for SQL on stdin.", valueName: "report|sql|-"),
        completion: .names(of: .report))
    var query: String?

    @Option(
        help: ArgumentHelp(
            "A value for a parameter of the report, or for :name in SQL of your own. Repeatable.",
            valueName: "name=value"))
    var param: [Assignment] = []

    @Flag(help: "List the reports with their parameters.") var list = false
    @OptionGroup var asOf: AsOfOptions
    @OptionGroup var output: DrawingOptions
    @Flag(
        help: """
            Run it, and instead of its rows show SQLite's plan, the time, how many rows were walked over without an index, and \
            which index would help.
            """)
    var explain = false
    @OptionGroup var limits: LimitOptions
    @OptionGroup(title: "Common options") var common: CommonOptions

    func validate() throws {
        if list == (query != nil) { throw ValidationError("give a report, SQL, - or --list") }
        if list || explain, output.rows == nil { throw ValidationError("there is no chart of that") }
    }

    func run(in context: Context) throws -> CommandStatus {
        if list { return try listReports(context) }
        let source = try source(context)
        let chart = output.rows == nil ? try source.chart() : nil
        let opened = try context.session(asOf: asOf.asOf, for: source.sql)
        let query = try source.locating(opened.session) { session in
            limits.apply(to: session.connection, context)
            return try session.prepare(source.sql, kinds: source.kinds)
        }
        try bind(source, query.statement, at: opened.moment)
        try source.locating(opened.session) { _ in
            try limits.interpreting(context) {
                if explain { return try explain(query, source, opened, context) }
                if let chart { try draw(chart, source, query, context) } else { try write(query, context) }
            }
        }
        return .done
    }

    private func explain(
        _ query: Query, _ source: QuerySource, _ opened: OpenSession, _ context: Context
    ) throws {
        let session = opened.session
        var lines = try session.plan(of: source.sql).map { step in
            ("plan", Value.text(String(repeating: "  ", count: step.depth) + step.text))
        }
        let start = ContinuousClock.now
        var rows: Int64 = 0
        while try query.next() != nil { rows += 1 }
        let milliseconds = ((ContinuousClock.now - start) / .microseconds(1)).rounded() / 1000
        // Reset, it closes its cursors, which tell what they walked over.
        query.statement.reset()
        let cost = session.cost(of: query)
        lines += [
            ("rows", .integer(rows)), ("milliseconds", .real(milliseconds)),
            ("rows walked over without an index", .integer(Int64(cost.walked))),
            ("sorts", .integer(Int64(cost.sorts))),
            ("rows of indexes made for this run", .integer(Int64(cost.automaticIndexRows))),
            ("machine steps", .integer(Int64(cost.machineSteps))),
        ]
        if cost.walked + cost.automaticIndexRows > 0 {
            lines += try session.walks(of: source.sql).sorted().map { ("walks through", .text($0)) }
        }
        let configuration = try context.configuration()
        let views = try context.views(of: opened.rules, configuration, at: opened.moment)
        lines += try session.advice(on: source.sql, views: views).map { ("an index would help", .text($0)) }
        let columns = ["what", "value"].map { OutputColumn($0) }
        try context.write(lines.map { [.text($0.0), $0.1] }, columns, as: output.rows ?? .table)
    }

    private func source(_ context: Context) throws -> QuerySource {
        guard let query else { throw CommandError(.usage, "nothing to run", mend: "give a report or SQL") }
        if query == "-" { return QuerySource(sql: try QuerySource.standardInput()) }
        guard QuerySource.isName(query) else { return QuerySource(sql: query) }
        return try QuerySource(report: query, in: context.library([.report]))
    }

    private func bind(_ source: QuerySource, _ statement: Statement, at moment: Int64) throws {
        guard !statement.parameterNames.contains(nil) else {
            throw CommandError(.usage, "a parameter without a name", mend: "write :name instead of ?")
        }
        let names = statement.parameterNames.compactMap { $0 }
        let known = source.parameters?.map(\.name) ?? names
        for given in param where !known.contains(given.name) {
            let mend = known.isEmpty ? "it has none" : "it has \(known.joined(separator: ", "))"
            throw CommandError(.usage, "there is no parameter \(given.name)", mend: mend)
        }
        for name in names {
            let given = param.last { $0.name == name }?.value
            try statement.bind(try source.value(of: name, given: given, at: moment), named: name)
        }
    }

    private func write(_ query: Query, _ context: Context) throws {
        let format = output.rows ?? .table
        var writer = format.writer(to: context.out, human: output.style(context))
        try writer.begin(query.columns.map { OutputColumn($0.name, $0.kind) })
        let isCut = try forEachRow(of: query, limits.rows(for: format)) { try writer.row($0) }
        try writer.end()
        if let count = isCut { try context.note("cut after \(count) rows; --max-rows 0 writes them all") }
    }

    private func draw(_ chart: ChartDeclaration, _ source: QuerySource, _ query: Query, _ context: Context) throws {
        let columns = query.columns.map { OutputColumn($0.name, $0.kind) }
        var rows: [[Value]] = []
        let isCut = try forEachRow(of: query, limits.rows(for: nil)) { rows.append($0) }
        let data: ChartData
        do throws(ChartError) {
            data = try ChartData(chart, title: source.title, columns: columns, rows: rows)
        } catch {
            throw CommandError(.badData, "\(source.file?.shownPath ?? "the report"): \(error)")
        }
        // Texts of strangers have been made visible; what is left of escapes is the drawing's own.
        try context.out.writeRaw(output.chart ? TextChart.draw(data, context.chartStyle) : SVGChart.draw(data))
        if let count = isCut { try context.note("cut after \(count) rows; --max-rows 0 draws them all") }
    }

    /// - Returns: how many rows there were before the cut; nil where there was none.
    private func forEachRow(of query: Query, _ limit: Int?, _ body: ([Value]) throws -> Void) throws -> Int? {
        var count = 0
        while let row = try query.next() {
            if count == limit { return count }
            try body(row)
            count += 1
        }
        return nil
    }

    private func listReports(_ context: Context) throws -> CommandStatus {
        let library = context.library([.report])
        var rows: [[Value]] = []
        for file in library.files(.report) {
            let parameters = try Parameter.all(of: file).map(\.summary).joined(separator: " ")
            rows.append([.text(file.name), .text(file.frontMatter["title"]?.text ?? ""), .text(parameters)])
        }
        let columns = ["report", "title", "parameters"].map { OutputColumn($0) }
        try context.write(rows, columns, as: output.rows ?? .table)
        for fault in library.faults { try context.complain("\(fault)") }
        return .done
    }
}

extension Parameter {
    /// `type_id=34`, `type_id=…` where a value must be given, `[type_id]` where none need be.
    var summary: String {
        switch fallback {
        case .required: "\(name)=…"
        case .null: "[\(name)]"
        case .text(let text): "\(name)=\(text)"
        }
    }
}
