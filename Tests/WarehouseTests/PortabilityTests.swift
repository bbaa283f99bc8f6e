import SQLite
import Testing

@testable import Warehouse

/// The warnings of `esiwh sql check` (DESIGN 12).
@Suite struct PortabilityTests {
    private static let orders = """
        /*---
        title: Orders
        route: GET /markets/{region_id}/orders
        each: SELECT 1
        ---*/
        CREATE TABLE orders (
            region_id INTEGER NOT NULL, order_id INTEGER NOT NULL, price REAL NOT NULL, volume INTEGER NOT NULL,
            min_volume INTEGER, valid_from INTEGER NOT NULL, PRIMARY KEY (region_id, order_id)
        ) STRICT, WITHOUT ROWID;
        """

    private static func facts() throws -> ColumnFacts {
        let file = try StoredFile(
            kind: .dataset, name: "orders", path: "schema/datasets/orders.sql", origin: .shipped, text: orders)
        return ColumnFacts([try Dataset(file)])
    }

    private func messages(_ sql: String) throws -> [String] {
        Portability.findings(in: sql, facts: try Self.facts()).map(\.message)
    }

    @Test(arguments: [
        ("SELECT name LIKE 'Tri%' FROM t", "LIKE ignores the case"),
        ("SELECT name NOT LIKE 'Tri%' FROM t", "LIKE ignores the case"),
        ("SELECT iif(a > b, 1, 2) FROM t", "iif() is SQLite's"),
        ("SELECT a FROM t WHERE a IS 5", "IS compares values"),
        ("SELECT a FROM t WHERE a IS NOT b", "IS compares values"),
        ("SELECT max(a, b) FROM t", "max() of several values"),
        ("SELECT min(a, coalesce(b, 0)) FROM t", "min() of several values"),
        ("SELECT lag(a) OVER (ORDER BY b) FROM t", "lag() does not say"),
        ("SELECT lead(a, 1) OVER life FROM t WINDOW life AS (ORDER BY b)", "lead() does not say"),
        ("SELECT volume / 2 FROM orders", "division of integers"),
        ("SELECT count(*) / 7 FROM orders", "division of integers"),
        ("SELECT (volume - 1) / 1000 FROM orders", "division of integers"),
        ("SELECT CAST(price AS INTEGER) / 100 FROM orders", "division of integers"),
        ("SELECT sum(volume) OVER (ORDER BY order_id) / 10 FROM orders", "division of integers"),
        ("SELECT 1.0 * a / b FROM t", "division by b, which may be 0"),
        ("SELECT price / o.volume FROM orders AS o", "division by o.volume, which may be 0"),
        ("SELECT 1.0 * a / (b - c) FROM t", "division by (b - c), which may be 0"),
        ("SELECT 1.0 * a / sum(b) OVER w FROM t", "division by sum(b) OVER w, which may be 0"),
        ("SELECT price FROM orders ORDER BY min_volume", "min_volume may be NULL"),
        ("SELECT price FROM orders AS o ORDER BY o.price, o.min_volume DESC LIMIT 5", "min_volume may be NULL"),
        ("SELECT rank() OVER (ORDER BY min_volume) FROM orders", "min_volume may be NULL"),
        ("SELECT a, max(b) FROM t", "a is neither grouped by"),
        ("SELECT t.a, t.c AS d, max(b) FROM t GROUP BY t.a", "c is neither grouped by"),
        ("SELECT * FROM (SELECT a, count(*) FROM t)", "a is neither grouped by"),
        ("WITH w AS (SELECT a, b FROM t GROUP BY a) SELECT * FROM w", "b is neither grouped by"),
    ])
    func whatOthersReadOtherwiseIsFound(sql: String, message: String) throws {
        let found = try messages(sql)
        #expect(found.count == 1)
        #expect(found.first?.contains(message) == true, "\(found)")
    }

    @Test(arguments: [
        "SELECT lower(name) LIKE '%like%' FROM t", "SELECT 'a IS 5', \"iif\" FROM t -- max(a, b)",
        "SELECT a FROM t WHERE a IS NULL OR a IS NOT NULL OR a IS NOT DISTINCT FROM b OR a IS TRUE",
        "SELECT max(a), min(coalesce(a, b)) FROM t", "SELECT lag(a, 1, NULL) OVER (ORDER BY b) FROM t",
        "SELECT CASE WHEN lag(a) OVER w > 0 THEN a END FROM t", "SELECT price / 2 FROM orders",
        "SELECT volume / 2.0, 1.0 * volume / 3, round(volume, 2) / 100 FROM orders",
        "SELECT 1.0 * a / nullif(b, 0), CASE WHEN b > 0 THEN 1.0 * a / b END FROM t",
        "SELECT 1.0 * a / t.b FROM t WHERE t.b <> 0",
        "SELECT price FROM orders ORDER BY price DESC, min_volume NULLS LAST",
        "SELECT min_volume FROM other ORDER BY min_volume",
        "SELECT a, max(b) FROM t GROUP BY a", "SELECT t.a AS x, max(b) FROM t GROUP BY x",
        "SELECT a, max(b) FROM t GROUP BY 1",
        "SELECT a, (SELECT max(b) FROM u) FROM t", "SELECT a, sum(b) OVER (ORDER BY c) FROM t",
        "SELECT (SELECT u.a FROM u), max(b) FROM t",
    ])
    func whatAllReadAlikeIsLeftAlone(sql: String) throws {
        #expect(try messages(sql) == [])
    }

    @Test func aWarningNamesFileLineAndMend() throws {
        let text = "/*---\ntitle: x\n---*/\nSELECT a\nFROM t\nWHERE a IS 5\n"
        let warning = try report(text).portabilityWarnings(ColumnFacts([]))
        #expect(
            warning.map(\.description) == [
                """
                x.sql:6: warning: IS compares values in SQLite only; write IS NOT DISTINCT FROM (IS DISTINCT FROM for IS NOT), \
                or = where neither is NULL, or say engine: sqlite in the front matter
                """
            ])
        let stays = try report(text.replacing("title: x", with: "title: x\nengine: sqlite"))
        #expect(stays.portabilityWarnings(ColumnFacts([])) == [])
    }

    private func report(_ text: String) throws -> StoredFile {
        try StoredFile(kind: .report, name: "x", path: "x.sql", origin: .shipped, text: text)
    }

    @Test func theShippedFilesTravel() throws {
        let library = Library(userFolder: nil)
        let datasets = Catalogue(library).datasets
        let warnings = library.portabilityWarnings(against: datasets)
        #expect(warnings == [])
    }
}
