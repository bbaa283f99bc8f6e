import Glibc
import SQLite
import Testing
import Warehouse

@Suite struct AsOfPropertyTests {
    private static let tables = VersionedWorld.tables.keys.sorted()

    // ESIWH_SOAK: the full count, for ./dev soak.
    @Test(arguments: 0..<(getenv("ESIWH_SOAK") == nil ? 6 : 200))
    func `every statement sees at every moment what a plain copy of that moment shows`(seed: Int) throws {
        var numbers = AsOfNumbers(state: UInt64(seed) &* 7919 &+ 1)
        let world = VersionedWorld(&numbers, steps: 300)
        let db = try world.warehouse()
        if seed % 2 == 1 { try db.execute("ANALYZE") }
        let asOf = try installAsOf(0, tables: Self.tables, on: db)
        var statements = RandomStatements(numbers: numbers)
        for _ in 0..<6 {
            asOf.moment = Int64(statements.numbers.below(1040))
            let truth = try world.truth(at: asOf.moment)
            for _ in 0..<60 {
                let sql = statements.next()
                let (seen, expected) = (try rows(db, sql), try rows(truth, sql))
                #expect(seen == expected, "as of \(asOf.moment): \(sql)")
            }
        }
    }

    /// In an order of our own, with sums rounded: SQLite may add in any order.
    private func rows(_ db: Connection, _ sql: String) throws -> [String] {
        try db.query(sql).map { "\($0)" }.sorted()
    }

    @Test func `the moments cover empty, full and changing tables`() throws {
        var numbers = AsOfNumbers(state: 1)
        let world = VersionedWorld(&numbers, steps: 300)
        let counts = [0, 10, 500, 2000].map { world.rowCount(at: $0, in: "orders") }
        #expect(counts[0] < 3 && counts[1] > counts[0] && counts[2] > 20)
        let db = try world.warehouse()
        for (moment, count) in zip([0, 10, 500, 2000] as [Int64], counts) {
            try installAsOf(moment, tables: Self.tables, on: db)
            #expect(try db.value("SELECT count(*) FROM orders") == .integer(Int64(count)))
        }
    }
}

@Suite struct AsOfTests {
    let db: Connection

    init() throws {
        db = try Connection(path: ":memory:", mode: .create)
        try db.execute(Self.schema)
    }

    /// Row 1: 5 from 10, 6 from 20, 7 from 30 on. Row 2: 1 from 10, gone at 20. Row 3: from 30 on. Row 4: a fact.
    private static let schema = """
        CREATE TABLE t (id INTEGER PRIMARY KEY, x INTEGER, name TEXT, valid_from INTEGER NOT NULL) STRICT;
        CREATE TABLE t_history (version_id INTEGER PRIMARY KEY AUTOINCREMENT, id INTEGER, x INTEGER, name TEXT,
            valid_from INTEGER NOT NULL, valid_to INTEGER NOT NULL) STRICT;
        CREATE INDEX t_history_by_key ON t_history (id, valid_to);
        CREATE VIEW t_versions AS SELECT id, x, name, valid_from, valid_to FROM t_history
            UNION ALL SELECT id, x, name, valid_from, NULL FROM t;
        CREATE VIEW v AS SELECT id, x FROM t;
        INSERT INTO t VALUES (1, 7, 'c', 30), (3, 3, 'd', 30), (4, 4, 'e', 0);
        INSERT INTO t_history (id, x, name, valid_from, valid_to)
            VALUES (2, 1, 'q', 10, 20), (1, 5, 'a', 10, 20), (1, 6, 'b', 20, 30);
        """

    @Test(
        arguments: [
            (0, [[4, 4]]), (9, [[4, 4]]), (10, [[1, 5], [2, 1], [4, 4]]), (19, [[1, 5], [2, 1], [4, 4]]),
            (20, [[1, 6], [4, 4]]), (29, [[1, 6], [4, 4]]), (30, [[1, 7], [3, 3], [4, 4]]),
            (.max, [[1, 7], [3, 3], [4, 4]]),
        ] as [(Int64, [[Int64]])])
    func `a version is valid from its first moment up to, not at, its last`(moment: Int64, rows: [[Int64]]) throws {
        try installAsOf(moment, tables: ["t"], on: db)
        let expected = rows.map { $0.map(Value.integer) }
        #expect(try db.query("SELECT id, x FROM t ORDER BY id") == expected)
        for row in rows {
            #expect(try db.query("SELECT x FROM t WHERE id = ?", [.integer(row[0])]) == [[.integer(row[1])]])
        }
    }

