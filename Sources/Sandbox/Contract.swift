/// A public contract.
struct Contract {
    enum Kind: String {
        case exchange = "item_exchange"
        case auction, courier, loan
    }

    struct Item {
        var type: Int
        var quantity = 1
        var isIncluded = true
        var isCopy = false
        var me: Int?
        var te: Int?
        var runs: Int?
    }

    struct Bid {
        var id: Int
        /// Cents.
        var amount: Int
        var date: Int
    }

    var id = 0
    var kind = Kind.exchange
    var issuer = 0
    var corporation = 0
    var isForCorporation = false
    var title = ""
    /// Cents, like all amounts.
    var price = 0
    var reward = 0
    var buyout = 0
    var collateral = 0
    var volume = 100.0
    var place = 0
    var issued = 0
    var expires = 0
    var items: [Item] = []
    var bids: [Bid] = []

    func write(_ json: inout JSONBytes) {
        json.open("{")
        if kind == .auction {
            json.member("buyout", cents: buyout)
        } else {
            json.member("collateral", cents: collateral)
        }
        json.member("contract_id", id)
        json.member("date_expired", time: expires)
        json.member("date_issued", time: issued)
        json.member("days_to_complete", kind == .courier ? 3 : 0)
        json.member("end_location_id", place)
        if isForCorporation { json.member("for_corporation", true) }
        json.member("issuer_corporation_id", corporation)
        json.member("issuer_id", issuer)
        json.member("price", cents: price)
        json.member("reward", cents: reward)
        json.member("start_location_id", place)
        json.member("title", title)
        json.member("type", kind.rawValue)
        json.member("volume", volume)
        json.close("}")
    }

    func itemsJSON() -> [UInt8] {
        var json = JSONBytes()
        json.open("[")
        for (index, item) in items.enumerated() {
            json.open("{")
            if item.isCopy { json.member("is_blueprint_copy", true) }
            json.member("is_included", item.isIncluded)
            if item.isIncluded { json.member("item_id", 1_040_000_000_000 + id * 100 + index) }
            if let me = item.me { json.member("material_efficiency", me) }
            json.member("quantity", item.quantity)
            json.member("record_id", 5_000_000_000 + id * 100 + index)
            if let runs = item.runs { json.member("runs", runs) }
            if let te = item.te { json.member("time_efficiency", te) }
            json.member("type_id", item.type)
            json.close("}")
        }
        json.close("]")
        return json.bytes
    }

    func bidsJSON(at time: Int) -> [UInt8] {
        var json = JSONBytes()
        json.open("[")
        for bid in bids where bid.date <= time {
            json.open("{")
            json.member("amount", cents: bid.amount)
            json.member("bid_id", bid.id)
            json.member("date_bid", time: bid.date)
            json.close("}")
        }
        json.close("]")
        return json.bytes
    }
}

/// The public contracts of a region at a moment, made from slots as orders are.
struct ContractBoard {
    let universe: Universe
    let region: Int

    /// The seconds between two states, as ESI caches it.
    static let step = 1800
    private static let firstID = 200_000_000
    /// Room for the ids of one generation of all slots of all regions.
    private static let stride = 100_000

    /// The Forge's, and a tenth of them elsewhere; all the regions of a large universe have half as many together.
    var slots: Int {
        let forge = universe.size.forgeContracts
        return region == Universe.forge ? forge : forge / max(10, 2 * universe.regions.count)
    }

    private var firstSlot: Int {
        let index = universe.regions.firstIndex(of: region) ?? 0
        return index == 0 ? 0 : universe.size.forgeContracts + (index - 1) * slots
    }

    /// By id, as ESI sorts them.
    func contracts(at time: Int) -> [Contract] {
        var contracts = Demo(universe).contracts(region).filter { $0.issued <= time && time < $0.expires + Self.step }
        for slot in 0..<slots {
            if let contract = contract(slot, at: time) { contracts.append(contract) }
        }
        return contracts.map(sized).sorted { $0.id < $1.id }
    }

