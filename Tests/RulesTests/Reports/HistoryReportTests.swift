import Foundation
import SQLite
import Testing
import Warehouse

/// The reports over the price history beside the same figures reckoned plainly, day by day.
@Suite struct HistoryReportTests {
    private let history: History
    private let bench: ReportBench

    init() throws {
        history = History(seed: 11)
        bench = try ReportBench()
        try history.write(to: bench)
    }

    // MARK: One type

    @Test(arguments: History.types)
    func `averages, volatility and z of each day are what a walk through the days gives`(type: Int64) throws {
        let days = history.days(type)
        let rows = try bench.rows("price-history", ["type_id": .integer(type), "days": 10_000])
        try #require(rows.map { $0["date"]?.text } == days.map(\.date))
        var ema: [Int: Double] = [:]
        for (place, row) in rows.enumerated() {
            let day = days[place]
            #expect(row.number("average") == day.average)
            #expect(row.number("volume") == Double(day.volume))
            for n in [5, 20, 60] {
                let window = place + 1 >= n ? Array(days[(place + 1 - n)...place]) : nil
                #expect(isNear(row.number("vwap_\(n)"), window.flatMap(Naive.vwap)), "vwap_\(n) \(row)")
                #expect(isNear(row.number("sma_\(n)"), window.flatMap { Naive.mean($0.compactMap(\.average)) }))
                if let price = day.average {
                    ema[n] = ema[n].map { $0 + 2 / Double(n + 1) * (price - $0) } ?? price
                }
                #expect(isNear(row.number("ema_\(n)"), ema[n]), "ema_\(n) \(row)")
            }
            let window = place >= 20 ? Array(days[(place - 20)...place]) : nil
            let volatility = window.flatMap { Naive.deviation(Naive.returns($0)) }
            #expect(isNear(row.number("volatility_20"), volatility, within: 1e-6), "\(row)")
            let twenty = place >= 19 ? Array(days[(place - 19)...place]) : []
            let z = day.average.flatMap { Naive.z($0, twenty) }
            #expect(isNear(row.number("z_20"), z), "\(row) \(String(describing: z))")
        }
        let last = try bench.rows("price-history", ["type_id": .integer(type), "days": 7])
        #expect(last == rows.suffix(7))
    }

    @Test func `a type without history has no days, and one that stands still neither volatility nor z`() throws {
        #expect(try bench.rows("price-history", ["type_id": 99]) == [])
        let rows = try bench.rows("price-history", ["type_id": .integer(History.still), "days": 5])
        #expect(rows.count == 5)
        #expect(rows.allSatisfy { $0["volatility_20"] == .real(0) && $0["z_20"] == .null })
        #expect(rows.allSatisfy { $0.number("vwap_60") == 5e9 && $0.number("ema_20") == 5e9 })
    }

    @Test func `days without trades since the last one are known once ESI was asked again`() throws {
        let before = try bench.rows("price-history", ["type_id": .integer(History.rare), "days": 400])
        let last = try #require(history.days(History.rare).last { $0.volume > 0 })
        #expect(before.last?["date"]?.text == History.lastDay)
        #expect(last.date < History.lastDay)
        try bench.session.connection.run("DELETE FROM snapshots WHERE dataset = 'market_history'")
        let after = try bench.rows("price-history", ["type_id": .integer(History.rare), "days": 400])
        #expect(after.last?["date"]?.text == last.date)
    }

    @Test(arguments: History.types, [4, 26])
    func `weekdays are summed apart`(type: Int64, weeks: Int) throws {
        let days = history.days(type)
        let shown = days.indices.suffix(weeks * 7)
        let rows = try bench.rows("weekday-effect", ["type_id": .integer(type), "weeks": .integer(Int64(weeks))])
        let names = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
        #expect(rows.map { $0["weekday"]?.text } == names)
        let all = Naive.mean(shown.map { Double(days[$0].volume) }) ?? 0
        for (number, row) in rows.enumerated() {
            // 1970-01-01 was a Thursday.
            let own = shown.filter { (days[$0].number + 3) % 7 == number }
            let volumes = own.map { Double(days[$0].volume) }
            #expect(row.number("days") == Double(own.count))
            #expect(isNear(row.number("mean_volume"), Naive.mean(volumes), within: 0.051))
            #expect(isNear(row.number("median_volume"), Naive.median(volumes)))
            #expect(isNear(row.number("volume_percent"), Naive.mean(volumes).map { 100 * $0 / all }, within: 0.051))
            let ratios = own.filter { $0 >= 3 && $0 + 3 < days.count }.compactMap { place in
                days[place].average.flatMap { price in
                    Naive.mean(days[(place - 3)...(place + 3)].compactMap(\.average)).map { price / $0 }
                }
            }
            #expect(isNear(row.number("price_percent"), Naive.mean(ratios).map { 100 * $0 }), "\(row)")
        }
    }

