/// The order book of a region at a moment: each slot holds one order after another, and everything about an order
/// follows from its slot and the time.
public struct Market: Sendable {
    let universe: Universe
    let region: Int

    public init(universe: Universe, region: Int) {
        self.universe = universe
        self.region = region
    }

    /// The seconds between two states of the book, as ESI caches it.
    public static let step = 300
    private static let firstID = 6_000_000_000

    var slots: Int {
        if region == Universe.forge { return universe.size.forgeOrders }
        let others = max(universe.regions.count - 1, 1)
        return universe.size.otherOrders / others
    }

    struct Order {
        var id = 0
        var type = 0
        var isBuy = false
        /// Cents.
        var price = 0
        var remaining = 0
        var total = 0
        var minimum = 1
        var place = Universe.Place(station: 0, system: 0)
        var range = "region"
        var duration = 90
        var issued = 0
    }

    private static let ranges = ["station", "solarsystem", "1", "2", "5", "10", "region"]

    /// The order in a slot; nil while the slot is empty between two.
    func order(slot: Int, at time: Int, places: [Universe.Place]) -> Order? {
        var mix = Mix(universe.seed, 2, UInt64(region), UInt64(slot))
        // An order lives from two days to a month, and its slot stays empty for a step behind it.
        let life = 600 + mix.below(8_000)
        let tick = time / Self.step + mix.below(life)
        let (generation, age) = (tick / life, tick % life)
        guard age > 0 else { return nil }
        var own = Mix(universe.seed, 3, UInt64(region), UInt64(slot), UInt64(generation))
        var order = Order()
        order.id = id(slot, generation)
        let kind = universe.types[min(own.below(universe.types.count), own.below(universe.types.count))]
        order.type = kind.id
        order.isBuy = own.below(100) < 38
        order.place = own.below(100) < 65 ? places[0] : places[own.below(places.count)]
        order.total = 1 + own.below(10_000)
        order.minimum = order.isBuy && own.below(30) == 0 ? 10 : 1
        order.range = order.isBuy ? Self.ranges[own.below(Self.ranges.count)] : "region"
        order.duration = own.below(10) < 7 ? 90 : 30
        // Fills now and then; reprices now and then, which resets `issued`.
        let fills = age / (20 + own.below(40))
        order.remaining = max(1, order.total - fills * max(1, order.total / 40))
        let patience = 40 + own.below(80)
        let reprice = age / patience
        var step = Mix(universe.seed, 4, UInt64(slot), UInt64(generation), UInt64(reprice))
        let factor = order.isBuy ? 0.55 + 0.4 * step.unit() : 1.02 + 0.5 * step.unit()
        order.price = Self.onTick(Int(Double(kind.price) * factor))
        order.issued = time - (age - reprice * patience) * Self.step
        return order
    }

    private func id(_ slot: Int, _ generation: Int) -> Int {
        let index = universe.regions.firstIndex(of: region) ?? 0
        let base = region == Universe.forge ? 0 : universe.size.forgeOrders + (index - 1) * slots
        return Self.firstID + generation % 2_000 * 2_000_000 + base + slot
    }

    /// Four significant digits.
    static func onTick(_ cents: Int) -> Int {
        var tick = 1
        while cents / tick >= 10_000 { tick *= 10 }
        return max(cents / tick * tick, 1)
    }

    static let pageSize = 1000

    public var pages: Int { max((slots + Self.pageSize - 1) / Self.pageSize, 1) }

    /// A page of orders, of one type alone where it is given.
    public func page(_ number: Int, at time: Int, type: Int? = nil, isBuy: Bool? = nil) -> [UInt8] {
        var json = JSONBytes()
        let places = universe.places(of: region)
        json.open("[")
        if number == 1 {
            for order in Demo(universe).orders(region, at: time) { Self.write(order, type, isBuy, &json) }
        }
        let first = (number - 1) * Self.pageSize
        for slot in first..<max(first, min(first + Self.pageSize, slots)) {
            if let order = order(slot: slot, at: time, places: places) { Self.write(order, type, isBuy, &json) }
        }
        json.close("]")
        return json.bytes
    }

    /// Ids of the types that have an order.
    func types(at time: Int) -> [Int] {
        let places = universe.places(of: region)
        let own = Demo(universe).orders(region, at: time).map(\.type)
        let types = (0..<slots).compactMap { order(slot: $0, at: time, places: places)?.type }
        return Set(own + types).sorted()
    }

    private static func write(_ order: Order, _ type: Int?, _ isBuy: Bool?, _ json: inout JSONBytes) {
        if let type, order.type != type { return }
        if let isBuy, order.isBuy != isBuy { return }
        json.open("{")
        json.member("duration", order.duration)
        json.member("is_buy_order", order.isBuy)
        json.member("issued", time: order.issued)
        json.member("location_id", order.place.station)
        json.member("min_volume", order.minimum)
        json.member("order_id", order.id)
        json.member("price", cents: order.price)
        json.member("range", order.range)
        json.member("system_id", order.place.system)
        json.member("type_id", order.type)
        json.member("volume_remain", order.remaining)
        json.member("volume_total", order.total)
        json.close("}")
    }
}
