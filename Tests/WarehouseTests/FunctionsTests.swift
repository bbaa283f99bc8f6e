import SQLite
import Testing

@testable import Warehouse

@Suite struct FunctionsTests {
    private let connection: Connection

    init() throws {
        connection = try Connection(path: ":memory:", mode: .create)
        try Functions.register(on: connection) { 1_790_510_400 }
    }

    private func value(_ sql: String) throws -> Value? { try connection.value("SELECT \(sql)") }

    @Test(arguments: [
        ("cents(26590)", 2_659_000), ("cents(26590.0)", 2_659_000), ("cents(0.29)", 29), ("cents(0.1 + 0.2)", 30),
        ("cents(24330018.299999997)", 2_433_001_830), ("cents(69999999999999.99)", 6_999_999_999_999_999),
    ])
    func `ISK become whole cents`(sql: String, cents: Int64) throws {
        #expect(try value(sql) == .integer(cents))
    }

    @Test func `what is no amount is refused, and nothing stays nothing`() throws {
        #expect(try value("cents(NULL)") == .null)
        #expect(try value("tick_down(NULL)") == .null)
        #expect(throws: SQLiteError.self) { try value("cents('12')") }
        #expect(throws: SQLiteError.self) { try value("cents(1e17)") }
    }

    /// DOMAIN 2, "Tick": four significant digits, at least 0.01 ISK.
    @Test(arguments: [
        (1_000_000, 999_900, 1_001_000), (1_001_000, 1_000_000, 1_002_000), (12_345.67, 12_340, 12_350),
        (0.01, 0.01, 0.02), (0.02, 0.01, 0.03), (99.99, 99.98, 100), (100, 99.99, 100.1), (100.05, 100, 100.1),
        (999.9, 999.8, 1000), (9_999_000, 9_998_000, 10_000_000), (10_000_000, 9_999_000, 10_010_000),
        (123_456_789_012, 123_400_000_000, 123_500_000_000),
    ])
    func `the next price above and below`(price: Double, below: Double, above: Double) throws {
        #expect(try value("tick_down(\(price))") == .real(below))
        #expect(try value("tick_up(\(price))") == .real(above))
    }

    @Test(arguments: [
        ("1, 2, 2, 4", 0), ("1, 3, 1, 2", -1), ("1, 2, 1, 3", 1), ("0, 5, 0, 7", 0),
        ("9000000000000000000, 9007199254740992, 8999999999999999999, 9007199254740992", 1),
        ("9007199254740991, 9007199254740992, 9007199254740990, 9007199254740991", 1),
        ("-1, 2, 1, 9223372036854775807", -1),
    ])
    func `ratios compare exactly beyond 64 bits of product`(arguments: String, sign: Int64) throws {
        #expect(try value("compare_ratios(\(arguments))") == .integer(sign))
    }

    @Test func `a ratio without a positive divisor is refused`() throws {
        #expect(try value("compare_ratios(1, NULL, 1, 1)") == .null)
        #expect(throws: SQLiteError.self) { try value("compare_ratios(1, 0, 1, 1)") }
        #expect(throws: SQLiteError.self) { try value("compare_ratios(1.5, 1, 1, 1)") }
    }

    @Test(arguments: [
        ("1790510400", "2026-09-27"), ("1790467200", "2026-09-27"), ("1790467199", "2026-09-26"), ("-1", "1969-12-31"),
    ])
    func `a moment has its day, and a day its beginning`(moment: String, day: String) throws {
        #expect(try value("day_of(\(moment))") == .text(day))
        #expect(try value("day_of(day_start('\(day)'))") == .text(day))
        #expect(try value("\(moment) - day_start('\(day)') BETWEEN 0 AND 86399") == 1)
    }

    @Test func `what is no day is refused, and nothing stays nothing`() throws {
        #expect(try value("day_of(NULL)") == .null)
        #expect(try value("day_start(NULL)") == .null)
        for sql in ["day_of('2026-09-27')", "day_of(1e300)", "day_start(5)", "day_start('2026-02-30')"] {
            #expect(throws: SQLiteError.self) { try value(sql) }
        }
        #expect(throws: SQLiteError.self) { try value("day_start('2026-09-27T12:00Z')") }
    }
}
