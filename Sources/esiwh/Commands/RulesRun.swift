internal import ArgumentParser
internal import Rules
internal import SQLite
internal import Warehouse

struct RulesRun: Command {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Say what the rules find.",
        discussion: """
            Without a name, all rules. One rule's rows are as the rule gives them; of several, every format but table,
            markdown and html gets the column rule in front. Exit code 0 whatever the verdicts, 2 where a rule is broken.

              esiwh rules run contract-outbid --format json
              esiwh rules run --as-of -1d
            """)

    @Argument(help: "Names of rules.", completion: .names(of: .rule)) var rule: [String] = []
    @OptionGroup var asOf: AsOfOptions
    @OptionGroup var output: FormatOptions
    @OptionGroup var limits: LimitOptions
    @OptionGroup(title: "Common options") var common: CommonOptions

    func run(in context: Context) throws -> CommandStatus {
        let opened = try context.session(asOf: asOf.asOf)
        let rules = try chosen(opened.rules, opened.faults)
        limits.apply(to: opened.session.connection, context)
        let found = rules.map { $0.evaluate(in: opened.session) }
        if found.contains(where: \.isInterrupted) { throw limits.interruption(context) }
        let whole = found.filter { !$0.isBroken }
        if rules.count == 1 {
            for verdicts in whole { try write(verdicts, context) }
        } else if output.format.isForPeople {
            try writeSections(whole, opened.rules, context)
        } else {
            try writeTogether(whole, context)
        }
        for verdicts in found {
            if let fault = verdicts.fault { try context.complain("the rule \(verdicts.rule) is broken: \(fault)") }
        }
        return whole.count == found.count ? .done : .partial
    }

    private func chosen(_ book: RuleBook, _ faults: [FileError]) throws -> [Rule] {
        if rule.isEmpty { return book.rules }
        return try rule.map { name in
            guard let found = book.rule(name) else {
                if let fault = Context.fault(.rule, name, in: faults) { throw fault }
                let names = book.rules.map(\.name).joined(separator: ", ")
                throw CommandError(.usage, "there is no rule \"\(name)\"", mend: "there are \(names)")
            }
            return found
        }
    }

    private func write(_ verdicts: Verdicts, _ context: Context) throws {
        var writer = output.format.writer(to: context.out, human: output.style(context))
        try writer.begin(verdicts.columns.map { OutputColumn($0.name, $0.kind) })
        let limit = limits.rows(for: output.format) ?? verdicts.rows.count
        for row in verdicts.rows.prefix(limit) { try writer.row(row) }
        try writer.end()
        if verdicts.rows.count > limit {
            try context.note("cut after \(limit) rows; --max-rows 0 writes them all")
        }
    }

    /// Each rule under its title, with its own columns.
    private func writeSections(_ found: [Verdicts], _ book: RuleBook, _ context: Context) throws {
        for (index, verdicts) in found.enumerated() {
            if index > 0 { try context.out.write("\n") }
            let heading = "\(verdicts.rule): \(book.rule(verdicts.rule)?.title ?? "")"
            try context.writeHeading(heading, output.format)
            try write(verdicts, context)
        }
    }

    /// All rules' rows as one result: the columns of all, in the order met.
    private func writeTogether(_ found: [Verdicts], _ context: Context) throws {
        var columns = [OutputColumn("rule", .text)]
        for column in found.flatMap(\.columns) where !columns.contains(where: { $0.name == column.name }) {
            columns.append(OutputColumn(column.name, column.kind))
        }
        let rows = found.flatMap { verdicts in
            verdicts.rows.map { row in
                columns.map { column -> Value in
                    if column.name == "rule" { return .text(verdicts.rule) }
                    return verdicts.columns.firstIndex { $0.name == column.name }.map { row[$0] } ?? .null
                }
            }
        }
        try context.write(Array(rows.prefix(limits.rows(for: output.format) ?? rows.count)), columns, as: output.format)
    }
}