    // MARK: All types of a region

    @Test(arguments: [30, 7, 21, 500])
    func `liquidity, trend and z are what a walk through the days gives`(span: Int) throws {
        let rows = try bench.rows("market-statistics", ["days": .integer(Int64(span))])
        let all = History.types + [History.still, History.rare]
        #expect(rows.count == all.count { type in history.days(type).suffix(span).contains { $0.average != nil } })
        #expect(rows.compactMap { $0.number("turnover") } == rows.compactMap { $0.number("turnover") }.sorted(by: >))
        for type in History.types {
            let days = Array(history.days(type).suffix(span))
            guard days.contains(where: { $0.average != nil }) else { continue }
            let row = try #require(rows.first { $0["type_id"] == .integer(type) })
            let prices = days.compactMap(\.average)
            #expect(row.number("days") == Double(days.count))
            #expect(
                isNear(row.number("traded_percent"), 100 * Double(prices.count) / Double(days.count), within: 0.051))
            #expect(isNear(row.number("median_volume"), Naive.median(days.map { Double($0.volume) })), "\(row)")
            #expect(isNear(row.number("median_price"), Naive.median(prices)))
            #expect(isNear(row.number("turnover"), days.reduce(0) { $0 + $1.turnover } / Double(days.count)))
            #expect(isNear(row.number("range_percent"), Naive.median(days.compactMap(\.range)).map { 100 * $0 }))
            let volatility = Naive.deviation(Naive.returns(days))
            #expect(isNear(row.number("volatility"), volatility, within: 1e-6), "\(row)")
            let trend = Naive.trend(days)
            #expect(isNear(row.number("trend_percent"), trend.map { 100 * (exp($0.slope) - 1) }, within: 0.00051))
            #expect(isNear(row.number("trend_fit"), trend.map(\.fit), within: 0.00051))
            let twenty = Array(days.suffix(20))
            #expect(isNear(row.number("vwap_20"), Naive.vwap(twenty)))
            let middle = (history.bid(type) + history.ask(type)) / 2
            #expect(isNear(row.number("z"), Naive.z(middle, twenty)), "\(row)")
            let one = try bench.rows("market-statistics", ["days": .integer(Int64(span)), "type_id": .integer(type)])
            #expect(one == [row])
        }
    }

    @Test(arguments: [3, 7, 40])
    func `movers compare two spans of the same length`(span: Int) throws {
        let rows = try bench.rows("movers", ["days": .integer(Int64(span)), "min_turnover": 0, "limit": 100])
        var expected: [Int64: Double] = [:]
        for type in History.types + [History.still, History.rare] {
            let days = history.days(type)
            let now = Array(days.suffix(span))
            let before = Array(days.dropLast(span).suffix(span))
            guard let price = Naive.vwap(now), let old = Naive.vwap(before) else { continue }
            expected[type] = 100 * (price - old) / old
            let row = try #require(rows.first { $0["type_id"] == .integer(type) })
            #expect(isNear(row.number("price"), price))
            #expect(isNear(row.number("change_percent"), expected[type]), "\(row)")
            #expect(row["volume_before"] == .integer(before.reduce(0) { $0 + $1.volume }))
        }
        #expect(Set(rows.compactMap { $0["type_id"]?.integer }) == Set(expected.keys))
        let changes = rows.compactMap { $0.number("change_percent").map(abs) }
        #expect(zip(changes, changes.dropFirst()).allSatisfy { $0 >= $1 - 0.01 })
    }

    @Test(arguments: [30, 21])
    func `days of supply and a day's profit stand on the median of the days`(span: Int) throws {
        let supply = try bench.rows("days-of-supply", ["days": .integer(Int64(span))])
        let trading = try bench.rows(
            "station-trading",
            ["days": .integer(Int64(span)), "min_margin": -100, "min_traded": 0, "broker_fee": 1, "sales_tax": 2])
        let hubs = try bench.rows("hubs", ["type_id": .integer(History.types[0])])
        for type in History.types {
            let median = try #require(Naive.median(history.days(type).suffix(span).map { Double($0.volume) }))
            let row = supply.first { $0["type_id"] == .integer(type) }
            #expect(isNear(row?.number("days_of_supply"), median > 0 ? 300 / median : nil), "\(type)")
            // One tick of a price between 100 and 999.9 ISK is 0.1.
            let (buy, sell) = (history.bid(type) + 0.1, history.ask(type) - 0.1)
            let profit = sell * 0.97 - buy * 1.01
            let trade = trading.first { $0["type_id"] == .integer(type) }
            #expect(isNear(trade?.number("profit"), profit), "\(type)")
            #expect(isNear(trade?.number("daily_profit"), profit * median * 0.1))
            #expect(isNear(trade?.number("margin_percent"), 100 * profit / (buy * 1.01)))
        }
        let days = history.days(History.types[0])
        #expect(hubs.count == 5)
        #expect(hubs[0].number("best_ask") == history.ask(History.types[0]))
        #expect(isNear(hubs[0].number("median_volume"), Naive.median(days.suffix(30).map { Double($0.volume) })))
        #expect(isNear(hubs[0].number("vwap_20"), Naive.vwap(Array(days.suffix(20)))))
        #expect(hubs[1]["best_ask"] == .null)
    }
}

