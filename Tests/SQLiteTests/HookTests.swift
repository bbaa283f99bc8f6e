import SQLite
import Testing

@Suite struct HookTests {
    let db: Connection

    init() throws {
        db = try memory()
    }

    private let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"

    @Test func `functions in Swift take and give every kind of value`() throws {
        try db.register(ScalarFunction("same", argumentCount: 1) { $0[0] })
        for value: Value in [.null, .integer(.min), .real(0.1), "", "a\0é", .blob([]), .blob([0])] {
            #expect(try db.value("SELECT same(?)", [value]) == value)
        }
        try db.register(ScalarFunction("count_them", argumentCount: -1) { .integer(Int64($0.count)) })
        #expect(try db.value("SELECT count_them(1, 2, 3)") == 3)
        #expect(try db.value("SELECT count_them()") == 0)
    }

    @Test func `what a function throws is the statement's error`() throws {
        struct Refused: Error, CustomStringConvertible { let description = "not that one" }
        try db.register(ScalarFunction("refuse", argumentCount: 0) { _ in throw Refused() })
        let error = #expect(throws: SQLiteError.self) { try db.value("SELECT refuse()") }
        #expect(error?.message == "not that one")
        #expect(throws: SQLiteError.self) { try db.value("SELECT refuse(1)") }
    }

    @Test func `a function may query its own connection, and be replaced`() throws {
        let db = self.db
        try db.execute("CREATE TABLE t (x); INSERT INTO t VALUES (7)")
        try db.register(
            ScalarFunction("look", argumentCount: 0, isDeterministic: false) { [unowned db] _ in
                try db.value("SELECT x FROM t") ?? .null
            })
        #expect(try db.value("SELECT look() + look()") == 14)
        try db.register(ScalarFunction("look", argumentCount: 0) { _ in 1 })
        #expect(try db.value("SELECT look()") == 1)
    }

    @Test func `only deterministic functions may be in indexes, only innocuous ones in views`() throws {
        try db.execute("CREATE TABLE t (x)")
        try db.register(ScalarFunction("steady", argumentCount: 1) { $0[0] })
        try db.register(ScalarFunction("moody", argumentCount: 1, isDeterministic: false) { $0[0] })
        try db.register(ScalarFunction("telling", argumentCount: 1, isInnocuous: false) { $0[0] })
        try db.execute("CREATE INDEX i ON t (steady(x)); CREATE VIEW v AS SELECT telling(x) FROM t")
        #expect(throws: SQLiteError.self) { try db.execute("CREATE INDEX j ON t (moody(x))") }
        #expect(throws: SQLiteError.self) { try db.query("SELECT * FROM v") }
        _ = try db.value("SELECT telling(1)")
    }

    @Test func `collations in Swift order texts`() throws {
        try db.register(Collation("by_length") { $0.count - $1.count })
        let sql = "SELECT column1 FROM (VALUES ('ccc'), ('a'), ('dd'), ('')) ORDER BY 1 COLLATE by_length DESC"
        #expect(try db.query(sql) == [["ccc"], ["dd"], ["a"], [""]])
        #expect(try db.value("SELECT 'ab' = 'cd' COLLATE by_length") == 1)
    }

    @Test func `the authorizer sees reads through views and can refuse and blank`() throws {
        try db.execute("CREATE TABLE t (x, y); CREATE VIEW v AS SELECT x, y FROM t; INSERT INTO t VALUES (1, 2)")
        var actions: [Action] = []
        db.setAuthorizer { action in
            actions.append(action)
            if case .delete = action { return .deny }
            if case .read(_, "y", _) = action { return .ignore }
            return .allow
        }
        #expect(try db.query("SELECT x, y FROM v") == [[1, .null]])
        #expect(actions.contains(.read(table: "t", column: "x", database: "main")))
        #expect(actions.contains(.read(table: "v", column: "x", database: "main")))
        let error = #expect(throws: SQLiteError.self) { try db.prepare("DELETE FROM t") }
        #expect(error?.isRefused == true)
        db.setAuthorizer(nil)
        #expect(try db.query("SELECT x, y FROM v") == [[1, 2]])
        try db.execute("DELETE FROM t")
    }

