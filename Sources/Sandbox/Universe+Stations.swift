/// NPC stations: what they circle, whose they are and what they do there, from which the game makes their names.
extension Universe {
    static let operations: [(id: Int, name: String)] = [
        (3, "Refinery"), (26, "Assembly Plant"), (33, "Academy"), (48, "Warehouse"),
    ]

    /// By their numbers in the game, from 1.
    static func orbit(ofStation id: Int) -> (planet: Int, moon: Int?) {
        switch id {
        case 60_003_760: (4, 4)
        case 60_008_494: (8, nil)
        default: (1 + id % planetsPerSystem, nil)
        }
    }

    static func owner(ofStation id: Int) -> Int {
        switch id {
        case 60_003_760: 1_000_002
        case 60_008_494: 1_000_003
        default: npcCorporations[2 + id % (npcCorporations.count - 2)]
        }
    }

    static func operation(ofStation id: Int) -> (id: Int, name: String) {
        switch id {
        case 60_003_760: operations[1]
        case 60_008_494: operations[2]
        default: operations[id % 2 * 3]
        }
    }

    func stationName(_ id: Int) -> String? {
        guard let system = system(ofStation: id), let owner = name(Self.owner(ofStation: id))?.name else { return nil }
        let (planet, moon) = Self.orbit(ofStation: id)
        let numeral = ["I", "II", "III", "IV", "", "", "", "VIII (Oris)"][planet - 1]
        let orbit = "\(systemName(system)) \(numeral)\(moon.map { " - Moon \($0)" } ?? "")"
        return "\(orbit) - \(owner) \(Self.operation(ofStation: id).name)"
    }
}
