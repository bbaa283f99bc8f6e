import SQLite

/// Numbers that are the same in each run.
struct AsOfNumbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func pick<T>(_ choices: [T]) -> T { choices[Int(next() % UInt64(choices.count))] }
    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
    mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
}

/// Every state that a row of the tables was ever in, and two databases made of them.
struct VersionedWorld {
    struct Version {
        var values: [Value]
        let from: Int64
        var to: Int64?
    }

    static let columns = ["region_id", "order_id", "type_id", "is_buy", "price", "name"]
    /// Different makes of the same columns, so that each kind of key and index is met.
    static let tables = [
        "orders": """
        CREATE TABLE orders (region_id INTEGER NOT NULL, order_id INTEGER NOT NULL, type_id INTEGER, is_buy INTEGER,
            price REAL, name TEXT, valid_from INTEGER NOT NULL, PRIMARY KEY (region_id, order_id)) STRICT, WITHOUT ROWID;
        CREATE INDEX orders_by_type ON orders (type_id, is_buy, price); CREATE INDEX orders_by_name ON orders (name)
        """,
        "items": """
        CREATE TABLE items (region_id INTEGER, order_id INTEGER PRIMARY KEY, type_id INTEGER, is_buy INTEGER,
            price REAL, name TEXT, valid_from INTEGER NOT NULL) STRICT;
        CREATE INDEX items_by_price ON items (price)
        """,
        "odd \"x\" one": """
        CREATE TABLE "odd ""x"" one" (region_id INTEGER, order_id INTEGER, type_id INTEGER, is_buy INTEGER,
            price REAL, name TEXT, valid_from INTEGER NOT NULL, PRIMARY KEY (order_id, region_id)) STRICT
        """,
    ]

    var versions: [String: [Version]] = [:]

    init(_ numbers: inout AsOfNumbers, steps: Int) {
        for table in Self.tables.keys.sorted() {
            var all: [Version] = []
            var live: [Int64: Int] = [:]
            for step in 0..<steps {
                let now = Int64(step / 3 + 1) * 10
                let id = Int64(numbers.below(40))
                let current = live[id]
                if let current, all[current].from == now { continue }
                if let current { all[current].to = now }
                live[id] = nil
                if current == nil || numbers.chance(70) {
                    live[id] = all.count
                    let from =
                        numbers.chance(5) && current == nil && !all.contains { $0.values[1] == .integer(id) } ? 0 : now
                    all.append(Version(values: Self.row(id, &numbers), from: from, to: nil))
                }
            }
            versions[table] = all
        }
    }

    private static func row(_ id: Int64, _ numbers: inout AsOfNumbers) -> [Value] {
        [
            .integer(id % 3), .integer(id), numbers.pick([.null, 0, 1, 2, 3, 4]), numbers.pick([0, 1, .null]),
            numbers.pick(
                [.null, 0.5, 1, 2, 5, 10, 1e9].map { (value: Value) -> Value in
                    if case .integer(let whole) = value { .real(Double(whole)) } else { value }
                }),
            numbers.pick([.null, "", "0", "1", "01", "2.0", "abc", "ABC", "zz"]),
        ]
    }

    /// The tables as the warehouse keeps them.
    func warehouse(_ path: String = ":memory:") throws -> Connection {
        let db = try Connection(path: path, mode: .create)
        for (table, sql) in Self.tables {
            try db.execute(sql)
            let history = Self.quote(table + "_history")
            try db.execute(
                """
                CREATE TABLE \(history) (version_id INTEGER PRIMARY KEY AUTOINCREMENT, region_id INTEGER,
                    order_id INTEGER, type_id INTEGER, is_buy INTEGER, price REAL, name TEXT,
                    valid_from INTEGER NOT NULL, valid_to INTEGER NOT NULL) STRICT;
                CREATE INDEX \(Self.quote(table + "_key")) ON \(history) (region_id, order_id, valid_to);
                CREATE INDEX \(Self.quote(table + "_type")) ON \(history) (type_id, valid_to)
                """)
            for version in versions[table] ?? [] {
                let values = version.values + [.integer(version.from)]
                if let to = version.to {
                    try db.run("INSERT INTO \(history) VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?)", values + [.integer(to)])
                } else {
                    try db.run("INSERT INTO \(Self.quote(table)) VALUES (?, ?, ?, ?, ?, ?, ?)", values)
                }
            }
        }
        return db
    }

    /// Ordinary tables that hold what was true at the moment, found row by row.
    func truth(at moment: Int64) throws -> Connection {
        let db = try Connection(path: ":memory:", mode: .create)
        for (table, sql) in Self.tables {
            try db.execute(sql)
            let all = Self.quote(table + "_versions")
            try db.execute(
                """
                CREATE TABLE \(all) (region_id INTEGER, order_id INTEGER, type_id INTEGER, is_buy INTEGER,
                    price REAL, name TEXT, valid_from INTEGER, valid_to INTEGER) STRICT
                """)
            for version in versions[table] ?? [] where version.from <= moment {
                let to = version.to.flatMap { $0 <= moment ? Value.integer($0) : nil }
                let values = version.values + [.integer(version.from)]
                try db.run("INSERT INTO \(all) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", values + [to ?? .null])
                if to == nil { try db.run("INSERT INTO \(Self.quote(table)) VALUES (?, ?, ?, ?, ?, ?, ?)", values) }
            }
        }
        return db
    }

