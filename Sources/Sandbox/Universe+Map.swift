/// Where things are: regions, constellations, systems, and the ways between them.
extension Universe {
    func constellations(of region: Int) -> [Int] { Self.constellations(of: region) }

    func systems(of constellation: Int) -> [Int] { Self.systems(of: constellation) }

    private static func constellations(of region: Int) -> [Int] {
        (0..<2).map { 20_000_000 + (region - 10_000_000) * 10 + $0 }
    }

    private static func systems(of constellation: Int) -> [Int] {
        (0..<4).map { index in
            if constellation == 20_000_020, index == 0 { return 30_000_142 }
            if constellation == 20_000_430, index == 0 { return 30_002_187 }
            return 30_003_000 + (constellation - 20_000_000) * 4 + index
        }
    }

    private static func systems(ofRegion region: Int) -> [Int] {
        constellations(of: region).flatMap { systems(of: $0) }
    }

    func region(of constellation: Int) -> Int? {
        let region = 10_000_000 + (constellation - 20_000_000) / 10
        return regions.contains(region) && constellations(of: region).contains(constellation) ? region : nil
    }

    func constellation(of system: Int) -> Int? {
        regions.lazy.flatMap { constellations(of: $0) }.first { systems(of: $0).contains(system) }
    }

    /// Every system, region by region.
    var systems: [Int] { regions.flatMap { Self.systems(ofRegion: $0) } }

    /// The trade hub first; each system has a station.
    func places(of region: Int) -> [Place] {
        Self.systems(ofRegion: region).map { Place(station: Self.station(of: $0), system: $0) }
    }

    func regionName(_ id: Int) -> String {
        id == Self.forge ? "The Forge" : id == Self.domain ? "Domain" : "Region \(id - 10_000_000)"
    }

    static func constellationName(_ id: Int) -> String {
        id == 20_000_020 ? "Kimotoro" : "Constellation \(id - 20_000_000)"
    }

    func systemName(_ id: Int) -> String {
        id == 30_000_142 ? "Jita" : id == 30_002_187 ? "Amarr" : "System \(id - 30_000_000)"
    }

    func security(of system: Int) -> Double {
        var mix = Mix(seed, 9, UInt64(system))
        return (mix.unit() * 10_000).rounded() / 10_000
    }

    // MARK: Stations

    static func station(of system: Int) -> Int {
        switch system {
        case 30_000_142: 60_003_760
        case 30_002_187: 60_008_494
        default: 60_010_000 + system - 30_000_000
        }
    }

    /// The system that a station is in; nil for no station.
    func system(ofStation id: Int) -> Int? {
        let known = [60_003_760: 30_000_142, 60_008_494: 30_002_187]
        let system = known[id] ?? 30_000_000 + id - 60_010_000
        return Self.station(of: system) == id && neighbours[system] != nil ? system : nil
    }

    // MARK: Stargates

    /// Rings within constellations, a bridge between those of a region, and between regions a tree: every system can be
    /// reached from every other.
    static func neighbours(_ regions: [Int], _ seed: UInt64) -> [Int: [Int]] {
        var ways: [Int: Set<Int>] = [:]
        func join(_ one: Int, _ other: Int) {
            ways[one, default: []].insert(other)
            ways[other, default: []].insert(one)
        }
        for (index, region) in regions.enumerated() {
            let rings = constellations(of: region).map { systems(of: $0) }
            for ring in rings {
                for place in ring.indices { join(ring[place], ring[(place + 1) % ring.count]) }
            }
            for (ring, next) in zip(rings, rings.dropFirst()) { join(ring[1], next[3]) }
            guard index > 0 else { continue }
            var mix = Mix(seed, 20, UInt64(region))
            let other = systems(ofRegion: regions[mix.below(index)])
            join(rings[0][2], other[4 + mix.below(4)])
        }
        return ways.mapValues { $0.sorted() }
    }

    func stargates(of system: Int) -> [Int] {
        (neighbours[system] ?? []).indices.map { 50_000_000 + (system - 30_000_000) * 100 + $0 }
    }

    /// The systems that a stargate joins, its own first; nil for no stargate.
    func ends(ofStargate id: Int) -> (system: Int, neighbour: Int)? {
        let system = 30_000_000 + (id - 50_000_000) / 100
        guard id >= 50_000_000, let others = neighbours[system], others.indices.contains(id % 100) else { return nil }
        return (system, others[id % 100])
    }

    func stargate(from system: Int, to other: Int) -> Int? {
        neighbours[system]?.firstIndex(of: other).map { 50_000_000 + (system - 30_000_000) * 100 + $0 }
    }

    // MARK: Celestials

    /// What circles a sun: a planet, one of its moons, one of its belts.
    enum Celestial { case planet, moon, belt }

    struct Orbit {
        var kind: Celestial
        var system: Int
        /// From 0.
        var planet: Int
        /// Of the planet's moons or belts, from 0.
        var index = 0
    }

    private static func firstCelestial(of system: Int) -> Int { 40_100_000 + (system - 30_000_000) * 40 }

    static let planetsPerSystem = 3

    func planet(_ planet: Int, of system: Int) -> Int { Self.firstCelestial(of: system) + planet * 10 }

    /// The outer planets have more moons.
    func moons(ofPlanet planet: Int, of system: Int) -> [Int] {
        (0..<planet).map { self.planet(planet, of: system) + 1 + $0 }
    }

    /// Only the innermost planet has belts.
    func belts(ofPlanet planet: Int, of system: Int) -> [Int] {
        planet > 0 ? [] : (0..<2).map { self.planet(planet, of: system) + 6 + $0 }
    }

    func celestial(_ id: Int) -> Orbit? {
        let system = 30_000_000 + (id - 40_100_000) / 40
        guard id >= 40_100_000, neighbours[system] != nil else { return nil }
        let (planet, place) = ((id - 40_100_000) % 40 / 10, id % 10)
        guard planet < Self.planetsPerSystem else { return nil }
        if place == 0 { return Orbit(kind: .planet, system: system, planet: planet) }
        if let index = moons(ofPlanet: planet, of: system).firstIndex(of: id) {
            return Orbit(kind: .moon, system: system, planet: planet, index: index)
        }
        let belt = belts(ofPlanet: planet, of: system).firstIndex(of: id)
        return belt.map { Orbit(kind: .belt, system: system, planet: planet, index: $0) }
    }

    static func star(of system: Int) -> Int { 40_000_000 + system - 30_000_000 }
}
