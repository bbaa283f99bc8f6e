import SQLite

/// The few functions that stored SQL has beyond SQLite's own.
enum Functions {
    /// - Parameter asOf: the moment that the statement's data are of, Unix seconds; NULL where nothing was observed.
    static func register(on connection: Connection, asOf: @escaping () -> Value) throws(SQLiteError) {
        try connection.register(
            ScalarFunction("as_of", argumentCount: 0, isDeterministic: true) { _ in asOf() })
        try connection.register(
            ScalarFunction("cents", argumentCount: 1) { try cents($0[0]) })
        try connection.register(
            ScalarFunction("tick_up", argumentCount: 1) { try price($0[0], Ticks.up) })
        try connection.register(
            ScalarFunction("tick_down", argumentCount: 1) { try price($0[0], Ticks.down) })
        try connection.register(
            ScalarFunction("compare_ratios", argumentCount: 4) { try compareRatios($0) })
        try connection.register(
            ScalarFunction("day_of", argumentCount: 1) { try dayOf($0[0]) })
        try connection.register(
            ScalarFunction("day_start", argumentCount: 1) { try dayStart($0[0]) })
    }

    struct NotAnAmount: Error, CustomStringConvertible {
        let description: String
    }

    /// ISK as whole cents: amounts are compared, summed and ranked as integers, never as doubles.
    static func cents(_ value: Value) throws -> Value {
        switch value {
        case .null: return .null
        case .integer(let isk):
            let product = isk.multipliedReportingOverflow(by: 100)
            guard !product.overflow else {
                throw NotAnAmount(description: "cents: \(isk) ISK is beyond 64 bits of cents")
            }
            return .integer(product.partialValue)
        case .real(let isk):
            let cents = (isk * 100).rounded(.toNearestOrAwayFromZero)
            guard let whole = Int64(exactly: cents) else {
                throw NotAnAmount(description: "cents: \(isk) ISK is beyond 64 bits of cents")
            }
            return .integer(whole)
        case .text, .blob: throw NotAnAmount(description: "cents takes a number")
        }
    }

    /// `compare_ratios(a, b, c, d)`: the sign of a/b - c/d for whole numbers, exact where a product would pass 64 bits;
    /// b and d must be positive. NULL where one of the four is.
    static func compareRatios(_ values: [Value]) throws -> Value {
        if values.contains(.null) { return .null }
        let numbers = values.compactMap(\.integer)
        guard numbers.count == 4, numbers[1] > 0, numbers[3] > 0 else {
            throw NotAnAmount(description: "compare_ratios takes whole numbers, with positive divisors")
        }
        let left = numbers[0].multipliedFullWidth(by: numbers[3])
        let right = numbers[2].multipliedFullWidth(by: numbers[1])
        if left == right { return 0 }
        return (left.high, left.low) < (right.high, right.low) ? -1 : 1
    }

    /// `day_of(moment)`: the day of Unix seconds as ESI writes dates, `2026-09-27`.
    static func dayOf(_ value: Value) throws -> Value {
        if value.isNull { return .null }
        guard let seconds = value.integer, (-62_167_219_200...253_402_300_799).contains(seconds) else {
            throw NotAnAmount(description: "day_of takes Unix seconds")
        }
        return .text(String(Timestamp.text(seconds).prefix(10)))
    }

    /// `day_start(day)`: the Unix seconds at which a day begins.
    static func dayStart(_ value: Value) throws -> Value {
        if value.isNull { return .null }
        guard let text = value.text, text.utf8.count == 10, let seconds = Timestamp.parse(text) else {
            throw NotAnAmount(description: "day_start takes a date such as 2026-09-27")
        }
        return .integer(seconds)
    }

    private static func price(_ value: Value, _ next: (Int64) -> Int64) throws -> Value {
        guard case .integer(let cents) = try cents(value) else { return .null }
        return .real(Double(next(cents)) / 100)
    }
}

/// The prices that the game accepts: four significant digits, at least 0.01 ISK (DOMAIN 2, "Tick"), in cents.
enum Ticks {
    /// The distance between neighbouring prices around `cents`.
    static func size(_ cents: Int64) -> Int64 {
        var size: Int64 = 1
        var rest = cents
        while rest >= 10_000 {
            rest /= 10
            size *= 10
        }
        return size
    }

    /// The next price above.
    static func up(_ cents: Int64) -> Int64 {
        guard cents >= 1 else { return 1 }
        let tick = size(cents)
        return cents / tick * tick + tick
    }

    /// The next price below; never under 0.01 ISK.
    static func down(_ cents: Int64) -> Int64 {
        guard cents > 1 else { return 1 }
        let tick = size(cents)
        if cents % tick != 0 { return cents / tick * tick }
        return isPowerOfTen(cents) ? cents - size(cents - 1) : cents - tick
    }

    private static func isPowerOfTen(_ value: Int64) -> Bool {
        var rest = value
        while rest >= 10, rest % 10 == 0 { rest /= 10 }
        return rest == 1
    }
}
