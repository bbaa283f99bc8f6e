import SQLite
import Testing

@Suite struct StatementTests {
    let db: Connection

    init() throws {
        db = try memory()
    }

    @Test(arguments: [
        Value.null, .integer(0), .integer(-1), .integer(.max), .integer(.min), .integer(9_007_199_254_740_993),
        .real(0.1), .real(-0.0), .real(.infinity), .real(.leastNonzeroMagnitude), .text(""), .text("a\0b"),
        .text("naïve 🚀"), .blob([]), .blob([0, 255]),
    ])
    func `a value comes back as it was bound and as it was stored`(value: Value) throws {
        #expect(try db.value("SELECT ?", [value]) == value)
        try db.execute("CREATE TABLE t (x)")
        try db.run("INSERT INTO t VALUES (?)", [value])
        #expect(try db.value("SELECT x FROM t") == value)
    }

    @Test func `a real that is no number is NULL`() throws {
        #expect(try db.value("SELECT ?", [.real(.nan)]) == .null)
    }

    @Test func `text that is not UTF-8 reads with replacements and keeps its bytes`() throws {
        let statement = try db.prepare("SELECT CAST(x'61ff00e282' AS TEXT)")
        #expect(try statement.step())
        #expect(statement.text(0) == "a\u{FFFD}\0\u{FFFD}")
        #expect(statement.value(0) == .text("a\u{FFFD}\0\u{FFFD}"))
        statement.withText(0) { #expect(Array($0) == [0x61, 0xff, 0, 0xe2, 0x82]) }
    }

    @Test func `each typed way of binding and reading agrees with the values`() throws {
        let statement = try db.prepare("SELECT ?, ?, ?, ?, ?, ?")
        let bytes = Array("a\0é".utf8)
        try bytes.withUnsafeBufferPointer { bytes in
            try statement.bind(integer: .min, at: 1)
            try statement.bind(real: 0.1, at: 2)
            try statement.bind(text: "text", at: 3)
            try statement.bind(text: bytes, at: 4)
            try statement.bind(borrowedText: bytes, at: 5)
            try statement.bindNull(at: 6)
            #expect(try statement.step())
            #expect(statement.row == [.integer(.min), 0.1, "text", "a\0é", "a\0é", .null])
            #expect((0..<6).map(statement.type) == [.integer, .real, .text, .text, .text, .null])
            #expect(statement.int64(0) == .min)
            #expect(statement.double(1) == 0.1)
            #expect(statement.isNull(5) && !statement.isNull(4))
            #expect(statement.text(5) == "")
        }
    }

    @Test func `random integers and reals survive a table exactly`() throws {
        var numbers = SeededNumbers(state: 7)
        try db.execute("CREATE TABLE t (i INTEGER, r REAL) STRICT")
        let insert = try db.cached("INSERT INTO t VALUES (?, ?)")
        var rows: [[Value]] = []
        for _ in 0..<2000 {
            let integer = Int64(bitPattern: numbers.next())
            let real = Double(bitPattern: numbers.next())
            rows.append([.integer(integer), real.isNaN ? .null : .real(real)])
            try insert.bind(rows[rows.count - 1])
            try insert.run()
        }
        #expect(try db.query("SELECT i, r FROM t ORDER BY rowid") == rows)
    }

    @Test func `parameters are bound by name, whatever their sign, and a wrong name is an error`() throws {
        let statement = try db.prepare("SELECT :a, @b, $c, ?")
        #expect(statement.parameterNames == ["a", "b", "c", nil])
        try statement.bind(1, named: "a")
        try statement.bind(2, named: "b")
        try statement.bind(3, named: "c")
        #expect(try statement.step())
        #expect(statement.row == [1, 2, 3, .null])
        let error = #expect(throws: SQLiteError.self) { try statement.bind(1, named: "d") }
        #expect(error?.message == "no parameter :d")
        #expect(try db.prepare("SELECT 1").parameterNames == [])
    }

    @Test func `too few and too many values are refused`() throws {
        let error = #expect(throws: SQLiteError.self) { try db.value("SELECT ?, ?", [1]) }
        #expect(error?.message == "1 values for 2 parameters")
        #expect(throws: SQLiteError.self) { try db.value("SELECT 1", [1]) }
        let statement = try db.prepare("SELECT ?")
        #expect(throws: SQLiteError.self) { try statement.bind(1, at: 2) }
    }

    @Test func `an error tells code, message, SQL and place`() throws {
        let sql = "SELECT nonsense FROM sqlite_schema"
        let error = #expect(throws: SQLiteError.self) { try db.prepare(sql) }
        #expect(error?.code == 1)
        #expect(error?.sql == sql)
        #expect(error?.offset == 7)
        #expect(error?.message == "no such column: nonsense")
        #expect(
            error?.description == "SQLite: no such column: nonsense (code 1) near \"nonsense FROM sqlite\" in: \(sql)")
    }