    static func quote(_ name: String) -> String {
        "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }

    func rowCount(at moment: Int64, in table: String) -> Int {
        (versions[table] ?? []).count { $0.from <= moment && $0.to.map { $0 > moment } ?? true }
    }
}

/// Statements of every make that a planner may push into the tables.
struct RandomStatements {
    var numbers: AsOfNumbers

    private mutating func table() -> String {
        VersionedWorld.quote(numbers.pick(VersionedWorld.tables.keys.sorted()) + numbers.pick(["", "", "_versions"]))
    }

    private mutating func literal() -> String {
        numbers.pick([
            "0", "1", "2", "3", "5.0", "'1'", "'01'", "'0'", "'2.0'", "''", "'abc'", "'ABC'", "NULL", "x'31'", "1e9",
            "-1",
            "CAST(1 AS TEXT)", "CAST('1' AS INTEGER)", "40", "0.5",
        ])
    }

    private mutating func column(_ alias: String) -> String { "\(alias).\(numbers.pick(VersionedWorld.columns))" }

    private mutating func term(_ alias: String, other: String?) -> String {
        let left = column(alias)
        switch numbers.below(12) {
        case 0: return "\(left) IN (\(literal()), \(literal()), \(literal()))"
        case 1: return "\(left) BETWEEN \(literal()) AND \(literal())"
        case 2: return "\(left) IS \(literal())"
        case 3: return "\(left) IS \(numbers.pick(["NULL", "NOT NULL"]))"
        case 4: return "\(left) \(numbers.pick(["<>", "IS NOT"])) \(literal())"
        case 5: return "\(left) LIKE '%\(numbers.pick(["a", "1", "B"]))%'"
        case 6: return "\(left) IN (SELECT \(column("s")) FROM \(table()) s WHERE s.type_id = \(literal()))"
        case 7: return "EXISTS (SELECT 1 FROM \(table()) e WHERE \(column("e")) = \(left) AND e.is_buy = 0)"
        case 8: return "\(left) = \(literal()) COLLATE NOCASE"
        case 9: return "\(alias).valid_from \(numbers.pick(["<", ">=", "="])) \(numbers.below(20) * 10)"
        default:
            let right = other.map { numbers.chance(60) ? column($0) : literal() } ?? literal()
            return "\(left) \(numbers.pick(["=", "=", "=", "<", "<=", ">", ">=", "=="])) \(right)"
        }
    }

    private mutating func condition(_ alias: String, other: String?, depth: Int = 0) -> String {
        let count = 1 + numbers.below(3)
        let terms = (0..<count).map { _ in
            depth < 2 && numbers.chance(15)
                ? "(\(condition(alias, other: other, depth: depth + 1)))" : term(alias, other: other)
        }
        return terms.joined(separator: numbers.chance(25) ? " OR " : " AND ")
    }

    mutating func next() -> String {
        let (a, b) = (table(), table())
        switch numbers.below(8) {
        case 0: return "SELECT * FROM \(a) a WHERE \(condition("a", other: nil))"
        case 1:
            return
                "SELECT count(*), sum(a.price), max(a.name), min(a.order_id) FROM \(a) a WHERE \(condition("a", other: nil))"
        case 2:
            return
                "SELECT a.order_id, b.order_id, b.name FROM \(a) a JOIN \(b) b ON \(condition("a", other: "b")) WHERE a.order_id < 12"
        case 3:
            let join = numbers.pick(["LEFT JOIN", "CROSS JOIN", "JOIN", "LEFT JOIN"])
            return """
                SELECT a.*, b.price FROM \(a) a \(join) \(b) b ON b.type_id = a.type_id AND \(condition("b", other: "a"))
                WHERE \(condition("a", other: numbers.chance(50) ? "b" : nil))
                """
        case 4:
            return """
                SELECT type_id, is_buy, count(*), min(price) FROM \(a) a WHERE \(condition("a", other: nil))
                GROUP BY type_id, is_buy HAVING count(*) > \(numbers.below(2))
                """
        case 5:
            return """
                SELECT region_id, order_id, price, valid_from FROM \(a) a WHERE \(condition("a", other: nil))
                ORDER BY price, region_id, order_id, valid_from LIMIT \(1 + numbers.below(8)) OFFSET \(numbers.below(3))
                """
        case 6: return "SELECT DISTINCT \(column("a")) FROM \(a) a WHERE \(condition("a", other: nil))"
        default:
            return """
                SELECT order_id, rank() OVER (PARTITION BY type_id ORDER BY price, order_id, valid_from) FROM \(a) a
                WHERE \(condition("a", other: nil)) UNION ALL SELECT order_id, type_id FROM \(b) b WHERE \(term("b", other: nil))
                """
        }
    }
}
