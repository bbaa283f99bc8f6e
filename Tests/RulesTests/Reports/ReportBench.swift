import SQLite
import Testing
import Warehouse

/// A warehouse in memory with rows of a test's own, over which shipped reports run.
struct ReportBench {
    static let now: Int64 = 1_790_510_400  // 2026-09-27T12:00:00Z
    static let region: Int64 = 10_000_002
    static let place: Int64 = 60_003_760

    let session: Session
    // Read once for all benches.
    private static let library = Library()
    private static let catalogue = Catalogue(library)

    init() throws {
        session = try Session(inMemory: Self.catalogue, now: Self.now)
        session.makeViews([])
        #expect(session.brokenViews.filter { !$0.value.contains("rule_") } == [:])
        try session.connection.run("INSERT INTO tracked_regions VALUES (?)", [.integer(Self.region)])
        try observed("market_orders", "region_id=\(Self.region)", at: Self.now)
    }

    /// A partition that was seen whole.
    func observed(_ dataset: String, _ partition: String, at moment: Int64) throws {
        let values: [Value] = [.text(dataset), .text(partition), .integer(moment), .integer(moment), .integer(moment)]
        try session.connection.run(
            """
            INSERT INTO snapshots (dataset, partition, observed_at, last_at, fetched_at, outcome)
            VALUES (?, ?, ?, ?, ?, 'complete')
            """, values)
        try session.connection.run(
            """
            INSERT INTO partitions (dataset, partition, observed_at, complete_at, fetched_at, outcome)
            VALUES (?, ?, ?, ?, ?, 'complete')
            """, values)
    }

    /// A row from values by column.
    func insert(_ table: String, _ row: [String: Value]) throws {
        let columns = row.keys.sorted()
        let marks = columns.map { _ in "?" }.joined(separator: ", ")
        try session.connection.run(
            "INSERT INTO \(table) (\(columns.joined(separator: ", "))) VALUES (\(marks))",
            columns.map { row[$0] ?? .null })
    }

    /// What a report gives, each row by column.
    func rows(_ report: String, _ values: [String: Value] = [:]) throws -> [[String: Value]] {
        let file = try #require(Self.library.file(.report, report))
        let query = try session.prepare(file.body)
        for parameter in try Parameter.all(of: file) {
            let value = try values[parameter.name] ?? parameter.standard(now: Self.now)
            try query.statement.bind(value, named: parameter.name)
        }
        let names = query.columns.map(\.name)
        return try query.rows().map { Dictionary(uniqueKeysWithValues: zip(names, $0)) }
    }
}

/// Numbers that are the same in every run.
struct ReportNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state &* 0x2545_F491_4F6C_DD1D
    }
}

extension [String: Value] {
    func number(_ column: String) -> Double? {
        self[column].flatMap { $0.real ?? $0.integer.map(Double.init) }
    }
}

/// Equal but for what rounding to so many decimals, and the order of a sum, may change.
func isNear(_ found: Double?, _ expected: Double?, within tolerance: Double = 0.0051) -> Bool {
    switch (found, expected) {
    case (nil, nil): true
    case (let found?, let expected?): abs(found - expected) <= tolerance + abs(expected) * 1e-9
    default: false
    }
}
