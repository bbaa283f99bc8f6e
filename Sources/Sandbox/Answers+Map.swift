/// The map: lists of ids, and each place by its id.
extension Answers {
    static let mapRoutes = [
        SandboxRoute("/universe/regions", .daily) { answers, _ in list(answers.universe.regions.sorted()) },
        SandboxRoute("/universe/regions/{region_id}", .daily) { $0.region($1.id()) },
        SandboxRoute("/universe/constellations", .daily) { answers, _ in list(answers.constellationIDs.sorted()) },
        SandboxRoute("/universe/constellations/{constellation_id}", .daily) { $0.constellation($1.id()) },
        SandboxRoute("/universe/systems", .daily) { answers, _ in list(answers.universe.systems.sorted()) },
        SandboxRoute("/universe/systems/{system_id}", .daily) { $0.system($1.id()) },
        SandboxRoute("/universe/stargates/{stargate_id}", .daily) { $0.stargate($1.id()) },
        SandboxRoute("/universe/stations/{station_id}", .daily) { $0.station($1.id()) },
        SandboxRoute("/universe/stars/{star_id}", .daily) { $0.star($1.id()) },
        SandboxRoute("/universe/planets/{planet_id}", .daily) { $0.celestial(.planet, $1.id()) },
        SandboxRoute("/universe/moons/{moon_id}", .daily) { $0.celestial(.moon, $1.id()) },
        SandboxRoute("/universe/asteroid_belts/{asteroid_belt_id}", .daily) { $0.celestial(.belt, $1.id()) },
        SandboxRoute("/universe/structures", .timed(3600)) { answers, asked in list(answers.structures(asked)) },
        SandboxRoute("/universe/system_jumps", .timed(3600)) { $0.jumps($1) },
        SandboxRoute("/universe/system_kills", .timed(3600)) { $0.kills($1) },
    ]

    private var constellationIDs: [Int] { universe.regions.flatMap { universe.constellations(of: $0) } }

    private func region(_ id: Int) -> Content {
        guard universe.regions.contains(id) else { return Self.failure(404, "Region not found!") }
        return Self.object {
            $0.member("constellations", ids: universe.constellations(of: id))
            $0.member("description", "A region of the sandbox")
            $0.member("name", universe.regionName(id))
            $0.member("region_id", id)
        }
    }

    private func constellation(_ id: Int) -> Content {
        guard let region = universe.region(of: id) else { return Self.failure(404, "Constellation not found!") }
        return Self.object {
            $0.member("constellation_id", id)
            $0.member("name", Universe.constellationName(id))
            Self.position(id, &$0)
            $0.member("region_id", region)
            $0.member("systems", ids: universe.systems(of: id))
        }
    }

    private func system(_ id: Int) -> Content {
        guard let constellation = universe.constellation(of: id) else { return Self.failure(404, "System not found!") }
        return Self.object {
            $0.member("constellation_id", constellation)
            $0.member("name", universe.systemName(id))
            $0.key("planets")
            $0.array(0..<Universe.planetsPerSystem) { planet(id, $1, &$0) }
            Self.position(id, &$0)
            $0.member("security_status", universe.security(of: id))
            $0.member("star_id", Universe.star(of: id))
            $0.member("stargates", ids: universe.stargates(of: id))
            $0.member("stations", ids: [Universe.station(of: id)])
            $0.member("system_id", id)
        }
    }

    private func planet(_ system: Int, _ planet: Int, _ json: inout JSONBytes) {
        let (belts, moons) = (
            universe.belts(ofPlanet: planet, of: system), universe.moons(ofPlanet: planet, of: system)
        )
        json.object {
            if !belts.isEmpty { $0.member("asteroid_belts", ids: belts) }
            if !moons.isEmpty { $0.member("moons", ids: moons) }
            $0.member("planet_id", universe.planet(planet, of: system))
        }
    }

    private func stargate(_ id: Int) -> Content {
        guard let (system, neighbour) = universe.ends(ofStargate: id),
            let other = universe.stargate(from: neighbour, to: system)
        else { return Self.failure(404, "Stargate not found!") }
        return Self.object {
            $0.key("destination")
            $0.object {
                $0.member("stargate_id", other)
                $0.member("system_id", neighbour)
            }
            $0.member("name", "Stargate (\(universe.systemName(neighbour)))")
            Self.position(id, &$0)
            $0.member("stargate_id", id)
            $0.member("system_id", system)
            $0.member("type_id", 29_624)
        }
    }

