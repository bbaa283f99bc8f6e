internal import ArgumentParser
internal import FoundationEssentials
internal import Rules
internal import SQLite
internal import Warehouse

struct RulesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules",
        abstract: "List, check, run, test, explain and backtest the rules.",
        discussion: """
            A rule is stored SQL whose rows are verdicts: firing, clear or unknown. Each is a view as well: contract-outbid is
            rule_contract_outbid.

              esiwh rules run contract-outbid --format json
              esiwh rules test
            """,
        subcommands: [
            RulesList.self, RulesCheck.self, RulesRun.self, RulesTest.self, RulesExplain.self, RulesBacktest.self,
        ])
}

struct RulesList: Command {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the rules with their parameters and settings as they are configured.",
        discussion: """
              esiwh rules list
            """)

    @Option(help: ArgumentHelp("How to write the list: \(OutputFormat.names).", valueName: "format"))
    var format = OutputFormat.table
    @OptionGroup(title: "Common options") var common: CommonOptions

    func run(in context: Context) throws -> CommandStatus {
        let configuration = try context.configuration()
        let book = RuleBook(context.library([.rule]))
        // A setting that no rule takes is an error at its place.
        _ = try context.views(of: book, configuration, at: context.clock.now)
        let rows = try book.rules.map { rule -> [Value] in
            let parameters = rule.parameters.map { parameter in
                let setting = configuration.rules[rule.name]?[parameter.name]
                return setting.map { "\(parameter.name)=\($0.text)" } ?? parameter.summary
            }
            let settings = try context.policy(of: rule, configuration).summary
            return [rule.name, rule.title, parameters.joined(separator: " "), settings, rule.viewName]
                .map(Value.text)
        }
        let columns = ["rule", "title", "parameters", "settings", "view"].map { OutputColumn($0) }
        try context.write(rows, columns, as: format)
        for fault in book.faults { try context.complain("\(fault)") }
        return book.faults.isEmpty ? .done : .badData
    }
}

struct RulesCheck: Command {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Check that every rule runs, and that its configured parameters fit.",
        discussion: """
            Runs each rule over empty tables, and holds the templates of messages against the rules' columns. Exit code 65 where
            a rule or a template is faulty, 78 where the configuration is.

              esiwh rules check
            """)

    @OptionGroup(title: "Common options") var common: CommonOptions

    func run(in context: Context) throws -> CommandStatus {
        let library = context.library()
        let catalogue = Catalogue(library)
        let book = RuleBook(library)
        let configuration = try context.configuration()
        let session = try Session(inMemory: catalogue, now: context.clock.now)
        session.makeViews(try context.views(of: book, configuration, at: context.clock.now))
        var faults = book.faults.map { "\($0)" }
        var columns: [String: [String]?] = [:]
        for rule in book.rules {
            let policy = try context.policy(of: rule, configuration)
            let verdicts = rule.evaluate(in: session)
            columns[rule.name] = .some(verdicts.isBroken ? nil : verdicts.columns.map(\.name))
            if let place = configuration.rules[rule.name]?["renotify"]?.place,
                let fault = policy.fault(in: verdicts)
            {
                throw ConfigurationError(place, "rules.\(rule.name).renotify: \(fault)")
            }
            let fault = Evaluation(rule, policy, verdicts).verdicts.fault
            if let fault { faults.append("\(rule.file.shownPath): \(fault)") }
        }
        faults += context.templates().check(columns).map { "\($0)" }
        for fault in faults { try context.complain(fault) }
        guard faults.isEmpty else { return .badData }
        try context.note("\(book.rules.count) rules, no fault")
        return .done
    }
}

struct RulesTest: Command {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Run the rules' tests: rows in, verdicts out.",
        discussion: """
            Without a file, all *.test.yaml beside the rules in force. Each case has a warehouse of its own in memory.
            docs/rule-tests.md describes the format. Exit code 1 where a case fails.

              esiwh rules test
              esiwh rules test my-rule.test.yaml
            """)

    @Argument(help: "Test files.", completion: .file(extensions: ["yaml"])) var file: [String] = []
    @OptionGroup(title: "Common options") var common: CommonOptions

    func run(in context: Context) throws -> CommandStatus {
        let library = context.library()
        let catalogue = Catalogue(library)
        let book = RuleBook(library)
        var failed = 0
        var faults = 0
        for (path, text) in try files(library) {
            let results: [RuleTestResult]
            do {
                results = try RuleTestFile(path: path, name: Self.name(path), text: text).run(catalogue, book)
            } catch let fault as FileError {
                try context.complain("\(fault)")
                faults += 1
                continue
            }
            let passed = results.filter(\.isPassed).count
            try context.out.write("\(path): \(passed) of \(results.count) passed\n")
            for result in results where !result.isPassed {
                try context.out.write("  FAILED \(result.name)\n")
                for difference in result.differences { try context.out.write("    \(difference)\n") }
            }
            failed += results.count - passed
        }
        return faults > 0 ? .badData : failed > 0 ? .failed : .done
    }

    private static let suffix = ".test.yaml"

    /// The file's name without its folder and ending.
    private static func name(_ path: String) -> String {
        path.split(separator: "/").last.map { String($0.dropLast(suffix.count)) } ?? path
    }

    private func files(_ library: Library) throws -> [(String, String)] {
        guard !file.isEmpty else {
            return library.texts.filter { $0.key.hasPrefix("queries/rules/") && $0.key.hasSuffix(Self.suffix) }
                .sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        }
        return try file.map { path in
            guard path.hasSuffix(Self.suffix) else {
                throw CommandError(.usage, "\(path) is no test file", mend: "name it …\(Self.suffix)")
            }
            guard let data = FileManager.default.contents(atPath: path) else {
                throw CommandError(.badData, "\(path) cannot be read", mend: "check the path and its permissions")
            }
            guard let text = String(validating: data, as: UTF8.self) else {
                throw FileError(file: path, line: 0, message: "not UTF-8", mend: "save it as UTF-8")
            }
            return (path, text)
        }
    }
}
