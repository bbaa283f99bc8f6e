import Rules
import SQLite
import Testing
import Warehouse

/// The views of ESI and the export have two halves. Where SQLite cannot enter both by their indexes it fills a table with
/// all of New Eden first: by a LEFT JOIN, or by any join in a statement of more than 500 SELECTs.
@Suite struct StaticPlanTests {
    private static let catalogue = Catalogue(Library())

    @Test(arguments: catalogue.library.files.filter { [.report, .rule].contains($0.kind) }.map(\.path))
    func `no report and no rule fills a view of the static data`(path: String) throws {
        let library = Self.catalogue.library
        let session = try Session(inMemory: Self.catalogue, now: 1_790_510_400)
        session.makeViews(
            try RuleBook(library).rules.map {
                .init(name: $0.viewName, sql: try $0.sql(settings: [:], now: 1_790_510_400))
            })
        let file = try #require(library.files.first { $0.path == path })
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
