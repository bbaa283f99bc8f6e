internal import ArgumentParser
internal import Rules
internal import SQLite
internal import Warehouse

struct RulesExplain: Command {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Say why a rule's verdict is as it is: what it looked at, and what it dropped.",
        discussion: """
            For people the verdict, and below it each row that the rule might have compared it with and the condition that kept
            or dropped it; other formats write those rows alone. A rule has this where queries/explain/ has a file of its name;
            else only the verdict is shown.

              esiwh rules explain contract-outbid --key contract_id=190000001
              esiwh rules explain contract-outbid --key contract_id=190000001 --as-of -1d --format json
            """)

    @Argument(help: "The rule's name.", completion: .names(of: .rule)) var rule: String
    @Option(
        help: ArgumentHelp(
            "Whose verdict: a value for each column of the rule's key: --key contract_id=224.", valueName: "name=value")
    )
    var key: [Assignment]
    @OptionGroup var asOf: AsOfOptions
    @OptionGroup var output: FormatOptions
    @OptionGroup var limits: LimitOptions
    @OptionGroup(title: "Common options") var common: CommonOptions

    func run(in context: Context) throws -> CommandStatus {
        let opened = try context.session(asOf: asOf.asOf)
        let rule = try Context.rule(self.rule, opened.rules, opened.faults)
        let values = try keyValues(of: rule)
        limits.apply(to: opened.session.connection, context)
        let verdict = rule.evaluate(in: opened.session)
        if verdict.isInterrupted { throw limits.interruption(context) }
        if let fault = verdict.fault { throw CommandError(.badData, "the rule \(rule.name) is broken: \(fault)") }
        let places = rule.key.map { name in verdict.columns.firstIndex { $0.name == name } }
        let row = verdict.rows.first { row in
            zip(rule.key, places).allSatisfy { name, place in place.map { row[$0].plainText } == values[name] }
        }
        let library = context.library([.explain])
        for fault in library.faults where !opened.faults.contains(fault) { try context.complain("\(fault)") }
        let explanation = try RuleBook.explanation(of: rule, in: library)
        if row == nil { try context.note("\(rule.name) does not judge \(shown(values, rule))") }
        if explanation == nil { try context.note("\(rule.name) has no explanation: there is only its verdict") }
        if output.format.isForPeople || explanation == nil {
            try write(verdict.columns.map { OutputColumn($0.name, $0.kind) }, row.map { [$0] } ?? [], context)
        }
        guard let explanation else { return row == nil ? .failed : .done }
        if output.format.isForPeople { try context.out.write("\n") }
        try write(explanation, rule, values, opened, context)
        return .done
    }

    /// A value for each column of the key, and for nothing else.
    private func keyValues(of rule: Rule) throws -> [String: String] {
        var values: [String: String] = [:]
        for assignment in key { values[assignment.name] = assignment.value }
        guard Set(values.keys) == Set(rule.key), values.count == key.count else {
            let wanted = rule.key.map { "--key \($0)=…" }.joined(separator: " ")
            throw CommandError(.usage, "the key of \(rule.name) is \(rule.key.joined(separator: ", "))", mend: wanted)
        }
        return values
    }

    private func shown(_ values: [String: String], _ rule: Rule) -> String {
        rule.key.map { "\($0)=\((values[$0] ?? "").withVisibleControls())" }.joined(separator: ", ")
    }

    private func write(
        _ explanation: Explanation, _ rule: Rule, _ values: [String: String], _ opened: OpenSession, _ context: Context
    ) throws {
        let settings = try context.configuration().rules[rule.name] ?? [:]
        let sql = try explanation.sql(
            of: rule, settings: settings.mapValues(\.text), key: values, now: opened.moment)
        limits.apply(to: opened.session.connection, context)
        do {
            let query = try opened.session.prepare(sql, kinds: explanation.columns)
            let rows = try query.rows()
            let limit = limits.rows(for: output.format) ?? rows.count
            try write(query.columns.map { OutputColumn($0.name, $0.kind) }, Array(rows.prefix(limit)), context)
            if rows.count > limit { try context.note("cut after \(limit) rows; --max-rows 0 writes them all") }
        } catch let error as SQLiteError {
            if error.isInterrupt { throw limits.interruption(context) }
            throw CommandError(
                .badData, "\(explanation.file.shownPath): \(error.message)",
                mend: "it must fit \(rule.file.shownPath)")
        }
    }

    private func write(_ columns: [OutputColumn], _ rows: [[Value]], _ context: Context) throws {
        var writer = output.format.writer(to: context.out, human: output.style(context))
        try writer.begin(columns)
        for row in rows { try writer.row(row) }
        try writer.end()
    }
}
