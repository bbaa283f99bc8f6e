internal import ArgumentParser
internal import Rules
internal import SQLite
internal import Warehouse

struct SQL: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sql",
        abstract: "List, check and show the stored SQL files in force.",
        discussion: """
            Files in the `sql` folder beside esiwh.yaml add to the shipped ones, or replace one of the same path.

              esiwh sql list
              esiwh sql check
            """,
        subcommands: [SQLList.self, SQLCheck.self, SQLShow.self])
}

struct SQLList: Command {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the files in force and where each comes from.",
        discussion: """
              esiwh sql list --format csv
            """)

    @Option(help: "How to write the list: \(OutputFormat.names).") var format = OutputFormat.table
    @OptionGroup(title: "Common options") var common: CommonOptions

    func run(in context: Context) throws -> CommandStatus {
        let library = context.library()
        let rows = library.files.map { file -> [Value] in
            let origin =
                switch file.origin {
                case .shipped: "shipped"
                case .user(_, let replaces): replaces ? "yours, replaces ours" : "yours"
                }
            let title = file.frontMatter["title"]?.text ?? ""
            return [.text("\(file.kind)"), .text(file.name), .text(origin), .text(title), .text(file.shownPath)]
        }
        let columns = ["kind", "name", "origin", "title", "file"].map { OutputColumn($0) }
        try context.write(rows, columns, as: format)
        for fault in library.faults { try context.complain("\(fault)") }
        return library.faults.isEmpty ? .done : .badData
    }
}

struct SQLShow: Command {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Print a stored file in force.",
        discussion: """
              esiwh sql show market_orders
              esiwh sql show queries/rules/contract-outbid.sql
            """)

    @Argument(help: "The file's name, or its path as `esiwh sql list` shows it.") var name: String
    @OptionGroup(title: "Common options") var common: CommonOptions

    func run(in context: Context) throws -> CommandStatus {
        let library = context.library()
        var found = library.files.filter { [$0.name, $0.path, $0.shownPath].contains(name) }
        // An explanation has its rule's name, which means the rule.
        if found.count > 1 { found.removeAll { $0.kind == .explain } }
        guard let file = found.first else {
            throw CommandError(.usage, "no stored file \"\(name)\"", mend: "`esiwh sql list` names them all")
        }
        guard found.count == 1 else {
            throw CommandError(.usage, "more than one file is called \(name)", mend: "give its path: \(file.path)")
        }
        try context.out.write(file.text.hasSuffix("\n") ? file.text : file.text + "\n")
        return .done
    }
}

struct SQLCheck: Command {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check every stored file; name file, line and mend of each fault.",
        discussion: """
            Checks the files in force, or those of a folder beside the shipped ones, and the templates of messages against the
            rules' columns. Exit code 65 where one is faulty. Warns, without a fault, of what other engines (DuckDB, ClickHouse,
            PostgreSQL) read otherwise than SQLite in silence; `engine: sqlite` in a file's front matter says that it need not
            travel.

              esiwh sql check ./my-sql
            """)

    @Argument(help: "A folder of yours to check instead of the `sql` folder in force.") var dir: String?
    @OptionGroup(title: "Common options") var common: CommonOptions

    func run(in context: Context) throws -> CommandStatus {
        let check = try StoredCheck(
            Library(userFolder: dir ?? context.paths.sql), context.templates(), now: context.clock.now)
        let warnings = check.warnings
        for fault in check.faults + warnings { try context.complain("\(fault)") }
        guard check.faults.isEmpty else { return .badData }
        let count = warnings.isEmpty ? "" : ", \(warnings.count) warnings"
        try context.note("\(check.library.files.count + check.templates.count) files, no fault\(count)")
        return .done
    }
}
