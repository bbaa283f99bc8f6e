internal import Warehouse

/// A straight scale between two bounds, with round numbers on it.
struct ChartScale: Equatable {
    var low: Double
    var high: Double
    var ticks: [Double]
    /// The distance between neighbouring ticks.
    var step: Double

    /// Numbers: about `count` ticks at 1, 2 or 5 times a power of ten.
    /// - Parameter isWide: whether the bounds are moved out to ticks.
    init(low least: Double, high most: Double, count: Int, isWide: Bool = false) {
        let (low, high) = Self.apart(least, most)
        // In halves throughout: the distance between the largest numbers there are is none of them.
        step = Self.round((high / 2 - low / 2) / Double(max(count, 3)) * 2)
        let first = (low / step).rounded(.down)
        let last = (high / step).rounded(.up)
        let step = step
        let all = (0...Int(last - first)).map { (first + Double($0)) * step }.filter(\.isFinite)
        self.low = isWide ? min(low, all.first ?? low) : low
        self.high = isWide ? max(high, all.last ?? high) : high
        ticks = isWide ? all : all.filter { $0 >= low && $0 <= high }
    }

    /// Moments: ticks at round times, the bounds as they are.
    init(from low: Double, to high: Double, count: Int) {
        (self.low, self.high) = low < high ? (low, high) : (low - 43_200, low + 43_200)
        let least = (self.high - self.low) / Double(max(count, 1))
        let days: [Double] = [1, 2, 4, 7, 14, 28, 56, 91, 182, 364].map { $0 * 86400 }
        let steps: [Double] = [60, 300, 900, 1800, 3600, 10_800, 21_600, 43_200] + days
        step = steps.first { $0 >= least } ?? ChartScale.round(least / (364 * 86400)) * 364 * 86400
        var tick = (self.low / step).rounded(.up) * step
        ticks = []
        while tick <= self.high {
            ticks.append(tick)
            tick += step
        }
    }

    /// Where a value stands, 0 at the low end and 1 at the high one.
    func position(_ value: Double) -> Double {
        (value / 2 - low / 2) / (high / 2 - low / 2)
    }

    /// Equal bounds get room around them.
    private static func apart(_ low: Double, _ high: Double) -> (Double, Double) {
        // What differs by less than doubles tell apart at this size is equal.
        guard high / 2 - low / 2 <= max(low.magnitude, high.magnitude) * 1e-12 else { return (low, high) }
        let room = low == 0 ? 1 : low.magnitude * 0.05
        return (max(low - room, -.greatestFiniteMagnitude), min(high + room, .greatestFiniteMagnitude))
    }

    /// The least of 1, 2 and 5 times a power of ten that is no less.
    private static func round(_ rough: Double) -> Double {
        var power = 1.0
        while power * 10 <= rough { power *= 10 }
        while power > rough { power /= 10 }
        return [1.0, 2, 5, 10].map { $0 * power }.first { $0 >= rough * (1 - 1e-9) } ?? power
    }
}

/// Numbers and moments as a chart's axes and legends write them.
enum ChartText {
    /// `1.25 B`, `12.3`, `7`.
    static func number(_ value: Double) -> String {
        if value.magnitude >= 1e15 { return CellText.real(value) }
        if value == value.rounded(), value.magnitude < 1000 { return String(Int(value)) }
        if value.magnitude < 0.01 { return CellText.real(value) }
        return HumanStyle.amount(value)
    }

    /// The ticks of an axis, alike: `4.05`, `4.10`; `0`, `500 M`, `1000 M`.
    static func numbers(_ scale: ChartScale) -> [String] {
        let size = scale.ticks.map(\.magnitude).max() ?? 0
        guard size < 1e15, scale.step > 1e-9 else { return scale.ticks.map(CellText.real) }
        let units: [(Double, String)] = [(1e12, " T"), (1e9, " B"), (1e6, " M"), (1e4, " k")]
        let unit = units.first { size >= $0.0 }.map { ($0.1 == " k" ? 1e3 : $0.0, $0.1) } ?? (1, "")
        var decimals = 0
        while decimals < 9, !isWhole(scale.step / unit.0, decimals) { decimals += 1 }
        return scale.ticks.map { $0 == 0 ? "0" : fixed($0 / unit.0, decimals) + unit.1 }
    }

    /// A moment as exactly as ticks that far apart need it.
    static func moment(_ seconds: Double, step: Double) -> String {
        let text = Timestamp.text(Int64(seconds.rounded(.down)))
        guard text.count == 20 else { return text }
        return step >= 86400 ? String(text.prefix(10)) : "\(text.prefix(10)) \(text.dropFirst(11).prefix(5))"
    }

    private static func isWhole(_ step: Double, _ decimals: Int) -> Bool {
        let scaled = step * powerOfTen(decimals)
        return (scaled - scaled.rounded()).magnitude < 1e-6 * max(scaled, 1)
    }

    /// So many decimals, rounded; the numbers of ticks and of places in a drawing.
    static func fixed(_ value: Double, _ decimals: Int) -> String {
        let scale = powerOfTen(decimals)
        guard value.magnitude < 9e18 / scale else { return CellText.real(value) }
        let scaled = Int64((value.magnitude * scale).rounded())
        let sign = value < 0 && scaled != 0 ? "-" : ""
        guard decimals > 0 else { return sign + String(scaled) }
        let fraction = String(scaled % Int64(scale))
        return sign + "\(scaled / Int64(scale))." + String(repeating: "0", count: decimals - fraction.count) + fraction
    }

    private static func powerOfTen(_ exponent: Int) -> Double {
        (0..<exponent).reduce(1.0) { product, _ in product * 10 }
    }
}
