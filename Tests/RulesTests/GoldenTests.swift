import Foundation
import Rules
import SQLite
import Testing
import Warehouse

/// Fixture rows in, golden table out: one for each stored file. `ESIWH_WRITE_GOLDEN=1` writes them; read the difference.
@Suite(.serialized) struct GoldenTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Golden")
    private static let now: Int64 = 1_790_510_400

    /// Made once: the cases, which only read, take turns with it.
    nonisolated(unsafe) private static let shared = Result { try makeSession() }
    private static let library = Library()
    private static let book = RuleBook(library)

    private let session: Session

    init() throws { session = try Self.shared.get() }

    private static func makeSession() throws -> Session {
        let session = try Session(inMemory: Catalogue(library), now: now)
        session.makeViews(try book.rules.map { .init(name: $0.viewName, sql: try $0.sql(settings: [:], now: now)) })
        let fixture = try String(contentsOf: folder.appending(path: "fixture.sql"), encoding: .utf8)
        try session.connection.execute(fixture)
        return session
    }

    static let files = library.files

    @Test(arguments: files.map(\.path))
    func `every stored file gives its golden table`(path: String) throws {
        let file = try #require(Self.files.first { $0.path == path })
        guard let sql = try sql(of: file) else { return }
        let place = Self.folder.appending(path: "\(file.kind)-\(file.name).tsv")
        let found = try table(sql, file)
        if ProcessInfo.processInfo.environment["ESIWH_WRITE_GOLDEN"] != nil {
            try found.write(to: place, atomically: true, encoding: .utf8)
        }
        let golden = try? String(contentsOf: place, encoding: .utf8)  // nil: there is none, which fails below
        #expect(found == golden, "\(place.lastPathComponent)")
        #expect(found.contains("\n"), "the fixture has nothing for it")
    }

    /// The large tables are entered by an index.
    @Test(arguments: files.filter { [.report, .rule].contains($0.kind) }.map(\.path))
    func `no report and no rule walks through a large table`(path: String) throws {
        let file = try #require(Self.files.first { $0.path == path })
        let large = [
            "market_orders", "market_history", "public_contracts", "public_contract_items", "public_contract_bids",
            "snapshots", "industry_systems_history", "sovereignty_systems_history",
        ]
        let walked = try session.walks(of: try #require(try sql(of: file)))
        #expect(walked.filter { name in large.contains { name == $0 || name == $0 + "_history" } } == [])
    }

    /// A dataset's `each`, a view's rows, a report or rule at its defaults.
    private func sql(of file: StoredFile) throws -> String? {
        switch file.kind {
        case .dataset: session.catalogue.dataset(file.name)?.each.map { "SELECT * FROM (\($0))" }
        case .view: "SELECT * FROM \(file.name)"
        case .rollup: session.catalogue.rollup(file.name)?.select
        case .report, .rule: file.body
        case .explain: nil
        }
    }

    private func table(_ sql: String, _ file: StoredFile) throws -> String {
        let query = try session.prepare(sql)
        for parameter in try Parameter.all(of: file) {
            try query.statement.bind(try parameter.standard(now: Self.now), named: parameter.name)
        }
        if file.kind == .rollup { try query.statement.bind(.integer(Self.now - 43_200), named: "day") }
        let head = query.columns.map(\.name).joined(separator: "\t")
        var lines = try query.rows().map { row in
            row.map { $0.isNull ? "NULL" : $0.plainText }.joined(separator: "\t")
        }
        // A view and an `each` promise no order.
        if [.view, .dataset, .rollup].contains(file.kind) { lines.sort() }
        return ([head] + lines).joined(separator: "\n") + "\n"
    }
}
