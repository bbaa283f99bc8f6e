import Testing

@testable import Warehouse

/// Which files a short command reads.
@Suite struct MentionsTests {
    /// What is read of the shipped datasets and views.
    private static func names(_ sql: String, user: [String: String] = [:]) -> Set<String>? {
        var sources: [String: Mentions.Source] = embeddedFiles.mapValues { (.shipped, $0) }
        for (path, text) in user { sources[path] = (.user(path: "/home/" + path, replaces: false), text) }
        return Mentions.paths(in: sql, among: sources).map { paths in
            Set(paths.map { String($0.split(separator: "/").last?.dropLast(4) ?? "") })
        }
    }

    @Test(arguments: [
        "SELECT price FROM market_orders LIMIT 1", "SELECT price FROM main.\"Market_Orders\"",
        "SELECT count(*) FROM [market_orders_history]", "SELECT count(*) FROM market_orders_versions;",
    ])
    func `a table is found in any quotes and case, and by its past`(sql: String) {
        #expect(Self.names(sql) == ["market_orders", "market_orders_daily"])
    }

    @Test func `a view leads to what it reads, through other views`() throws {
        let names = try #require(Self.names("SELECT * FROM live_orders"))
        #expect(names.isSuperset(of: ["live_orders", "market_orders"]))
        #expect(!names.contains("public_contracts"))
        // Each view that is read finds whatever its own text names.
        for (path, text) in embeddedFiles where path.hasPrefix("schema/views/") {
            for (other, _) in embeddedFiles where other.hasPrefix("schema/views/") && other != path {
                let (view, part) = (path.dropFirst(13).dropLast(4), String(other.dropFirst(13).dropLast(4)))
                guard SQLTokens.all(in: text).contains(where: { $0.text == part }) else { continue }
                #expect(Self.names("SELECT * FROM \(view) JOIN market_orders")?.contains(part) != false)
            }
        }
    }

    @Test(arguments: [
        "SELECT 1", "SELECT * FROM snapshots", "SELECT * FROM rule_order_undercut JOIN market_orders",
        // Facts have no moment of their own: as_of() is that of everything else.
        "SELECT name, as_of() FROM types", "SELECT * FROM sde_types",
    ])
    func `all files are read where any may matter`(sql: String) {
        #expect(Self.names(sql) == nil)
    }

    @Test func `the user's views are followed whatever is asked`() throws {
        let text = "/*---\ntitle: Mine\n---*/\nCREATE VIEW mine AS SELECT * FROM public_contracts"
        let user = ["schema/views/mine.sql": text]
        let names = Self.names("SELECT * FROM market_orders", user: user)
        #expect(names == ["market_orders", "market_orders_daily", "mine", "public_contracts"])
    }

    @Test func `a library for a statement holds what it leads to`() {
        let library = Library(kinds: [.dataset, .view, .rollup], for: "SELECT * FROM market_orders")
        #expect(library.files.map(\.name) == ["market_orders", "market_orders_daily"])
        #expect(Library(kinds: [.dataset]).files.count > 20)
    }
}
