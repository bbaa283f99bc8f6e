import SQLite
import Testing

@Suite struct ConnectionTests {
    @Test func `each open mode does what its name says`() throws {
        let path = TemporaryFile()
        #expect(throws: SQLiteError.self) { try Connection(path: path.name, mode: .readWrite) }
        #expect(throws: SQLiteError.self) { try Connection(path: path.name, mode: .readOnly) }
        try Connection(path: path.name, mode: .create).execute("CREATE TABLE t (x)")
        try Connection(path: path.name, mode: .readWrite).execute("INSERT INTO t VALUES (1)")
        let reader = try Connection(path: path.name, mode: .readOnly)
        #expect(try reader.value("SELECT x FROM t") == 1)
        let error = #expect(throws: SQLiteError.self) { try reader.execute("INSERT INTO t VALUES (2)") }
        #expect(error?.isReadOnly == true)
    }

    @Test func `a file that cannot be opened is named with the system's reason`() {
        let error = #expect(throws: SQLiteError.self) { try Connection(path: "/nowhere/at/all", mode: .create) }
        #expect(error?.message == "unable to open database file: /nowhere/at/all: No such file or directory")
    }

    @Test func `a file of something else is told from a broken schema`() throws {
        let path = TemporaryFile()
        try path.write(Array(String(repeating: "not a database\n", count: 100).utf8))
        let db = try Connection(path: path.name, mode: .readOnly)
        let error = #expect(throws: SQLiteError.self) { try db.value("SELECT 1 FROM sqlite_schema") }
        #expect(error?.isNotADatabase == true)
    }

    @Test func `under a write-ahead log a reader keeps its moment while a writer commits`() throws {
        let path = TemporaryFile()
        let writer = try Connection(path: path.name, mode: .create)
        try writer.useWriteAheadLog()
        #expect(try writer.value("PRAGMA synchronous") == 2)
        try writer.execute("CREATE TABLE t (x); INSERT INTO t VALUES (1)")
        let reader = try Connection(path: path.name, mode: .readOnly)
        try reader.transaction(.deferred) {
            #expect(try reader.value("SELECT count(*) FROM t") == 1)
            try writer.execute("INSERT INTO t VALUES (2)")
            #expect(try reader.value("SELECT count(*) FROM t") == 1)
        }
        #expect(try reader.value("SELECT count(*) FROM t") == 2)
    }

    @Test func `no write-ahead log inside a transaction is an error, not a silence`() throws {
        let path = TemporaryFile()
        let db = try Connection(path: path.name, mode: .create)
        #expect(throws: SQLiteError.self) { try db.transaction { try db.useWriteAheadLog() } }
    }

    @Test func `a lock that outlasts the busy timeout is a busy error`() throws {
        let path = TemporaryFile()
        let first = try Connection(path: path.name, mode: .create)
        let second = try Connection(path: path.name, mode: .readWrite, busyTimeout: .zero)
        try first.execute("CREATE TABLE t (x)")
        try first.transaction {
            let error = #expect(throws: SQLiteError.self) { try second.transaction {} }
            #expect(error?.isBusy == true)
        }
        try second.transaction {}
    }

    @Test func `a script runs statement by statement and its errors stand at the script's own bytes`() throws {
        let db = try memory()
        let script =
            "CREATE TABLE t (x UNIQUE); -- é\n INSERT INTO t VALUES (1);\n SELECT nonsense FROM t; CREATE TABLE u (x)"
        let error = #expect(throws: SQLiteError.self) { try db.execute(script) }
        #expect(error?.sql == script)
        #expect(error?.offset == 68)
        #expect(error?.place?.line == 3)
        #expect(error?.place?.column == 9)
        #expect(try db.value("SELECT count(*) FROM t") == 1)
        let failing = "SELECT 1;\n\n  INSERT INTO t VALUES (2), (1)"
        let conflict = #expect(throws: SQLiteError.self) { try db.execute(failing) }
        #expect(conflict?.code == 2067)
        #expect(conflict?.place?.line == 3)
        #expect(conflict?.place?.column == 3)
    }

    @Test func `a NUL hides nothing behind it`() throws {
        let db = try memory()
        #expect(throws: SQLiteError.self) { try db.execute("SELECT 1;\0 CREATE TABLE t (x)") }
        let error = #expect(throws: SQLiteError.self) { try db.prepare("SELECT 1\0") }
        #expect(error?.offset == 8)
    }

    @Test func `empty scripts and scripts of comments do nothing`() throws {
        let db = try memory()
        for script in ["", " ;; ", "-- only\n", "/* open", "--", "/**/;--x"] { try db.execute(script) }
    }

    @Test func `limits bound what a statement may make`() throws {
        let db = try memory()
        #expect(db.setLimit(.length, to: 1000) > 1000)
        let error = #expect(throws: SQLiteError.self) { try db.value("SELECT zeroblob(1001)") }
        #expect(error?.isTooBig == true)
        try db.set(.doubleQuotedText, to: false)
        #expect(throws: SQLiteError.self) { try db.value("SELECT \"text\"") }
    }

    @Test func `rows changed are counted with those of triggers`() throws {
        let db = try memory()
        try db.execute(
            """
            CREATE TABLE t (x); CREATE TABLE log (x);
            CREATE TRIGGER copy AFTER INSERT ON t BEGIN INSERT INTO log VALUES (new.x); END
            """)
        #expect(try db.run("INSERT INTO t VALUES (1), (2)") == 4)
        #expect(db.changes == 2)
        #expect(db.lastInsertRowID == 2)
        #expect(db.totalChanges == 4)
    }
}
