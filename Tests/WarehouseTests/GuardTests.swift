import SQLite
import Testing
import Warehouse

@Suite struct GuardTests {
    /// A connection that may write, so that only the guard stands in the way.
    let db: Connection

    init() throws {
        db = try Connection(path: ":memory:", mode: .create)
        try db.execute(
            """
            CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT); INSERT INTO t VALUES (1, 'a'), (2, 'b');
            CREATE TABLE u (id INTEGER PRIMARY KEY, t_id INTEGER); CREATE INDEX u_t ON u (t_id);
            CREATE VIEW v AS SELECT t.x, u.id FROM t JOIN u ON u.t_id = t.id;
            CREATE VIEW w AS SELECT count(*) AS n FROM v;
            CREATE TEMP TABLE scratch (y)
            """)
    }

    private static let writes: [(String, String)] = [
        ("INSERT INTO t VALUES (3, 'c')", "INSERT INTO t"),
        ("WITH c AS (SELECT 3) INSERT INTO t SELECT 3, 'c' FROM c", "INSERT INTO t"),
        ("REPLACE INTO t VALUES (1, 'c')", "INSERT INTO t"),
        ("UPDATE t SET x = 'c'", "UPDATE t"),
        ("DELETE FROM t", "DELETE FROM t"),
        ("EXPLAIN DELETE FROM t", "DELETE FROM t"),
        ("DELETE FROM t RETURNING x", "DELETE FROM t"),
        ("INSERT INTO scratch VALUES (1)", "INSERT INTO scratch"),
        ("CREATE TABLE n (x)", "CREATE TABLE n"),
        ("CREATE TEMP TABLE n AS SELECT 1", "CREATE TEMP TABLE n"),
        ("CREATE TEMP VIEW n AS SELECT 1", "CREATE TEMP VIEW n"),
        ("CREATE TEMP TRIGGER n AFTER INSERT ON t BEGIN SELECT 1; END", "CREATE TEMP TRIGGER n"),
        ("CREATE VIRTUAL TABLE n USING fts5(x)", "CREATE VIRTUAL TABLE n"),
        ("CREATE VIRTUAL TABLE temp.n USING fts5(x)", "CREATE TEMP VIRTUAL TABLE n"),
        ("CREATE INDEX n ON t (x)", "CREATE INDEX n"),
        ("DROP TABLE t", "DROP TABLE t"),
        ("DROP VIEW v", "DROP VIEW v"),
        ("ALTER TABLE t ADD COLUMN y", "ALTER TABLE t"),
        ("ALTER TABLE t RENAME TO s", "ALTER TABLE t"),
        ("REINDEX", "REINDEX"),
        ("ANALYZE", "ANALYZE "),
        ("ATTACH '/tmp/esiwh-guard-test' AS n", "ATTACH"),
        ("ATTACH ':memory:' AS n", "ATTACH"),
        ("ATTACH (SELECT '/tmp/' || 'x') AS n", "ATTACH"),
        ("DETACH main", "DETACH main"),
        ("VACUUM", "ATTACH, or VACUUM"),
        ("VACUUM INTO '/tmp/esiwh-guard-test'", "ATTACH, or VACUUM"),
        ("BEGIN", "BEGIN"), ("BEGIN EXCLUSIVE", "BEGIN"), ("COMMIT", "COMMIT"), ("ROLLBACK", "ROLLBACK"),
        ("SAVEPOINT s", "SAVEPOINT s"), ("RELEASE s", "RELEASE s"),
        ("SELECT load_extension('/tmp/x')", "the function load_extension"),
        ("SELECT LOAD_EXTENSION('/tmp/x', 'y')", "the function load_extension"),
        ("SELECT fts3_tokenizer('simple')", "the function fts3_tokenizer"),
        ("SELECT fts3_tokenizer('x', x'0000')", "the function fts3_tokenizer"),
        ("PRAGMA writable_schema = ON", "PRAGMA writable_schema = ON"),
        ("PRAGMA writable_schema(1)", "PRAGMA writable_schema = 1"),
        ("PRAGMA Journal_Mode = DELETE", "PRAGMA Journal_Mode = DELETE"),
        ("PRAGMA main.journal_mode(off)", "PRAGMA journal_mode = off"),
        ("PRAGMA user_version = 7", "PRAGMA user_version = 7"),
        ("PRAGMA query_only = OFF", "PRAGMA query_only = OFF"),
        ("PRAGMA trusted_schema = ON", "PRAGMA trusted_schema = ON"),
        ("PRAGMA temp_store_directory = '/tmp'", "PRAGMA temp_store_directory = /tmp"),
        ("PRAGMA wal_checkpoint(TRUNCATE)", "PRAGMA wal_checkpoint = TRUNCATE"),
        ("PRAGMA optimize", "PRAGMA optimize"), ("PRAGMA incremental_vacuum", "PRAGMA incremental_vacuum"),
        ("PRAGMA locking_mode = EXCLUSIVE", "PRAGMA locking_mode = EXCLUSIVE"),
        ("PRAGMA mmap_size = 1000000", "PRAGMA mmap_size = 1000000"),
        ("PRAGMA hard_heap_limit = 1", "PRAGMA hard_heap_limit = 1"),
        ("PRAGMA case_sensitive_like = ON", "PRAGMA case_sensitive_like = ON"),
        ("PRAGMA shrink_memory", "PRAGMA shrink_memory"),
        ("PRAGMA busy_timeout = 1", "PRAGMA busy_timeout = 1"),
    ]

