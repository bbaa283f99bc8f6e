public import Warehouse

/// How one case of a rule's tests went.
public struct RuleTestResult: Sendable, Equatable {
    public let name: String
    /// What differs from what must come; empty where the case passes.
    public let differences: [String]

    public var isPassed: Bool { differences.isEmpty }
}

extension RuleTestFile {
    /// Runs every case in a warehouse of its own, in memory.
    /// - Throws: `FileError` for a row or parameter that does not fit, and where there is no such rule.
    public func run(_ catalogue: Catalogue, _ book: RuleBook) throws -> [RuleTestResult] {
        guard let rule = book.rule(rule) else {
            let names = book.rules.map(\.name).joined(separator: ", ")
            throw FileError(
                file: path, line: 0, message: "there is no rule \"\(self.rule)\"",
                mend: "name the file after its rule, or say rule: …; there are \(names)")
        }
        return try cases.map { test in
            let session = try Session(inMemory: catalogue, now: test.asOf)
            try test.load(into: session, file: path)
            session.makeViews(try views(of: book, tested: rule, test))
            return RuleTestResult(
                name: test.name, differences: test.differences(from: rule.evaluate(in: session), key: rule.key))
        }
    }

    /// All rules' views, since a rule may read another's; only the tested one takes the case's parameters.
    private func views(of book: RuleBook, tested: Rule, _ test: RuleTestCase) throws(FileError) -> [Session.View] {
        var views: [Session.View] = []
        for rule in book.rules {
            let settings = rule.name == tested.name ? test.parameters : [:]
            do throws(ParameterError) {
                views.append(.init(name: rule.viewName, sql: try rule.sql(settings: settings, now: test.asOf)))
            } catch {
                throw FileError(file: path, line: test.line, message: "\(error)")
            }
        }
        return views
    }
}