    @Test func `an error while running names its statement, which can run again`() throws {
        try db.execute("CREATE TABLE t (x INTEGER PRIMARY KEY) STRICT")
        let insert = try db.prepare("INSERT INTO t VALUES (?)")
        try insert.bind("no number", at: 1)
        let error = #expect(throws: SQLiteError.self) { try insert.run() }
        #expect(error?.sql == insert.sql)
        #expect(error?.message == "datatype mismatch")
        try insert.bind([1])
        try insert.run()
        #expect(try db.value("SELECT x FROM t") == 1)
    }

    @Test func `only one statement is prepared, comments behind it pass`() throws {
        _ = try db.prepare("SELECT 1; -- one\n /* and */ ;")
        let error = #expect(throws: SQLiteError.self) { try db.prepare("SELECT 1; SELECT 2") }
        #expect(error?.offset == 10)
        #expect(throws: SQLiteError.self) { try db.prepare(" -- nothing") }
    }

    @Test func `columns tell the table column they show, through views`() throws {
        try db.execute("CREATE TABLE t (x TEXT); CREATE VIEW v AS SELECT x AS y, x + 1 AS z FROM t")
        let statement = try db.prepare("SELECT y, z FROM v")
        #expect(statement.columnName(0) == "y")
        #expect(statement.declaredType(0) == "TEXT")
        #expect(try #require(statement.columnOrigin(0)) == ("main", "t", "x"))
        #expect(statement.columnOrigin(1) == nil)
        #expect(statement.declaredType(1) == nil)
    }

    @Test func `a statement knows whether it writes, explains, stands on a row, and what it cost`() throws {
        try db.execute("CREATE TABLE t (x); INSERT INTO t VALUES (1), (2)")
        #expect(try !db.prepare("INSERT INTO t VALUES (1)").isReadOnly)
        #expect(try db.prepare("EXPLAIN QUERY PLAN SELECT 1").isExplain)
        let statement = try db.prepare("SELECT x FROM t ORDER BY x")
        #expect(statement.isReadOnly && !statement.isExplain && !statement.isBusy)
        #expect(try statement.step())
        #expect(statement.isBusy)
        statement.reset()
        #expect(!statement.isBusy)
        #expect(statement.count(of: .sorts) == 1)
        #expect(statement.count(of: .fullScanSteps) == 1)
    }
}

@Suite struct StatementCacheTests {
    @Test func `the cache is bounded and drops the least recently used`() throws {
        let db = try Connection(path: ":memory:", mode: .create, cachedStatements: 2)
        let first = try db.cached("SELECT 1").handle
        _ = try db.cached("SELECT 2")
        #expect(try db.cached("SELECT 1").handle == first)
        _ = try db.cached("SELECT 3")
        #expect(db.cachedStatementCount == 2)
        // A dropped one is prepared anew; its count of runs tells.
        _ = try db.value("SELECT 1")
        #expect(try db.cached("SELECT 1").count(of: .virtualMachineSteps) > 0)
        #expect(try db.cached("SELECT 2").count(of: .virtualMachineSteps) == 0)
    }

    @Test func `two users of one text at a time have a statement each`() throws {
        let db = try memory()
        let first = try db.cached("SELECT ?")
        try first.bind([1])
        let second = try db.cached("SELECT ?")
        try second.bind([2])
        #expect(try first.step() && second.step())
        #expect(first.value(0) == 1)
        #expect(second.value(0) == 2)
    }

    @Test func `a statement comes back reset and unbound, however it was left`() throws {
        let db = try memory()
        func leave() throws {
            let statement = try db.cached("SELECT ? UNION ALL SELECT 2")
            try statement.bind([1])
            #expect(try statement.step())
        }
        try leave()
        let statement = try db.cached("SELECT ? UNION ALL SELECT 2")
        #expect(!statement.isBusy)
        #expect(try statement.step())
        #expect(statement.value(0) == .null)
    }

    @Test func `statements outlive their connection without harm`() throws {
        var statements: [Statement] = []
        do {
            let db = try memory()
            statements = [try db.cached("SELECT 1"), try db.prepare("SELECT 2")]
        }
        #expect(try statements[0].step() && statements[1].step())
        statements = []
    }

    @Test func `a cached statement follows a changed schema`() throws {
        let db = try memory()
        try db.execute("CREATE TABLE t (x); INSERT INTO t VALUES (1)")
        #expect(try db.query("SELECT * FROM t") == [[1]])
        try db.execute("ALTER TABLE t ADD COLUMN y DEFAULT 5")
        #expect(try db.query("SELECT * FROM t") == [[1, 5]])
    }
}