    @Test(arguments: writes)
    func `what is not reading is refused by name, and nothing has happened`(sql: String, words: String) throws {
        try Guard.install(on: db)
        let error = #expect(throws: SQLiteError.self) { try db.query(sql) }
        let message = error?.message ?? ""
        if sql.hasPrefix("VACUUM") {
            // Refused while it runs, where SQLite itself words the error.
            #expect(error != nil)
        } else {
            #expect(error?.isRefused == true)
            #expect(message.hasPrefix("refused: \(words)"), "\(message)")
        }
        db.setAuthorizer(nil)
        #expect(try db.query("SELECT * FROM t") == [[1, "a"], [2, "b"]])
        #expect(try db.value("SELECT count(*) FROM sqlite_schema") == 5)
        #expect(try db.value("PRAGMA query_only") == 1)
        #expect(!db.isInTransaction)
    }

    @Test func `without the authorizer, query_only still stands`() throws {
        try Guard.install(on: db)
        db.setAuthorizer(nil)
        for sql in ["INSERT INTO t VALUES (3, 'c')", "DROP TABLE t", "CREATE TABLE n (x)"] {
            let error = #expect(throws: SQLiteError.self) { try db.execute(sql) }
            #expect(error?.isReadOnly == true)
        }
    }

    @Test(arguments: [
        "SELECT * FROM v", "SELECT n FROM w", "PRAGMA table_info(t)", "PRAGMA main.index_list(u)",
        "PRAGMA index_xinfo(u_t)", "PRAGMA user_version", "PRAGMA journal_mode", "PRAGMA integrity_check",
        "SELECT name FROM pragma_table_info('t')", "SELECT * FROM pragma_user_version", "EXPLAIN SELECT * FROM v",
        "EXPLAIN QUERY PLAN SELECT * FROM v", "SELECT key FROM json_each('[1]')", "SELECT name FROM sqlite_schema",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9) SELECT sum(i) FROM n",
        "SELECT sum(id) OVER (ORDER BY id) FROM t", "VALUES (1), (2)", "SELECT * FROM scratch",
        "SELECT count(*) FROM dbstat", "SELECT * FROM pragma_function_list",
    ])
    func `reading is allowed`(sql: String) throws {
        try Guard.install(on: db)
        _ = try db.query(sql)
    }

    @Test(arguments: [
        "SELECT * FROM pragma_journal_mode('off')", "SELECT * FROM pragma_user_version(7)",
        "SELECT * FROM pragma_writable_schema(1)", "SELECT * FROM pragma_wal_checkpoint('TRUNCATE')",
        "SELECT * FROM pragma_optimize", "SELECT * FROM pragma_query_only(0)", "SELECT * FROM pragma_application_id(9)",
    ])
    func `a pragma behind a table-valued function is a pragma`(sql: String) throws {
        try Guard.install(on: db)
        #expect(throws: SQLiteError.self) { try db.query(sql) }
        db.setAuthorizer(nil)
        #expect(try db.value("PRAGMA user_version") == 0)
        #expect(try db.value("PRAGMA application_id") == 0)
    }

    @Test(arguments: [
        "SELECT zeroblob(100000000)", "SELECT hex(zeroblob(50000000))",
        "SELECT replace(printf('%1000000d', 1), ' ', printf('%1000d', 1))",
        "WITH RECURSIVE n(s) AS (SELECT 'x' UNION ALL SELECT s || s FROM n) SELECT max(length(s)) FROM n",
        "SELECT group_concat(printf('%1000000d', 1)) FROM json_each('[' || replace(hex(zeroblob(99)), '0', '1,') || '1]')",
    ])
    func `huge values are refused before they are made`(sql: String) throws {
        try Guard.install(on: db)
        let error = #expect(throws: SQLiteError.self) { try db.query(sql) }
        #expect(error?.isTooBig == true, "\(String(describing: error))")
    }

    @Test func `a width beyond the bound makes nothing`() throws {
        try Guard.install(on: db)
        #expect(try db.value("SELECT printf('%100000000d', 1)") == .null)
    }

    @Test(arguments: [
        "UPDATE sqlite_schema SET sql = ''", "DELETE FROM sqlite_master",
        "INSERT INTO sqlite_master(name) VALUES ('x')",
    ])
    func `the schema's own table is closed to all`(sql: String) throws {
        try Guard.install(on: db)
        let error = #expect(throws: SQLiteError.self) { try db.query(sql) }
        #expect(error?.message == "table sqlite_master may not be modified")
    }

    @Test func `deep and long SQL is refused, not recursed into`() throws {
        try Guard.install(on: db)
        let deep = "SELECT " + String(repeating: "(", count: 5000) + "1" + String(repeating: ")", count: 5000)
        let chain = "SELECT 1" + String(repeating: " + 1", count: 2000)
        let unions = Array(repeating: "SELECT 1", count: 400).joined(separator: " UNION ALL ")
        let long = "SELECT '" + String(repeating: "x", count: 2_000_000) + "'"
        let pattern = "SELECT 'a' LIKE '" + String(repeating: "%a", count: 2000) + "'"
        for sql in [deep, chain, unions, long, pattern] {
            #expect(throws: SQLiteError.self, "\(sql.prefix(40))") { try db.query(sql) }
        }
    }

    @Test(arguments: [
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 3000) SELECT count(*) FROM n a, n b, n c, n d",
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i * 2 FROM n) SELECT i FROM n WHERE i = 3",
    ])
    func `bombs of recursion and joins end at the deadline`(sql: String) throws {
        try Guard.install(on: db)
        db.setDeadline(.now + .milliseconds(20))
        let error = #expect(throws: SQLiteError.self) { try db.value(sql) }
        #expect(error?.isInterrupt == true)
    }

    @Test(arguments: [
        ("SELECT x FROM v", ["t", "u"]), ("SELECT n FROM w", ["t", "u"]), ("SELECT count(*) FROM t", ["t"]),
        ("SELECT 1 WHERE EXISTS (SELECT 1 FROM U)", ["u"]), ("WITH c AS (SELECT t_id FROM u) SELECT * FROM c", ["u"]),
        ("SELECT (SELECT max(id) FROM main.T)", ["t"]), ("SELECT 1", []), ("SELECT y FROM scratch", ["scratch"]),
        ("SELECT key FROM json_each('[1]')", []), ("SELECT t.id FROM t LEFT JOIN u ON u.id = t.id", ["t", "u"]),
    ])
    func `the tables that a statement reads are known, through views too`(sql: String, tables: [String]) throws {
        #expect(try Guard.tablesRead(by: sql, on: db) == Set(tables))
        try Guard.install(on: db)
        #expect(try Guard.tablesRead(by: sql, on: db) == Set(tables))
        // The guard is back.
        #expect(throws: SQLiteError.self) { try db.query("PRAGMA user_version = 1") }
    }

    @Test func `asking what a wrong statement reads is its error`() throws {
        let error = #expect(throws: SQLiteError.self) { try Guard.tablesRead(by: "SELECT nonsense FROM t", on: db) }
        #expect(error?.offset == 7)
    }

    @Test(arguments: [
        ("ATTACH '/tmp/esiwh-guard-test' AS n", "ATTACH"), ("PRAGMA writable_schema = ON", "PRAGMA writable_schema"),
        ("CREATE TEMP TABLE n (x)", "CREATE TEMP TABLE n"), ("INSERT INTO moons VALUES (1, 2)", "INSERT INTO moons"),
        ("SELECT load_extension('/tmp/x')", "the function load_extension"), ("BEGIN", "BEGIN"),
        ("VACUUM INTO '/tmp/esiwh-guard-test'", "ATTACH, or VACUUM"),
        ("CREATE TRIGGER n AFTER INSERT ON moons BEGIN SELECT 1; END", "CREATE TRIGGER n"),
    ])
    func `a dataset's file may declare its table and do nothing else`(sql: String, refused: String) throws {
        let head = """
            /*---
            title: Moons
            route: GET /moons
            ---*/

            """
        let table = "CREATE TABLE moons (id INTEGER NOT NULL PRIMARY KEY, valid_from INTEGER NOT NULL) STRICT;\n"
        func dataset(_ text: String) throws -> Dataset {
            let path = "schema/datasets/moons.sql"
            return try Dataset(
                StoredFile(kind: .dataset, name: "moons", path: path, origin: .shipped, text: head + text))
        }
        #expect(try dataset(table + "CREATE INDEX moons_by_id ON moons (id);").indexes.count == 1)
        let error = try #require(throws: FileError.self) { try dataset(table + sql + ";") }
        #expect(error.message.contains("refused: \(refused)"), "\(error)")
        #expect(error.line == 6, "\(error)")
    }
}
