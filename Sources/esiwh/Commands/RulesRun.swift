internal import ArgumentParser
internal import Rules
internal import SQLite
internal import Warehouse

struct RulesRun: Command {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Say what the rules find, keep the alerts and deliver the messages on them.",
        discussion: """
            What a timer calls after each ingest. Without a name, all rules. One rule's rows are as the rule gives them; of
            several, every format but table, markdown and html gets the column rule in front. What fires, and what is over, is
            recorded and told (docs/alerts.md); a rule's first run is a baseline, which tells nobody. --dry-run only prints, and
            so does --as-of. Exit code 0 whatever the verdicts, 2 where a rule is broken or a message could not be delivered.

              esiwh rules run contract-outbid --format json
              esiwh rules run --quiet --format ndjson
              esiwh rules run --as-of -1d
            """)

    @Argument(help: "Names of rules.", completion: .names(of: .rule)) var rule: [String] = []
    @Flag(help: "Print the verdicts, record nothing and tell nobody.") var dryRun = false
    @OptionGroup var asOf: AsOfOptions
    @OptionGroup var output: FormatOptions
    @OptionGroup var limits: LimitOptions
    @OptionGroup(title: "Common options") var common: CommonOptions

    func run(in context: Context) async throws -> CommandStatus {
        guard !dryRun, asOf.asOf == nil else {
            let found = try evaluate(nil, context)
            try print(found.evaluations, context)
            return try complain(found, context) ? .partial : .done
        }
        let configuration = try context.configuration()
        let messenger = try context.messenger(configuration)
        // Before the view of the data is opened: it may have to make the tables.
        let (store, connection) = try context.alertStore()
        let found = try evaluate(connection, context)
        let outcome = try store.commit(found, messenger, now: context.clock.now)
        var isWhole = try !complain(found, context)
        try tell(outcome, context)
        let isHeard = try hearing { try print(found.evaluations, context) }
        if try await !context.deliver(connection, messenger) { isWhole = false }
        if !isHeard { throw OutputClosed() }
        return isWhole ? .done : .partial
    }

    /// Lets the rules speak on one consistent view, each within its time.
    /// - Parameter alerts: where the alerts are kept; nil where nothing is to be kept.
    private func evaluate(_ alerts: Connection?, _ context: Context) throws -> AlertStore.Findings {
        let configuration = try context.configuration()
        let opened = try context.session(asOf: asOf.asOf)
        let rules = try chosen(opened.rules, opened.faults)
        var evaluations: [Evaluation] = []
        for rule in rules {
            limits.apply(to: opened.session.connection, context)
            var verdicts = rule.evaluate(in: opened.session)
            if verdicts.isInterrupted {
                let interruption = limits.interruption(context)
                guard !context.interrupts.isInterrupted else { throw interruption }
                verdicts = Verdicts(brokenRule: rule.name, "\(interruption)")
            }
            evaluations.append(Evaluation(rule, try context.policy(of: rule, configuration), verdicts))
        }
        let unusable = rule.isEmpty ? unusable(opened.faults, context) : [:]
        return AlertStore.Findings(
            evaluations: evaluations, snapshot: try AlertStore.snapshot(seenBy: opened.session.connection),
            at: try alerts.map { try context.serverNow($0, configuration) } ?? context.clock.now,
            all: rule.isEmpty ? Set(opened.rules.rules.map(\.name)).union(unusable.keys) : nil, unusable: unusable)
    }

    /// Rules whose files cannot be used, by the name that they would have.
    private func unusable(_ faults: [FileError], _ context: Context) -> [String: String] {
        var unusable: [String: String] = [:]
        for fault in faults {
            let parts = fault.file.split(separator: "/")
            guard parts.count > 1, parts[parts.count - 2] == "rules", let name = parts.last, name.hasSuffix(".sql")
            else { continue }
            unusable[String(name.dropLast(4))] = "\(fault)"
        }
        return unusable
    }

    private func chosen(_ book: RuleBook, _ faults: [FileError]) throws -> [Rule] {
        try rule.isEmpty ? book.rules : rule.map { try Context.rule($0, book, faults) }
    }

    /// Says which rules are broken; unusable files were told when they were read.
    /// - Returns: whether any is.
    private func complain(_ found: AlertStore.Findings, _ context: Context) throws -> Bool {
        var isBroken = !found.unusable.isEmpty
        for verdicts in found.evaluations.map(\.verdicts) {
            guard let fault = verdicts.fault else { continue }
            try context.complain("the rule \(verdicts.rule) is broken: \(fault)")
            isBroken = true
        }
        return isBroken
    }

    private func tell(_ outcome: AlertStore.Outcome, _ context: Context) throws {
        for (rule, firing) in outcome.baselines.sorted(by: { $0.key < $1.key }) where firing > 0 {
            let alerts = firing == 1 ? "1 alert fires" : "\(firing) alerts fire"
            try context.note("\(rule): first run, a baseline: \(alerts) already, and nobody is told")
        }
        for rule in outcome.late {
            try context.note("\(rule): another run has newer data; its verdicts hold")
        }
        for step in outcome.steps where step.isTold {
            let event = step.event
            let key = event.key.map { "\($0.name)=\($0.value.plainText)" }.joined(separator: ", ")
            let word = event.state == .resolved ? "is over" : event.previous == .firing ? "still fires" : "fires"
            try context.note("\(event.rule) \(key.withVisibleControls()) \(word)")
        }
    }

    /// Runs `body`; a reader that goes away keeps no message from going out.
    /// - Returns: whether everything could be written.
    private func hearing(_ body: () throws -> Void) throws -> Bool {
        do {
            try body()
            return true
        } catch is OutputClosed {
            return false
        }
    }

    private func print(_ evaluations: [Evaluation], _ context: Context) throws {
        let whole = evaluations.filter { !$0.verdicts.isBroken }
        if evaluations.count == 1 {
            for evaluation in whole { try write(evaluation.verdicts, context) }
        } else if output.format.isForPeople {
            try writeSections(whole, context)
        } else {
            try writeTogether(whole.map(\.verdicts), context)
        }
        try context.out.flush()
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
    private func writeSections(_ found: [Evaluation], _ context: Context) throws {
        for (index, evaluation) in found.enumerated() {
            if index > 0 { try context.out.write("\n") }
            try context.writeHeading("\(evaluation.rule.name): \(evaluation.rule.title)", output.format)
            try write(evaluation.verdicts, context)
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