    /// With the volume of what it offers: from it follows what a contract of unknown items cannot hold.
    private func sized(_ contract: Contract) -> Contract {
        guard !contract.items.isEmpty else { return contract }
        var sized = contract
        sized.volume = contract.items.reduce(0) { volume, item in
            guard item.isIncluded, let index = universe.typeIndex[item.type] else { return volume }
            return volume + Double(item.quantity) * universe.types[index].volume
        }
        return sized
    }

    static func contract(_ id: Int, in universe: Universe, at time: Int) -> Contract? {
        for region in universe.regions {
            if let own = Demo(universe).contracts(region).first(where: { $0.id == id }) {
                return own.issued <= time && time < own.expires ? own : nil
            }
        }
        guard id >= firstID else { return nil }
        let place = (id - firstID) % stride
        for region in universe.regions {
            let board = ContractBoard(universe: universe, region: region)
            guard (board.firstSlot..<(board.firstSlot + board.slots)).contains(place) else { continue }
            let contract = board.contract(place - board.firstSlot, at: time)
            return contract?.id == id ? contract : nil
        }
        return nil
    }

    private func contract(_ slot: Int, at time: Int) -> Contract? {
        var mix = Mix(universe.seed, 5, UInt64(region), UInt64(slot))
        let life = 12 + mix.below(600)
        let tick = time / Self.step + mix.below(life)
        let (generation, age) = (tick / life, tick % life)
        guard age > 0 else { return nil }
        var own = Mix(universe.seed, 6, UInt64(region), UInt64(slot), UInt64(generation))
        var contract = Contract()
        contract.id = Self.firstID + generation % 10_000 * Self.stride + firstSlot + slot
        contract.issued = (time / Self.step - age) * Self.step
        contract.expires = contract.issued + (life + 1) * Self.step
        contract.issuer = 90_000_010 + own.below(3_000)
        own.skip()
        contract.corporation = universe.employment(of: contract.issuer, at: contract.issued).corporation
        contract.isForCorporation = own.below(5) == 0
        contract.place = universe.places(of: region)[own.below(3)].station
        fill(&contract, &own)
        return contract
    }

    private func fill(_ contract: inout Contract, _ mix: inout Mix) {
        let kind = universe.types[mix.below(universe.types.count)]
        let count = universe.isBlueprint(kind) ? 1 : 1 + mix.below(20)
        let worth = Market.onTick(Int(Double(kind.price * count) * (0.9 + 0.4 * mix.unit())))
        var item = Contract.Item(type: kind.id, quantity: count)
        if universe.isBlueprint(kind) {
            item.me = mix.below(11)
            item.te = mix.below(11) * 2
            item.isCopy = mix.below(3) > 0
            if item.isCopy { item.runs = 1 + mix.below(30) }
        }
        contract.title = "WTS \(kind.name)"
        contract.items = [item]
        switch mix.below(20) {
        case 0:
            contract.kind = .courier
            contract.items = []
            contract.reward = 500_000_000
            contract.collateral = worth
        case 1, 2:
            contract.kind = .auction
            contract.price = worth / 2
            contract.buyout = mix.below(2) == 0 ? worth : 0
            contract.bids = [Contract.Bid(id: contract.id * 10, amount: worth / 2, date: contract.issued + 3600)]
        case 3:
            contract.reward = worth
            contract.items[0].isIncluded = false
            contract.items[0].runs = nil
        case 4:
            contract.price = worth
            contract.items.append(Contract.Item(type: universe.types[mix.below(universe.types.count)].id, quantity: 2))
        default: contract.price = worth
        }
    }

    static let pageSize = 1000

    func page(_ number: Int, at time: Int) -> (body: [UInt8], pages: Int) {
        let all = contracts(at: time)
        var json = JSONBytes()
        json.open("[")
        for contract in all.dropFirst((number - 1) * Self.pageSize).prefix(Self.pageSize) { contract.write(&json) }
        json.close("]")
        return (json.bytes, max((all.count + Self.pageSize - 1) / Self.pageSize, 1))
    }
}