    @Test func `versions are those begun by then, and what ends later has no end yet`() throws {
        let asOf = try installAsOf(25, tables: ["t"], on: db)
        let sql = "SELECT id, x, valid_from, valid_to FROM t_versions ORDER BY id, valid_from"
        #expect(try db.query(sql) == [[1, 5, 10, 20], [1, 6, 20, .null], [2, 1, 10, 20], [4, 4, 0, .null]])
        asOf.moment = 30
        #expect(
            try db.query("SELECT valid_to FROM t_versions WHERE id = 1 ORDER BY valid_from") == [[20], [30], [.null]])
        #expect(try db.value("SELECT count(*) FROM t_versions WHERE valid_to IS NULL") == 3)
        #expect(try db.value("SELECT count(*) FROM t_versions WHERE valid_to > 20") == 1)
    }

    @Test func `the columns are those of the table, and of its versions, in their order`() throws {
        try installAsOf(25, tables: ["t"], on: db)
        let columns = "SELECT group_concat(name) FROM pragma_table_info(?)"
        #expect(try db.value(columns, ["t"]) == "id,x,name,valid_from")
        #expect(try db.value(columns, ["t_versions"]) == "id,x,name,valid_from,valid_to")
    }

    @Test func `a search by key is a search by key in both halves, and asks the history only where it must`() throws {
        try db.execute(
            "WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n LIMIT 5000) INSERT INTO t SELECT i, i, '', 1 FROM n"
        )
        try installAsOf(25, tables: ["t"], on: db)
        let statement = try db.prepare("SELECT x FROM t WHERE id = 1")
        #expect(try statement.step())
        #expect(statement.int64(0) == 6)
        #expect(try !statement.step())
        #expect(statement.count(of: .virtualMachineSteps) < 30)
        let plan = try db.query("EXPLAIN QUERY PLAN SELECT a.x FROM t a JOIN t b ON b.id = a.x WHERE a.id = 1")
        #expect(plan.count == 2)
    }

    @Test func `a read-only connection can look back`() throws {
        let path = "/tmp/esiwh-as-of-\(getpid()).sqlite"
        defer { for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) } }
        let writer = try Connection(path: path, mode: .create)
        try writer.useWriteAheadLog()
        try writer.execute(Self.schema)
        let reader = try Connection(path: path, mode: .readOnly)
        let asOf = try installAsOf(25, tables: ["t"], on: reader)
        try Guard.install(on: reader, asOf: asOf)
        #expect(try reader.value("SELECT x FROM t WHERE id = 1") == 6)
        try writer.execute(
            "UPDATE t_history SET x = 66 WHERE x = 6; ALTER TABLE t ADD COLUMN y TEXT; CREATE INDEX i ON t (x)")
        #expect(try reader.value("SELECT x FROM t WHERE id = 1") == 66)
    }

    @Test func `under the guard the past can be read and the present behind it cannot`() throws {
        try db.execute("CREATE TEMP VIEW tv AS SELECT id, x FROM t")
        let asOf = try installAsOf(25, tables: ["t"], on: db)
        try Guard.install(on: db, asOf: asOf)
        #expect(try db.query("SELECT x FROM t WHERE id = 1") == [[6]])
        #expect(try db.query("SELECT x FROM temp.t NATURAL JOIN t_versions WHERE id = 1 AND valid_to IS NULL") == [[6]])
        #expect(try db.query("SELECT x FROM tv WHERE id = 1") == [[6]])
        for sql in [
            "SELECT x FROM main.t", "SELECT count(*) FROM main.t", "SELECT * FROM t_history",
            "SELECT count(*) FROM T_History",
            "SELECT * FROM main.t_versions", "SELECT x FROM v", "SELECT (SELECT max(x) FROM main.t) FROM t",
        ] {
            let error = #expect(throws: SQLiteError.self, "\(sql)") { try db.query(sql) }
            #expect(error?.message.contains("shows another moment") == true)
        }
        #expect(try Guard.tablesRead(by: "SELECT x FROM tv", on: db) == ["t"])
        #expect(try db.query("SELECT x FROM t WHERE id = 1") == [[6]])
    }

    @Test func `what a statement reads is the same under as of`() throws {
        try installAsOf(25, tables: ["t"], on: db)
        #expect(try Guard.tablesRead(by: "SELECT count(*) FROM t", on: db) == ["t"])
        #expect(try Guard.tablesRead(by: "SELECT 1 FROM t_versions", on: db) == ["t_versions"])
    }

    @Test func `it is read-only, and a second call replaces the first`() throws {
        try installAsOf(25, tables: ["t"], on: db)
        #expect(throws: SQLiteError.self) { try db.execute("DELETE FROM t") }
        #expect(throws: SQLiteError.self) { try db.execute("UPDATE temp.t SET x = 1") }
        try db.execute("CREATE TABLE main.u (id INTEGER PRIMARY KEY, valid_from INTEGER NOT NULL) STRICT")
        try db.execute(
            "CREATE TABLE u_history (version_id INTEGER PRIMARY KEY, id INTEGER, valid_from INTEGER, valid_to INTEGER)")
        try installAsOf(30, tables: ["u"], on: db)
        #expect(try db.query("SELECT name FROM temp.sqlite_schema ORDER BY 1") == [["u"], ["u_versions"]])
        #expect(try db.value("SELECT x FROM t WHERE id = 1") == 7)
    }

    @Test func `a table that is not there is named`() throws {
        let error = #expect(throws: SQLiteError.self) { try installAsOf(1, tables: ["nothing"], on: db) }
        #expect(error?.message == "no versioned table nothing")
        try db.execute("CREATE TABLE half (id INTEGER PRIMARY KEY, valid_from INTEGER)")
        try installAsOf(1, tables: ["half"], on: db)
        let missing = #expect(throws: SQLiteError.self) { try db.query("SELECT * FROM half") }
        #expect(missing?.message == "no such table: main.half_history")
    }

    @Test func `walks that are left early or run side by side do not disturb each other`() throws {
        try installAsOf(15, tables: ["t"], on: db)
        let sql = "SELECT id FROM t ORDER BY +id"
        let first = try db.prepare("SELECT id FROM t")
        let second = try db.prepare("SELECT id FROM t")
        #expect(try first.step() && second.step() && second.step())
        #expect(try db.query(sql) == [[1], [2], [4]])
        #expect(
            try db.query("SELECT a.id, b.id FROM t a, t b WHERE a.id < b.id ORDER BY 1, 2") == [
                [1, 2], [1, 4], [2, 4],
            ])
        #expect(try db.query("SELECT (SELECT id FROM t LIMIT 1), x FROM t LIMIT 1") == [[4, 4]])
        var rest: [Int64] = [first.int64(0)]
        while try first.step() { rest.append(first.int64(0)) }
        #expect(rest.sorted() == [1, 2, 4])
        second.reset()
        // Nothing is left open: a write needs no other statement's leave.
        try db.execute("DROP INDEX t_history_by_key; VACUUM")
        #expect(try db.query(sql) == [[1], [2], [4]])
    }

    @Test func `a closed connection leaves nothing behind while statements are held`() throws {
        var held: Statement?
        do {
            let db = try Connection(path: ":memory:", mode: .create)
            try db.execute(Self.schema)
            try installAsOf(15, tables: ["t"], on: db)
            held = try db.prepare("SELECT id FROM t")
            #expect(try held?.step() == true)
        }
        held = nil
    }

    @Test func `a deadline ends a walk inside the table`() throws {
        try db.execute(
            "WITH RECURSIVE n(i) AS (SELECT 100 UNION ALL SELECT i + 1 FROM n LIMIT 200000) INSERT INTO t SELECT i, i, '', 90 FROM n"
        )
        try installAsOf(15, tables: ["t"], on: db)
        db.setDeadline(.now)
        let error = #expect(throws: SQLiteError.self) { try db.query("SELECT id FROM t WHERE x = 1") }
        #expect(error?.isInterrupt == true)
        db.setDeadline(nil)
        #expect(try db.query("SELECT id FROM t WHERE x = 1") == [[2]])
    }

    @Test func `numbers and texts compare as they do in the table`() throws {
        try db.execute("INSERT INTO t VALUES (10, 10, '1', 0), (11, 11, '01', 0), (12, 12, '1.0', 0)")
        try db.execute(
            "CREATE INDEX t_by_name ON t (name); CREATE TABLE n (i INTEGER, s TEXT); INSERT INTO n VALUES (1, '1')")
        let sqls = [
            "SELECT id FROM t WHERE name = 1", "SELECT id FROM t WHERE name = '1'",
            "SELECT id FROM t, n WHERE name = i",
            "SELECT id FROM t, n WHERE name = s", "SELECT id FROM t, n WHERE name >= i AND id > 4",
            "SELECT id FROM t WHERE id = '10'", "SELECT id FROM t WHERE id = 10.0", "SELECT id FROM t WHERE id = 10.5",
            "SELECT id FROM t WHERE id > 'a'", "SELECT id FROM t WHERE id IN ('10', 11)",
            "SELECT id FROM t WHERE name IN (SELECT i FROM n)", "SELECT id FROM t WHERE name = 'C' COLLATE NOCASE",
        ]
        let expected = try sqls.map { try db.query($0 + " ORDER BY id") }
        try installAsOf(30, tables: ["t"], on: db)
        for (sql, rows) in zip(sqls, expected) { #expect(try db.query(sql + " ORDER BY id") == rows, "\(sql)") }
        #expect(expected.count { !$0.isEmpty } > 6)
    }
}
