internal import ArgumentParser
internal import Rules
internal import SQLite
internal import Warehouse

struct RulesBacktest: Command {
    static let configuration = CommandConfiguration(
        commandName: "backtest", abstract: "Run a rule over stored history, and list the alerts it would have raised.",
        discussion: """
            The rule is evaluated as of each moment at which it would have been run, with its parameters and settings as they are
            configured now, and only where something was observed since the last. What fires at the first of them is the
            baseline. One row for each alert, with the verdict that made it fire; `told` counts the messages. Exit code 2
            where the rule was broken at some moment.

              esiwh rules backtest contract-outbid --from -30d --to now
              esiwh rules backtest contract-outbid --from -7d --to now --every 5m --set rules.contract-outbid.for=30m
            """)

    @Argument(help: "The rule's name.", completion: .names(of: .rule)) var rule: String
    @Option(
        parsing: .unconditional, help: ArgumentHelp("The earlier moment: \(MomentText.forms).", valueName: "moment"))
    var from: String
    @Option(parsing: .unconditional, help: ArgumentHelp("The later moment.", valueName: "moment")) var to = "now"
    @Option(help: ArgumentHelp("How often the rule is run: 5m, 30m, 1d.", valueName: "span")) var every = "30m"
    @OptionGroup var output: FormatOptions
    @OptionGroup var limits: LimitOptions
    @OptionGroup(title: "Common options") var common: CommonOptions

    func run(in context: Context) throws -> CommandStatus {
        let (from, to) = (try context.moment(from), try context.moment(to))
        guard from <= to else { throw CommandError(.usage, "--from lies behind --to") }
        guard let interval = Timestamp.span(every), interval > 0 else {
            throw CommandError(.usage, "--every: \"\(every)\" is no span", mend: "give 5m, 30m or 1d")
        }
        let opened = try context.session(asOf: "@\(from)")
        let rule = try Context.rule(self.rule, opened.rules, opened.faults)
        let policy = try context.policy(of: rule, try context.configuration())
        if let fault = opened.session.brokenViews[rule.viewName] {
            throw CommandError(.badData, "the rule \(rule.name) is broken: \(fault)")
        }
        let backtest = Backtest(rule, policy, in: opened.session)
        let steps = try backtest.steps(from: from, to: to, every: interval)
        let result = try evaluate(backtest, steps, opened.session.connection, context)
        try write(result, rule, context)
        try context.note(
            "\(result.evaluations) evaluations from \(Timestamp.text(from)) to \(Timestamp.text(to)), "
                + "\(result.lives.count { $0.firedAt != nil }) alerts")
        guard let fault = result.fault else { return .done }
        try context.complain("the rule \(rule.name) was broken at \(result.broken) of them: \(fault)")
        return .partial
    }

    private func evaluate(
        _ backtest: Backtest, _ steps: [Backtest.Step], _ connection: Connection, _ context: Context
    ) throws -> Backtest.Result {
        var progress = ProgressLine(now: context.clock.precise)
        defer { try? context.err.show(progress.clearing()) }  // a line that cannot be cleared stays
        return try backtest.run(steps) { done in
            if context.interrupts.isInterrupted { throw limits.interruption(context) }
            limits.apply(to: connection, context)
            guard context.showsProgress else { return }
            let text = progress.update(
                done: done, total: steps.count, label: Timestamp.text(steps[done].asOf), width: context.width,
                now: context.clock.precise)
            if let text { try context.err.show(text) }
        }
    }

    private func write(_ result: Backtest.Result, _ rule: Rule, _ context: Context) throws {
        let shown = result.columns.indices.filter {
            !rule.key.contains(result.columns[$0].name) && result.columns[$0].name != "state"
        }
        let key = rule.key.map { name in
            OutputColumn(name, result.columns.first { $0.name == name }?.kind)
        }
        let own = [
            OutputColumn("alert", .text), OutputColumn("pending_at", .timestamp), OutputColumn("fired_at", .timestamp),
            OutputColumn("ended_at", .timestamp), OutputColumn("baseline", .boolean), OutputColumn("told"),
        ]
        var writer = output.format.writer(to: context.out, human: output.style(context))
        try writer.begin(key + own + shown.map { OutputColumn(result.columns[$0].name, result.columns[$0].kind) })
        let limit = limits.rows(for: output.format) ?? result.lives.count
        for life in result.lives.prefix(limit) {
            let about: [Value] = [
                .text(life.state.rawValue), life.pendingAt.sqlValue, life.firedAt.sqlValue, life.endedAt.sqlValue,
                .integer(life.isBaseline ? 1 : 0), .integer(Int64(life.told)),
            ]
            try writer.row(life.key + about + shown.map { life.verdict[$0] })
        }
        try writer.end()
        if result.lives.count > limit { try context.note("cut after \(limit) rows; --max-rows 0 writes them all") }
    }
}
