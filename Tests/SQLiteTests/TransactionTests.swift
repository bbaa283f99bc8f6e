import SQLite
import Testing

@Suite struct TransactionTests {
    let db: Connection

    init() throws {
        db = try memory()
        try db.execute("CREATE TABLE t (x UNIQUE)")
    }

    private func rows() throws -> [Value] {
        try db.query("SELECT x FROM t ORDER BY x").map { $0[0] }
    }

    @Test func `what a transaction returns and did stays`() throws {
        let result = try db.transaction {
            #expect(db.isInTransaction)
            return try db.run("INSERT INTO t VALUES (1)")
        }
        #expect(result == 1)
        #expect(!db.isInTransaction)
        #expect(try rows() == [1])
    }

    @Test func `a transaction that throws leaves nothing, a savepoint only what came before it`() throws {
        #expect(throws: Stop.self) {
            try db.transaction {
                try db.run("INSERT INTO t VALUES (1)")
                throw Stop()
            }
        }
        try db.transaction {
            try db.run("INSERT INTO t VALUES (2)")
            do {
                try db.savepoint {
                    try db.run("INSERT INTO t VALUES (3)")
                    try db.savepoint { try db.run("INSERT INTO t VALUES (4)") }
                    throw Stop()
                }
            } catch is Stop {}
            try db.savepoint { try db.run("INSERT INTO t VALUES (5)") }
        }
        #expect(try rows() == [2, 5])
        #expect(!db.isInTransaction)
    }

    @Test func `a savepoint alone is a transaction`() throws {
        try db.savepoint { try db.run("INSERT INTO t VALUES (1)") }
        #expect(throws: Stop.self) {
            try db.savepoint {
                try db.run("INSERT INTO t VALUES (2)")
                throw Stop()
            }
        }
        #expect(try rows() == [1])
        #expect(!db.isInTransaction)
    }

    @Test func `transactions do not nest, and the outer one says so`() throws {
        #expect(throws: SQLiteError.self) { try db.transaction { try db.transaction {} } }
        #expect(!db.isInTransaction)
    }

    @Test func `where SQLite itself rolled back, the error that made it do so surfaces`() throws {
        let error = #expect(throws: SQLiteError.self) {
            try db.transaction {
                try db.run("INSERT INTO t VALUES (1)")
                try db.run("INSERT OR ROLLBACK INTO t VALUES (1)")
            }
        }
        #expect(error?.code == 2067)
        #expect(!db.isInTransaction)
        #expect(try rows() == [])
    }

    @Test func `where SQLite itself rolled back and nobody minded, nothing passes for committed`() throws {
        let error = #expect(throws: SQLiteError.self) {
            try db.transaction {
                try db.savepoint {
                    do { try db.execute("ROLLBACK; SELECT nonsense") } catch is SQLiteError {}
                }
            }
        }
        #expect(error?.message == "no such savepoint: esiwh")
        #expect(!db.isInTransaction)
    }

    @Test func `a commit that fails is rolled back`() throws {
        try db.execute(
            """
            PRAGMA foreign_keys = ON; CREATE TABLE parent (id INTEGER PRIMARY KEY);
            CREATE TABLE child (id REFERENCES parent DEFERRABLE INITIALLY DEFERRED)
            """)
        let error = #expect(throws: SQLiteError.self) {
            try db.transaction { try db.run("INSERT INTO child VALUES (1)") }
        }
        #expect(error?.message == "FOREIGN KEY constraint failed")
        #expect(!db.isInTransaction)
        #expect(try db.value("SELECT count(*) FROM child") == 0)
    }

    @Test func `an interrupt amid an open read still rolls back`() throws {
        try db.run("INSERT INTO t VALUES (1), (2)")
        let open = try db.prepare("SELECT x FROM t")
        #expect(throws: SQLiteError.self) {
            try db.transaction {
                try db.run("INSERT INTO t VALUES (3)")
                _ = try open.step()
                db.interrupt()
                try db.run("INSERT INTO t VALUES (4)")
            }
        }
        #expect(!db.isInTransaction)
        #expect(try rows() == [1, 2])
    }
}

@Suite struct MigrationTests {
    let db: Connection
    let one = Migration(name: "0001-a", sql: "CREATE TABLE a (x)")
    let two = Migration(name: "0002-b", sql: "CREATE TABLE b (x); CREATE TABLE c (x)")

    init() throws {
        db = try memory()
    }

    private func tables() throws -> [String] {
        try db.query("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1").compactMap(\.first?.text)
    }

    @Test func `missing migrations are applied in order, once, and their text is kept`() throws {
        try db.migrate([two, one])
        try db.migrate([one, two])
        #expect(try tables() == ["a", "b", "c", "migrations"])
        #expect(
            try db.query("SELECT name, sql FROM migrations") == [
                ["0001-a", .text(one.sql)], ["0002-b", .text(two.sql)],
            ])
    }

    @Test func `a failing migration leaves nothing of itself`() throws {
        let bad = Migration(name: "0002-bad", sql: "CREATE TABLE b (x); CREATE TABLE a (x)")
        #expect(throws: SQLiteError.self) { try db.migrate([one, bad]) }
        #expect(try tables() == ["a", "migrations"])
        try db.migrate([one, two])
    }

    @Test func `a changed, an unknown and a belated migration are named, and nothing is changed`() throws {
        try db.migrate([one, two])
        let edited = Migration(name: one.name, sql: one.sql + " ")
        #expect(throws: MigrationError.changed("0001-a")) { try db.migrate([edited, two]) }
        #expect(throws: MigrationError.unknown("0002-b")) { try db.migrate([one]) }
        let late = Migration(name: "0001-b", sql: "CREATE TABLE d (x)")
        #expect(throws: MigrationError.outOfOrder("0001-b", before: "0002-b")) { try db.migrate([one, late, two]) }
        #expect(try tables() == ["a", "b", "c", "migrations"])
    }

    @Test func `a migration that ends its transaction is named`() throws {
        let bad = Migration(name: "0001-bad", sql: "CREATE TABLE a (x); COMMIT")
        #expect(throws: MigrationError.notWhole("0001-bad")) { try db.migrate([bad]) }
    }
}
