/// The demo's player, character 90000001 of corporation 98000001: own contracts of every side, with rivals placed so
/// that every verdict comes up, and own market orders.
public struct Demo {
    public static let character = 90_000_001
    public static let corporation = 98_000_001
    static let rival = 90_000_003

    private let start: Int

    init(_ universe: Universe) {
        start = universe.start
    }

    private static let day = 86_400

    /// An item offered.
    private func sale(
        _ id: Int, by issuer: Int, _ items: [Contract.Item], isk: Double, after seconds: Int = -7_200,
        title: String = ""
    ) -> Contract {
        var contract = Contract()
        contract.id = id
        contract.issuer = issuer
        contract.corporation = issuer == Self.rival ? 98_000_003 : Self.corporation
        contract.title = title
        contract.price = Int((isk * 100).rounded())
        contract.place = 60_003_760
        contract.issued = start + seconds
        contract.expires = start + seconds + 14 * Self.day
        contract.items = items
        return contract
    }

    private func wanted(_ contract: Contract) -> Contract {
        var contract = contract
        contract.reward = contract.price
        contract.price = 0
        contract.items = contract.items.map {
            var item = $0
            item.isIncluded = false
            return item
        }
        return contract
    }

    private func auction(_ contract: Contract, buyout: Double) -> Contract {
        var contract = contract
        contract.kind = .auction
        contract.buyout = Int((buyout * 100).rounded())
        contract.bids = [
            Contract.Bid(id: contract.id * 10, amount: contract.price, date: contract.issued + 600),
            Contract.Bid(id: contract.id * 10 + 1, amount: contract.price * 11 / 10, date: start + 2_400),
        ]
        return contract
    }

    /// All of it plays in The Forge.
    func contracts(_ region: Int) -> [Contract] {
        guard region == Universe.forge else { return [] }
        return own + rivals
    }

    private typealias Item = Contract.Item

    private var own: [Contract] {
        let me = Self.character
        var corporate = sale(190_000_012, by: 90_000_002, [Item(type: 603)], isk: 300_000, title: "for the corporation")
        corporate.isForCorporation = true
        var courier = sale(190_000_010, by: me, [], isk: 0, title: "haul this")
        courier.kind = .courier
        courier.reward = 2_000_000_00
        let copy = Item(type: 691, isCopy: true, me: 10, te: 20, runs: 10)
        return [
            sale(190_000_001, by: me, [Item(type: 587, quantity: 10)], isk: 4_500_000, title: "ten Rifters"),
            sale(190_000_002, by: me, [Item(type: 597)], isk: 300_000),
            wanted(sale(190_000_003, by: me, [Item(type: 34, quantity: 1_000_000)], isk: 6_500_000, title: "WTB Trit")),
            auction(sale(190_000_004, by: me, [Item(type: 626)], isk: 9_000_000), buyout: 11_000_000),
            auction(sale(190_000_005, by: me, [Item(type: 626)], isk: 8_000_000), buyout: 0),
            sale(190_000_006, by: me, [copy], isk: 1_800_000),
            sale(190_000_007, by: me, [Item(type: 707, me: 10, te: 20)], isk: 2_500_000),
            sale(190_000_008, by: me, [Item(type: 587), Item(type: 603, isIncluded: false)], isk: 0, title: "swap"),
            sale(190_000_009, by: me, [Item(type: 587)], isk: 0, title: "a gift"),
            courier,
            sale(190_000_011, by: me, [Item(type: 587), Item(type: 483, quantity: 2)], isk: 520_000, title: "fitted"),
            corporate,
        ]
    }

    private var rivals: [Contract] {
        let them = Self.rival
        return [
            // A dearer one first, then one that undercuts half an hour into the demo.
            sale(191_000_001, by: them, [Item(type: 587, quantity: 5)], isk: 2_300_000),
            sale(191_000_002, by: them, [Item(type: 587, quantity: 10)], isk: 3_000_000, after: 1_200),
            sale(191_000_003, by: them, [Item(type: 597)], isk: 300_000, after: -3_600),
            wanted(
                sale(191_000_004, by: them, [Item(type: 34, quantity: 2_000_000)], isk: 14_000_000, after: 3_000)),
            sale(191_000_005, by: them, [Item(type: 626)], isk: 8_500_000, after: -3_600),
            sale(191_000_006, by: them, [Item(type: 691, isCopy: true, me: 10, te: 20, runs: 1)], isk: 150_000),
            sale(191_000_007, by: them, [Item(type: 707, me: 8, te: 20)], isk: 2_000_000),
        ]
    }

    /// Own orders at Jita, in the first page of the book: one is undercut half an hour into the demo.
    func orders(_ region: Int, at time: Int) -> [Market.Order] {
        guard region == Universe.forge else { return [] }
        let place = Universe.Place(station: 60_003_760, system: 30_000_142)
        func order(_ id: Int, _ type: Int, isk: Double, issued: Int) -> Market.Order {
            Market.Order(
                id: id, type: type, isBuy: false, price: Int((isk * 100).rounded()), remaining: 90, total: 100,
                place: place, issued: issued)
        }
        var orders = [
            order(5_900_000_001, 587, isk: 300_000, issued: start - 7_200),
            order(5_900_000_002, 603, isk: 310_000, issued: start - 7_200),
        ]
        if time >= start + 1_500 { orders.append(order(5_900_000_101, 587, isk: 299_900, issued: start + 1_500)) }
        return orders
    }

    public static let orderIDs = [5_900_000_001, 5_900_000_002]
}
