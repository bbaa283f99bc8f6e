import Rules
import SQLite
import Testing
import Warehouse

/// The views of ESI and the export have two halves. Where SQLite cannot enter both by their indexes it fills a table with
/// all of New Eden first: by a LEFT JOIN, or by any join in a statement of more than 500 SELECTs.
@Suite(.serialized) struct StaticPlanTests {
    /// Made once: the cases, which only look at plans, take turns with it.
    nonisolated(unsafe) private static let shared = Result { try makeSession() }
    private static let library = Library()

    private static func makeSession() throws -> Session {
        let session = try Session(inMemory: Catalogue(library), now: 1_790_510_400)
        session.makeViews(
            try RuleBook(library).rules.map {
                .init(name: $0.viewName, sql: try $0.sql(settings: [:], now: 1_790_510_400))
            })
        return session
    }

    @Test(arguments: library.files.filter { [.report, .rule].contains($0.kind) }.map(\.path))
    func `no report and no rule fills a view of the static data`(path: String) throws {
        let session = try Self.shared.get()
        let file = try #require(Self.library.files.first { $0.path == path })
        let statement = try session.connection.prepare("EXPLAIN QUERY PLAN \(file.body)")
        for parameter in try Parameter.all(of: file) {
            try statement.bind(try parameter.standard(now: 1_790_510_400), named: parameter.name)
        }
        var plan: [String] = []
        while try statement.step() { plan.append(statement.value(3).text ?? "") }
        #expect(!plan.isEmpty)
        #expect(
            plan.filter { $0.hasPrefix("MATERIALIZE all_") } == [],
            "look it up column by column: (SELECT t.name FROM all_types AS t WHERE t.type_id = …)")
    }
}