/// A made-up history of some types in one region, with gaps, and a small book on top of it.
struct History {
    struct Day {
        var number: Int64
        var average: Double?
        var highest = 0.0
        var lowest = 0.0
        var volume: Int64 = 0

        var date: String { String(Timestamp.text(number * 86400).prefix(10)) }
        var turnover: Double { (average ?? 0) * Double(volume) }
        var range: Double? { average.map { (highest - lowest) / $0 } }
    }

    /// Traded nearly always, often, seldom; the last one is new.
    static let types: [Int64] = [34, 35, 36, 37]
    /// Always at the same, high price.
    static let still: Int64 = 40
    /// Its last trade was long ago.
    static let rare: Int64 = 41
    static let lastDay = "2026-09-26"
    private static let last: Int64 = 20_722

    private var days: [Int64: [Day]] = [:]

    init(seed: UInt64) {
        var numbers = ReportNumbers(seed: seed)
        for (place, type) in Self.types.enumerated() {
            days[type] = Self.walk(count: [110, 90, 200, 12][place], gaps: [0.05, 0.3, 0.7, 0.2][place], &numbers)
        }
        days[Self.still] = Self.walk(count: 80, gaps: 0, &numbers).map { day in
            Day(number: day.number, average: 5e9, highest: 5e9, lowest: 5e9, volume: day.volume)
        }
        var rare = Self.walk(count: 60, gaps: 0.5, &numbers)
        for place in rare.indices.suffix(20) { rare[place] = Day(number: rare[place].number) }
        days[Self.rare] = rare
    }

    /// From the first day with trades to the last known one.
    func days(_ type: Int64) -> [Day] {
        Array((days[type] ?? []).drop { $0.average == nil })
    }

    func bid(_ type: Int64) -> Double { 150 + Double(type) }
    func ask(_ type: Int64) -> Double { 190 + Double(type) }

    private static func walk(count: Int64, gaps: Double, _ numbers: inout ReportNumbers) -> [Day] {
        var price = 200.0
        return (0..<count).map { place in
            let number = last - count + 1 + place
            price *= exp(Double.random(in: -0.05...0.05, using: &numbers))
            guard place == 0 || Double.random(in: 0..<1, using: &numbers) >= gaps else { return Day(number: number) }
            let average = (price * 100).rounded() / 100
            return Day(
                number: number, average: average, highest: average * 1.1,
                lowest: average * Double.random(in: 0.8...1, using: &numbers),
                volume: Int64.random(in: 1...5000, using: &numbers))
        }
    }