    private func station(_ id: Int) -> Content {
        guard let system = universe.system(ofStation: id), let name = universe.stationName(id) else {
            return Self.failure(404, "Station not found!")
        }
        return Self.object {
            $0.member("max_dockable_ship_volume", 50_000_000.0)
            $0.member("name", name)
            $0.member("office_rental_cost", Double(id % 97 + 1) * 10_000)
            $0.member("owner", Universe.owner(ofStation: id))
            Self.position(id, &$0)
            $0.member("race_id", [1, 2, 4, 8][id % 4])
            $0.member("reprocessing_efficiency", 0.5)
            $0.member("reprocessing_stations_take", 0.05)
            $0.key("services")
            $0.array(["reprocessing-plant", "market", "factory", "labratory", "docking"]) { $0.text($1) }
            $0.member("station_id", id)
            $0.member("system_id", system)
            $0.member("type_id", 1_531)
        }
    }

    private func star(_ id: Int) -> Content {
        let system = 30_000_000 + id - 40_000_000
        guard universe.neighbours[system] != nil else { return Self.failure(404, "Star not found!") }
        return Self.object {
            $0.member("age", 9_000_000_000 + id)
            $0.member("luminosity", 0.015)
            $0.member("name", "\(universe.systemName(system)) - Star")
            $0.member("radius", 63_350_000)
            $0.member("solar_system_id", system)
            $0.member("spectral_class", "K2 V")
            $0.member("temperature", 4_567)
            $0.member("type_id", 45_041)
        }
    }

    private func celestial(_ kind: Universe.Celestial, _ id: Int) -> Content {
        guard let orbit = universe.celestial(id), orbit.kind == kind else {
            let words: [Universe.Celestial: String] = [.planet: "Planet", .moon: "Moon", .belt: "Asteroid belt"]
            return Self.failure(404, "\(words[kind] ?? "") not found!")
        }
        let planet = "\(universe.systemName(orbit.system)) \(["I", "II", "III"][orbit.planet])"
        return Self.object {
            switch kind {
            case .planet:
                $0.member("name", planet)
                $0.member("planet_id", id)
                $0.member("type_id", [11, 2_016, 13][orbit.planet])
            case .moon:
                $0.member("moon_id", id)
                $0.member("name", "\(planet) - Moon \(orbit.index + 1)")
            case .belt: $0.member("name", "\(planet) - Asteroid Belt \(orbit.index + 1)")
            }
            Self.position(id, &$0)
            $0.member("system_id", orbit.system)
        }
    }

    private static func position(_ id: Int, _ json: inout JSONBytes) {
        json.key("position")
        json.object { json in
            for (index, axis) in ["x", "y", "z"].enumerated() {
                json.member(axis, Double(id % 1000 * (index + 1)) * 1e12)
            }
        }
    }

    // MARK: What changes

    /// Open to everybody, the fourth of them only every other hour: ESI's list flickers too.
    private func structures(_ asked: Asked) -> [Int] {
        let all = (0..<4).map { 1_035_466_617_946 + $0 * 1_000_003 }
        let open = asked.time / 3600 % 2 == 0 ? all : Array(all.dropLast())
        return asked.query["filter"] == nil ? open : Array(open.prefix(1))
    }

    /// Of the hour before; systems where nothing happened are left out.
    private func jumps(_ asked: Asked) -> Content {
        Self.rows(universe.systems) { json, system in
            var mix = Mix(universe.seed, 24, UInt64(system), UInt64(asked.time / 3600))
            guard mix.below(5) > 0 else { return }
            json.object {
                $0.member("ship_jumps", 1 + mix.below(900))
                $0.member("system_id", system)
            }
        }
    }

    private func kills(_ asked: Asked) -> Content {
        Self.rows(universe.systems) { json, system in
            var mix = Mix(universe.seed, 25, UInt64(system), UInt64(asked.time / 3600))
            guard mix.below(3) > 0 else { return }
            json.object {
                $0.member("npc_kills", mix.below(400))
                $0.member("pod_kills", mix.below(3))
                $0.member("ship_kills", mix.below(6))
                $0.member("system_id", system)
            }
        }
    }
}
