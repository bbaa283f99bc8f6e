/// Who there is: characters with their employers, corporations with their alliances, and what all of them are called.
extension Universe {
    static let npcCorporations = Array(1_000_002...1_000_021)
    static let alliances = Array(99_000_001...99_000_020)
    static let factions: [(id: Int, name: String)] = [
        (500_001, "Caldari State"), (500_002, "Minmatar Republic"), (500_003, "Amarr Empire"),
        (500_004, "Gallente Federation"), (500_019, "Sansha's Nation"),
    ]

    func isCharacter(_ id: Int) -> Bool { (90_000_001..<90_010_000).contains(id) }

    func isCorporation(_ id: Int) -> Bool {
        Self.npcCorporations.contains(id) || [98_000_001, 98_000_003].contains(id)
            || (98_000_010..<98_000_310).contains(id)
    }

    // MARK: Employment

    /// For whom somebody works, and since when.
    struct Employment {
        var corporation: Int
        /// How many employers came before.
        var number: Int
        var since: Int
    }

    /// Seconds after which people think of changing their job.
    private static let patience = 40 * 86_400

    /// The demo's people stay where they are; the others change now and then, each on days of their own.
    func employment(of character: Int, at time: Int) -> Employment {
        let fixed = [90_000_001: 98_000_001, 90_000_002: 98_000_001, 90_000_003: 98_000_003]
        if let corporation = fixed[character] {
            return Employment(corporation: corporation, number: 1, since: birthday)
        }
        let number = max((time + offset(character) - birthday) / Self.patience, 0)
        var mix = Mix(seed, 21, UInt64(character), UInt64(number))
        let since = birthday + number * Self.patience - offset(character)
        return Employment(corporation: 98_000_010 + mix.below(300), number: number, since: max(since, birthday))
    }

    private func offset(_ character: Int) -> Int {
        var mix = Mix(seed, 22, UInt64(character))
        return mix.below(Self.patience)
    }

    /// When the sandbox's people were born: two years before its clock began.
    var birthday: Int { start / 86_400 * 86_400 - 730 * 86_400 }

    /// Three in four player corporations are in an alliance; once in a while one joins another.
    func alliance(of corporation: Int, at time: Int) -> Int? {
        if corporation == 98_000_001 { return 99_000_001 }
        guard corporation >= 98_000_010, corporation % 4 != 0 else { return nil }
        var mix = Mix(seed, 23, UInt64(corporation), UInt64(season(corporation, time)))
        return Self.alliances[1 + mix.below(Self.alliances.count - 1)]
    }

    /// Which of its alliances a corporation is in, counted from its founding.
    func season(_ corporation: Int, _ time: Int) -> Int {
        max((time - birthday + corporation % 100 * 86_400) / (100 * 86_400), 0)
    }

    func seasonBegins(_ corporation: Int, _ season: Int) -> Int {
        birthday + season * 100 * 86_400 - corporation % 100 * 86_400
    }

    func members(of alliance: Int, at time: Int) -> [Int] {
        ([98_000_001, 98_000_003] + (98_000_010..<98_000_310)).filter { self.alliance(of: $0, at: time) == alliance }
    }

    // MARK: Names

    func name(_ id: Int) -> (name: String, category: String)? {
        switch id {
        case 90_000_001: ("Demo Trader", "character")
        case 90_000_002..<90_010_000: ("Pilot \(id - 90_000_000)", "character")
        case 98_000_001: ("Demo Trading Company", "corporation")
        case 98_000_002..<98_010_000: ("Corporation \(id - 98_000_000)", "corporation")
        case 99_000_001: ("Demo Alliance", "alliance")
        case 99_000_002...99_000_020: ("Alliance \(id - 99_000_000)", "alliance")
        case 1_000_002: ("Caldari Navy", "corporation")
        case 1_000_003: ("Emperor Family", "corporation")
        case 1_000_004...1_000_021: ("Company \(id - 1_000_000)", "corporation")
        default: factionName(id) ?? stationName(id).map { ($0, "station") } ?? placeName(id)
        }
    }

    private func factionName(_ id: Int) -> (name: String, category: String)? {
        Self.factions.first { $0.id == id }.map { ($0.name, "faction") }
    }

    private func placeName(_ id: Int) -> (name: String, category: String)? {
        if let index = typeIndex[id] { return (types[index].name, "inventory_type") }
        if regions.contains(id) { return (regionName(id), "region") }
        return constellation(of: id) == nil ? nil : (systemName(id), "solar_system")
    }
}
