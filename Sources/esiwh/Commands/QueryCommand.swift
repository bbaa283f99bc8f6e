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
    @OptionGroup var output: FormatOptions
    @Flag(help: "Show how SQLite would go about it instead of running it.") var explain = false
    @OptionGroup var limits: LimitOptions
    @OptionGroup(title: "Common options") var common: CommonOptions

    func validate() throws {
        if list == (query != nil) { throw ValidationError("give a report, SQL, - or --list") }
    }

    func run(in context: Context) throws -> CommandStatus {
        if list { return try listReports(context) }
        let source = try source(context)
        let opened = try context.session(asOf: asOf.asOf, for: source.sql)
        let sql = (explain ? "EXPLAIN QUERY PLAN " : "") + source.sql
        let query = try source.locating(opened.session) { session in
            limits.apply(to: session.connection, context)
            return try session.prepare(sql, kinds: source.kinds)
        }
        try bind(source, query.statement, at: opened.moment)
        try source.locating(opened.session) { _ in
            try limits.interpreting(context) { try write(query, context) }
        }
        return .done
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
        var writer = output.format.writer(to: context.out, human: output.style(context))
        try writer.begin(query.columns.map { OutputColumn($0.name, $0.kind) })
        let limit = limits.rows(for: output.format)
        var count = 0
        while let row = try query.next() {
            if count == limit {
                try writer.end()
                return try context.note("cut after \(count) rows; --max-rows 0 writes them all")
            }
            try writer.row(row)
            count += 1
        }
        try writer.end()
    }

    private func listReports(_ context: Context) throws -> CommandStatus {
        let library = context.library([.report])
        var rows: [[Value]] = []
        for file in library.files(.report) {
            let parameters = try Parameter.all(of: file).map(\.summary).joined(separator: " ")
            rows.append([.text(file.name), .text(file.frontMatter["title"]?.text ?? ""), .text(parameters)])
        }
        let columns = ["report", "title", "parameters"].map { OutputColumn($0) }
        try context.write(rows, columns, as: output.format)
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