    @Test(arguments: [
        ("CREATE TABLE n (x)", Action.create(.table, name: "n", subject: nil, database: "main")),
        ("CREATE TEMP TABLE n (x)", .create(.table, name: "n", subject: nil, database: "temp")),
        ("CREATE INDEX n ON t (x)", .create(.index, name: "n", subject: "t", database: "main")),
        ("CREATE TEMP VIEW n AS SELECT 1", .create(.view, name: "n", subject: nil, database: "temp")),
        (
            "CREATE VIRTUAL TABLE n USING fts5(x)",
            .create(.virtualTable, name: "n", subject: "fts5", database: "main")
        ),
        ("DROP TABLE t", .drop(.table, name: "t", subject: nil, database: "main")),
        ("INSERT INTO t VALUES (1)", .insert(table: "t", database: "main")),
        ("UPDATE t SET x = 1", .update(table: "t", column: "x", database: "main")),
        ("DELETE FROM t", .delete(table: "t", database: "main")),
        ("ALTER TABLE t ADD COLUMN y", .alterTable("t", database: "main")),
        ("REINDEX i", .reindex("i", database: "main")),
        ("ANALYZE t", .analyze("t", database: "main")),
        ("PRAGMA table_info(t)", .pragma(name: "table_info", argument: "t", database: nil)),
        ("PRAGMA main.user_version", .pragma(name: "user_version", argument: nil, database: "main")),
        ("ATTACH '/tmp/x' AS n", .attach("/tmp/x")),
        ("ATTACH '/tmp/' || 'x' AS n", .attach("")),
        ("DETACH n", .detach("n")),
        ("BEGIN", .transaction("BEGIN")),
        ("SAVEPOINT s", .savepoint(operation: "BEGIN", name: "s")),
        ("SELECT abs(1)", .function("abs")),
        ("SELECT count(*) FROM t", .read(table: "t", column: "", database: "")),
        ("SELECT count(*) FROM main.t", .read(table: "t", column: "", database: "main")),
    ])
    func `each action is told with its parts`(sql: String, action: Action) throws {
        try db.execute("CREATE TABLE t (x); CREATE INDEX i ON t (x)")
        var actions: [Action] = []
        db.setAuthorizer { action in
            actions.append(action)
            return .allow
        }
        _ = try db.prepare(sql)
        #expect(actions.contains(action), "\(actions)")
    }

    @Test func `an authorizer that is replaced from within itself does no harm`() throws {
        let db = self.db
        db.setAuthorizer { [unowned db] _ in
            db.setAuthorizer(nil)
            return .allow
        }
        #expect(try db.value("SELECT 1 + 1") == 2)
    }

    @Test func `a deadline that has passed interrupts a statement without end, until it is lifted`() throws {
        db.setDeadline(.now)
        for _ in 0..<2 {
            let error = #expect(throws: SQLiteError.self) { try db.value(endless) }
            #expect(error?.isInterrupt == true)
        }
        db.setDeadline(nil)
        #expect(try db.value("SELECT 1") == 1)
    }

    @Test func `a cancelled statement ends`() throws {
        let counter = Counter()
        db.setDeadline(nil, isCancelled: { counter.next() > 10 })
        let error = #expect(throws: SQLiteError.self) { try db.value(endless) }
        #expect(error?.isInterrupt == true)
    }

    @Test func `another thread interrupts what runs, and a closed connection not at all`() async throws {
        let counter = Counter()
        db.setDeadline(nil, isCancelled: { counter.next() > 100_000_000 })
        let interrupter = db.interrupter
        let task = Task.detached {
            while !Task.isCancelled {
                interrupter.interrupt()
                await Task.yield()
            }
        }
        let error = #expect(throws: SQLiteError.self) { try db.value(endless) }
        #expect(error?.isInterrupt == true)
        task.cancel()
        await task.value
        let closed = try memory().interrupter
        closed.interrupt()
    }
}

@Suite struct BackupTests {
    @Test func `a copy holds the moment of its start while another connection writes`() throws {
        let (source, copy) = (TemporaryFile(), TemporaryFile())
        let db = try Connection(path: source.name, mode: .create)
        try db.useWriteAheadLog(isDurable: false)
        try db.execute(
            "CREATE TABLE t (x); INSERT INTO t SELECT hex(randomblob(500)) FROM json_each('[1,2,3,4,5,6,7,8,9]')")
        let writer = try Connection(path: source.name, mode: .readWrite)
        var steps: [Int] = []
        try db.backup(to: copy.name, pagesPerStep: 1) { remaining, _ in
            steps.append(remaining)
            try writer.run("INSERT INTO t VALUES ('later')")
        }
        #expect(steps.last == 0 && steps.count > 2)
        #expect(zip(steps, steps.dropFirst()).allSatisfy { $0 > $1 })
        let made = try Connection(path: copy.name, mode: .readOnly)
        #expect(try made.value("SELECT count(*) FROM t") == 9)
        #expect(try made.value("PRAGMA integrity_check") == "ok")
        #expect(!db.isInTransaction)
    }

    @Test func `a database in memory is copied over what was there`() throws {
        let copy = TemporaryFile()
        try Connection(path: copy.name, mode: .create).execute("CREATE TABLE old (x)")
        let db = try memory()
        try db.execute("CREATE TABLE t (x); INSERT INTO t VALUES (1), (2)")
        try db.backup(to: copy.name)
        let made = try Connection(path: copy.name, mode: .readOnly)
        #expect(try made.query("SELECT name FROM sqlite_schema") == [["t"]])
    }

    @Test func `a copy can be called off and cannot go nowhere`() throws {
        let copy = TemporaryFile()
        let db = try memory()
        try db.execute("CREATE TABLE t (x)")
        #expect(throws: Stop.self) { try db.backup(to: copy.name) { _, _ in throw Stop() } }
        #expect(throws: SQLiteError.self) { try db.backup(to: "/nowhere/at/all") }
        #expect(!db.isInTransaction)
    }
}

/// Counts from several threads' point of view, one at a time.
private final class Counter: @unchecked Sendable {
    // SQLite asks from the thread that runs the statement only.
    private var value = 0

    func next() -> Int {
        value += 1
        return value
    }
}
