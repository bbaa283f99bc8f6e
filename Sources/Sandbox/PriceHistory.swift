/// A type's days in a region: a walk round its price that follows from the seed, as far back as ESI shows.
struct PriceHistory {
    struct Day {
        /// Since 1970.
        var day: Int
        /// Cents, like all prices.
        var average: Int
        var highest: Int
        var lowest: Int
        var orders: Int
        var volume: Int
    }

    private let seed: UInt64
    private let words: (region: UInt64, type: UInt64)
    private let price: Double
    /// Units on an ordinary day.
    private let units: Double
    /// Of a hundred days, those without a trade.
    private let quiet: Int

    init(_ universe: Universe, region: Int, _ kind: Universe.Kind) {
        seed = universe.seed
        words = (UInt64(region), UInt64(kind.id))
        price = Double(kind.price)
        // A market turns over much the same money in cheap things and in dear ones; hubs a hundred times the rest.
        let isHub = [Universe.forge, Universe.domain].contains(region)
        units = max((isHub ? 1e11 : 1e9) / price, 0.4)
        quiet = units < 5 ? 60 : units < 50 ? 15 : 0
    }

    /// The walk begins here, so that a day's price is the same whenever it is asked for: 2024-01-01.
    private static let first = 19_723

    /// The days from the first of the month 13 months back to yesterday, seen at a moment.
    func days(at time: Int) -> [Day] {
        let today = time / 86_400
        let begin = SandboxTime.firstOfMonth(before: time, months: 13)
        var days: [Day] = []
        var drift = 0.0
        for day in Self.first..<max(today, Self.first) {
            var mix = Mix(seed, 30, words.region, words.type, UInt64(day))
            // Three shocks make about a normal one; what has strayed comes back.
            drift = drift * 0.985 + 0.02 * (mix.unit() + mix.unit() + mix.unit() - 1.5)
            guard day >= begin, mix.below(100) >= quiet else { continue }
            days.append(self.day(day, drift, isNew: day == today - 1, &mix))
        }
        return days
    }

    private func day(_ day: Int, _ drift: Double, isNew: Bool, _ mix: inout Mix) -> Day {
        // 1970-01-01 was a Thursday: more is traded on Saturdays and Sundays.
        let weekday = [2, 3].contains(day % 7) ? 1.3 : 1.0
        let average = price * (1 + drift)
        let spread = 0.002 + 0.03 * mix.unit()
        let full = max(units * weekday * (0.5 + mix.unit() + mix.unit() * mix.unit()), 1)
        // The newest day is not closed yet: it will be revised.
        let volume = isNew ? max(full * 0.97, 1) : full
        return Day(
            day: day, average: max(Int(average), 3), highest: max(Int(average * (1 + spread)), 3),
            lowest: max(Market.onTick(Int(average * (1 - spread * mix.unit()))), 1),
            orders: max(Int(volume.squareRoot()), 1), volume: Int(volume))
    }
}
