import SQLite
import Testing

@Suite struct ConnectionTests {
    let db: Connection

    init() throws {
        db = try Connection(path: ":memory:", mode: .create)
    }

    @Test(arguments: [
        Value.null, .integer(.max), .integer(.min), .real(0.1), .text(""), .text("a\0b"), .text("naïve 🚀"), .blob([]),
        .blob([0, 255]),
    ])
    func `a value comes back as it was bound`(value: Value) throws {
        #expect(try db.value("SELECT ?", [value]) == value)
    }

    @Test func `an error tells code, message, SQL and place`() throws {
        let sql = "SELECT nonsense FROM sqlite_schema"
        let error = #expect(throws: SQLiteError.self) { try db.prepare(sql) }
        #expect(error?.sql == sql)
        #expect(error?.offset == 7)
        #expect(error?.message == "no such column: nonsense")
    }

    @Test func `only one statement is prepared, comments behind it pass`() throws {
        _ = try db.prepare("SELECT 1; -- one\n /* and */ ;")
        #expect(throws: SQLiteError.self) { try db.prepare("SELECT 1; SELECT 2") }
        #expect(throws: SQLiteError.self) { try db.prepare(" -- nothing") }
    }

    @Test func `the statement cache is bounded and drops the least recently used`() throws {
        let db = try Connection(path: ":memory:", mode: .create, cachedStatements: 2)
        let first = try db.cached("SELECT 1")
        _ = try db.cached("SELECT 2")
        #expect(try db.cached("SELECT 1") === first)
        _ = try db.cached("SELECT 3")
        #expect(db.cachedStatementCount == 2)
        #expect(try db.cached("SELECT 1") === first)
    }

    @Test func `a transaction that throws leaves nothing, a savepoint only its own part`() throws {
        struct Stop: Error {}
        try db.execute("CREATE TABLE t (x)")
        #expect(throws: Stop.self) {
            try db.transaction {
                try db.run("INSERT INTO t VALUES (1)")
                throw Stop()
            }
        }
        try db.transaction {
            try db.run("INSERT INTO t VALUES (2)")
            #expect(throws: Stop.self) {
                try db.savepoint {
                    try db.run("INSERT INTO t VALUES (3)")
                    throw Stop()
                }
            }
        }
        #expect(try db.query("SELECT x FROM t") == [[.integer(2)]])
        #expect(!db.isInTransaction)
    }

    @Test func `functions and collations in Swift are called, and their errors surface`() throws {
        struct Refused: Error, CustomStringConvertible { let description = "not that one" }
        try db.register(
            ScalarFunction("twice", argumentCount: 1) {
                guard let value = $0[0].integer else { throw Refused() }
                return .integer(value * 2)
            })
        try db.register(Collation("backwards") { $0 == $1 ? 0 : ($0 < $1 ? 1 : -1) })
        #expect(try db.value("SELECT twice(21)") == .integer(42))
        let error = #expect(throws: SQLiteError.self) { try db.value("SELECT twice('x')") }
        #expect(error?.message == "not that one")
        let rows = try db.query("SELECT column1 FROM (VALUES ('a'), ('c'), ('b')) ORDER BY 1 COLLATE backwards")
        #expect(rows == [["c"], ["b"], ["a"]])
    }

    @Test func `the authorizer sees reads through views and can refuse`() throws {
        try db.execute("CREATE TABLE t (x); CREATE VIEW v AS SELECT x FROM t")
        var reads: Set<String> = []
        db.setAuthorizer { action in
            if case .read(let table, _, _) = action { reads.insert(table) }
            if case .other = action { return .deny }
            return .allow
        }
        _ = try db.prepare("SELECT x FROM v")
        #expect(reads.contains("t"))
        let error = #expect(throws: SQLiteError.self) { try db.prepare("DELETE FROM t") }
        #expect(error?.isRefused == true)
    }

    @Test func `a deadline that has passed interrupts a statement without end`() throws {
        db.setDeadline(.now)
        let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
        let error = #expect(throws: SQLiteError.self) { try db.value(endless) }
        #expect(error?.isInterrupt == true)
        db.setDeadline(nil)
        #expect(try db.value("SELECT 1") == .integer(1))
    }

    @Test func `a backup holds what the database held`() throws {
        let path = NSTemporaryPath.make()
        try db.execute("CREATE TABLE t (x); INSERT INTO t VALUES (1), (2)")
        try db.backup(to: path)
        let copy = try Connection(path: path, mode: .readOnly)
        #expect(try copy.value("SELECT sum(x) FROM t") == .integer(3))
        let error = #expect(throws: SQLiteError.self) { try copy.execute("DELETE FROM t") }
        #expect(error?.isReadOnly == true)
    }

    @Test func `columns tell the table column they show, through views`() throws {
        try db.execute("CREATE TABLE t (x); CREATE VIEW v AS SELECT x AS y, x + 1 AS z FROM t")
        let statement = try db.prepare("SELECT y, z FROM v")
        #expect(statement.columnOrigin(0)?.column == "x")
        #expect(statement.columnOrigin(1) == nil)
    }
}

@Suite struct MigrationTests {
    let db: Connection
    let one = Migration(name: "0001-a", sql: "CREATE TABLE a (x)")
    let two = Migration(name: "0002-b", sql: "CREATE TABLE b (x); CREATE TABLE c (x)")

    init() throws {
        db = try Connection(path: ":memory:", mode: .create)
    }

    private func tables() throws -> [String] {
        try db.query("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1").compactMap(\.first?.text)
    }

    @Test func `missing migrations are applied in order, once`() throws {
        try db.migrate([two, one])
        try db.migrate([one, two])
        #expect(try tables() == ["a", "b", "c", "migrations"])
    }

    @Test func `a failing migration leaves nothing of itself`() throws {
        let bad = Migration(name: "0002-bad", sql: "CREATE TABLE b (x); CREATE TABLE a (x)")
        #expect(throws: SQLiteError.self) { try db.migrate([one, bad]) }
        #expect(try tables() == ["a", "migrations"])
    }

    @Test func `a changed or an unknown applied migration is named`() throws {
        try db.migrate([one, two])
        let edited = Migration(name: one.name, sql: one.sql + " ")
        #expect(throws: MigrationError.changed("0001-a")) { try db.migrate([edited, two]) }
        #expect(throws: MigrationError.unknown("0002-b")) { try db.migrate([one]) }
    }
}

private enum NSTemporaryPath {
    static func make() -> String {
        "/tmp/esiwh-\(UInt64.random(in: 0 ... .max)).sqlite"
    }
}
