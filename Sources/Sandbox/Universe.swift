/// A small New Eden: what exists, the same for the same seed.
public struct Universe: Sendable {
    /// How much of it there is.
    public struct Size: Sendable, Equatable {
        public var regions: Int
        /// Orders of The Forge; the other regions share `otherOrders`.
        public var forgeOrders: Int
        public var otherOrders: Int
        public var forgeContracts: Int
        public var types: Int

        public static let tiny = Size(regions: 2, forgeOrders: 220, otherOrders: 80, forgeContracts: 40, types: 48)
        public static let small = Size(
            regions: 3, forgeOrders: 40_000, otherOrders: 10_000, forgeContracts: 600, types: 2_000)
        public static let forge = Size(
            regions: 1, forgeOrders: 400_000, otherOrders: 0, forgeContracts: 3_000, types: 16_000)
        public static let universe = Size(
            regions: 64, forgeOrders: 405_000, otherOrders: 895_000, forgeContracts: 30_000, types: 16_000)

        /// By name, or a number of orders in The Forge alone.
        public init?(_ text: String) {
            switch text {
            case "tiny": self = .tiny
            case "small": self = .small
            case "forge": self = .forge
            case "universe": self = .universe
            default:
                guard let orders = Int(text), (1...10_000_000).contains(orders) else { return nil }
                self = Size(
                    regions: 1, forgeOrders: orders, otherOrders: 0, forgeContracts: max(orders / 40, 10),
                    types: max(orders / 25, 48))
            }
        }

        public init(regions: Int, forgeOrders: Int, otherOrders: Int, forgeContracts: Int, types: Int) {
            self.regions = regions
            self.forgeOrders = forgeOrders
            self.otherOrders = otherOrders
            self.forgeContracts = forgeContracts
            self.types = types
        }
    }

    public struct Kind: Sendable {
        var id: Int
        var name: String
        var group: Int
        /// Cents.
        var price: Int
        var volume: Double
    }

    public struct Place: Sendable {
        var station: Int
        var system: Int
    }

    public static let forge = 10_000_002
    public static let domain = 10_000_043

    public let seed: UInt64
    public let size: Size
    let regions: [Int]
    let types: [Kind]
    let typeIndex: [Int: Int]
    /// Each system's neighbours by stargate, in order.
    let neighbours: [Int: [Int]]

    /// When the sandbox's clock began; the demo's events are counted from it.
    public let start: Int

    public init(size: Size, seed: UInt64, start: Int) {
        self.start = start
        self.size = size
        self.seed = seed
        let others = (1...200).map { 10_000_000 + $0 }.filter { $0 != Self.forge && $0 != Self.domain }
        regions = Array(([Self.forge, Self.domain] + others).prefix(size.regions))
        types = Self.types(size.types, seed)
        typeIndex = Dictionary(uniqueKeysWithValues: types.enumerated().map { ($1.id, $0) })
        neighbours = Self.neighbours(regions, seed)
    }

    // MARK: Types

    static let groups: [(id: Int, name: String, category: Int)] = [
        (18, "Mineral", 4), (25, "Frigate", 6), (26, "Cruiser", 6), (54, "Mining Laser", 7),
        (105, "Frigate Blueprint", 9),
        (106, "Cruiser Blueprint", 9), (1875, "PLEX", 5),
    ]
    static let categories: [(id: Int, name: String)] = [
        (4, "Material"), (5, "Accessories"), (6, "Ship"), (7, "Module"), (9, "Blueprint"),
    ]

    private static let known: [(Int, String, Int, Int, Double)] = [
        (34, "Tritanium", 18, 412, 0.01), (35, "Pyerite", 18, 1_720, 0.01), (36, "Mexallon", 18, 7_350, 0.01),
        (37, "Isogen", 18, 24_100, 0.01), (38, "Nocxium", 18, 98_700, 0.01), (39, "Zydrine", 18, 121_000, 0.01),
        (40, "Megacyte", 18, 284_500, 0.01), (44_992, "PLEX", 1875, 545_000_000, 0.01),
        (587, "Rifter", 25, 48_900_000, 27_289), (603, "Merlin", 25, 51_200_000, 16_500),
        (597, "Punisher", 25, 47_000_000, 28_600), (626, "Vexor", 26, 1_240_000_000, 115_000),
        (691, "Rifter Blueprint", 105, 281_000_000, 0.01), (707, "Merlin Blueprint", 105, 290_000_000, 0.01),
        (983, "Vexor Blueprint", 106, 9_100_000_000, 0.01), (483, "Miner I", 54, 1_150_000, 5),
    ]

    private static func types(_ count: Int, _ seed: UInt64) -> [Kind] {
        var kinds = known.map { Kind(id: $0.0, name: $0.1, group: $0.2, price: $0.3, volume: $0.4) }
        let taken = Set(kinds.map(\.id))
        var id = 50_000
        while kinds.count < count {
            id += 1
            if taken.contains(id) { continue }
            var mix = Mix(seed, 1, UInt64(id))
            let group = groups[mix.below(6)]
            // Prices from 1,000 ISK to 10 billion, most of them low.
            let exponent = 5 + 7 * mix.unit() * mix.unit()
            let price = Int(Self.power(exponent))
            kinds.append(
                Kind(id: id, name: "\(group.name) \(id - 50_000)", group: group.id, price: price, volume: 5))
        }
        return kinds
    }

    /// 10 to the power of `exponent`, without libm.
    private static func power(_ exponent: Double) -> Double {
        var result = 1.0
        for _ in 0..<Int(exponent) { result *= 10 }
        let rest = exponent - exponent.rounded(.down)
        return result * (1 + rest * 9 * (0.3 + 0.7 * rest))
    }

    func isBlueprint(_ kind: Kind) -> Bool { [105, 106].contains(kind.group) }

    /// PLEX has a market of its own; everything else may be traded everywhere.
    func isTradable(_ kind: Kind) -> Bool { kind.group != 1875 }

    static let marketGroups: [(id: Int, name: String, parent: Int?)] =
        [
            (2, "Blueprints & Reactions", nil), (4, "Ships", nil), (9, "Ship Equipment", nil),
            (475, "Manufacture & Research", nil), (1922, "Pilot's Services", nil),
        ]
        + groups.map { group in
            let parents = [4: 475, 5: 1922, 6: 4, 7: 9, 9: 2]
            return (1_000 + group.id, "\(group.name)s", parents[group.category])
        }

    static func marketGroup(of kind: Kind) -> Int { 1_000 + kind.group }
}