    func write(to bench: ReportBench) throws {
        for (type, days) in days.sorted(by: { $0.key < $1.key }) {
            try bench.insert(
                "types",
                [
                    "type_id": .integer(type), "name": .text("Type \(type)"), "group_id": 18, "market_group_id": 1857,
                    "published": 1, "description": "", "valid_from": 1,
                ])
            // ESI's answer of today knows yesterday.
            let partition = "region_id=\(ReportBench.region)&type_id=\(type)"
            try bench.observed("market_history", partition, at: ReportBench.now - 3000)
            for day in days {
                guard let average = day.average else { continue }
                try bench.insert(
                    "market_history",
                    [
                        "region_id": .integer(ReportBench.region), "type_id": .integer(type), "date": .text(day.date),
                        "average": .real(average), "highest": .real(day.highest), "lowest": .real(day.lowest),
                        "order_count": 3, "volume": .integer(day.volume), "valid_from": 1,
                    ])
            }
            for (id, isBuy, price) in [(type * 2, true, bid(type)), (type * 2 + 1, false, ask(type))] {
                try bench.insert(
                    "market_orders",
                    [
                        "region_id": .integer(ReportBench.region), "order_id": .integer(id), "type_id": .integer(type),
                        "is_buy_order": isBuy ? 1 : 0, "price": .real(price), "volume_remain": 300, "volume_total": 300,
                        "min_volume": 1, "location_id": .integer(ReportBench.place), "system_id": 30_000_142,
                        "range": "region", "duration": 90, "issued": .integer(ReportBench.now - 3600),
                        "valid_from": .integer(ReportBench.now - 3600),
                    ])
            }
        }
    }
}

/// The figures of DOMAIN 3, each as its definition says it.
enum Naive {
    static func mean(_ values: [Double]) -> Double? {
        values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }

    static func median(_ values: [Double]) -> Double? {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }

    static func vwap(_ days: [History.Day]) -> Double? {
        let volume = days.reduce(0) { $0 + $1.volume }
        return volume == 0 ? nil : days.reduce(0) { $0 + $1.turnover } / Double(volume)
    }

    /// Between neighbouring days that both had trades.
    static func returns(_ days: [History.Day]) -> [Double] {
        zip(days, days.dropFirst()).compactMap { before, day in
            guard let old = before.average, let new = day.average else { return nil }
            return log(new / old)
        }
    }

    /// Of a sample; nil for less than two values.
    static func deviation(_ values: [Double]) -> Double? {
        guard values.count > 1, let mean = mean(values) else { return nil }
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (squares / Double(values.count - 1)).squareRoot()
    }

    /// In deviations of the days' averages, weighted by volume.
    static func z(_ price: Double, _ days: [History.Day]) -> Double? {
        guard let vwap = vwap(days) else { return nil }
        let volume = Double(days.reduce(0) { $0 + $1.volume })
        let squares = days.reduce(0.0) { sum, day in
            sum + (day.average.map { Double(day.volume) * ($0 - vwap) * ($0 - vwap) } ?? 0)
        }
        let deviation = (squares / volume).squareRoot()
        return deviation < vwap * 1e-6 ? nil : (price - vwap) / deviation
    }

    /// The straight line through ln(average), by least squares.
    static func trend(_ days: [History.Day]) -> (slope: Double, fit: Double)? {
        let points = days.compactMap { day in day.average.map { (x: Double(day.number), y: log($0)) } }
        guard points.count > 1, let x = mean(points.map(\.x)), let y = mean(points.map(\.y)) else { return nil }
        let xy = points.reduce(0) { $0 + ($1.x - x) * ($1.y - y) }
        let xx = points.reduce(0) { $0 + ($1.x - x) * ($1.x - x) }
        let yy = points.reduce(0) { $0 + ($1.y - y) * ($1.y - y) }
        return (xy / xx, xy * xy / (xx * yy))
    }
}
