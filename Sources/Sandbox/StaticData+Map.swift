/// The map, and who has stations in it.
extension StaticData {
    var regions: [JSONBytes] {
        universe.regions.sorted().map { id in
            Self.record(id) {
                $0.member("constellationIDs", ids: universe.constellations(of: id))
                $0.localized("description", "A region of the sandbox")
                $0.localized("name", universe.regionName(id))
                $0.position(id)
            }
        }
    }

    var constellations: [JSONBytes] {
        universe.regions.flatMap { universe.constellations(of: $0) }.sorted().map { id in
            Self.record(id) {
                $0.localized("name", Universe.constellationName(id))
                $0.position(id)
                $0.member("regionID", universe.region(of: id) ?? 0)
                $0.member("solarSystemIDs", ids: universe.systems(of: id))
            }
        }
    }

    var systems: [JSONBytes] {
        universe.systems.sorted().map { id in
            let constellation = universe.constellation(of: id) ?? 0
            return Self.record(id) {
                $0.member("constellationID", constellation)
                $0.localized("name", universe.systemName(id))
                $0.member("planetIDs", ids: (0..<Universe.planetsPerSystem).map { universe.planet($0, of: id) })
                $0.position(id)
                $0.member("regionID", universe.region(of: constellation) ?? 0)
                $0.member("securityStatus", universe.security(of: id))
                $0.member("starID", Universe.star(of: id))
                $0.member("stargateIDs", ids: universe.stargates(of: id))
            }
        }
    }

    var stargates: [JSONBytes] {
        universe.systems.sorted().flatMap { system in
            universe.stargates(of: system).compactMap { id in
                guard let (_, neighbour) = universe.ends(ofStargate: id),
                    let other = universe.stargate(from: neighbour, to: system)
                else { return nil }
                return Self.record(id) {
                    $0.key("destination")
                    $0.object {
                        $0.member("solarSystemID", neighbour)
                        $0.member("stargateID", other)
                    }
                    $0.position(id)
                    $0.member("solarSystemID", system)
                    $0.member("typeID", 29_624)
                }
            }
        }
    }

    /// Those of every system, and the two that the trade hubs are at.
    var planets: [JSONBytes] {
        let hubs = [planet(40_009_082, of: 30_000_142, 4), planet(40_139_399, of: 30_002_187, 8, "Amarr VIII (Oris)")]
        return universe.systems.sorted().flatMap { system in
            (0..<Universe.planetsPerSystem).map { planet(universe.planet($0, of: system), of: system, $0 + 1) }
        } + hubs
    }

    private func planet(_ id: Int, of system: Int, _ index: Int, _ name: String? = nil) -> JSONBytes {
        Self.record(id) {
            $0.member("celestialIndex", index)
            $0.position(id)
            $0.member("radius", 1_000_000 + id % 1_000)
            $0.member("solarSystemID", system)
            $0.member("typeID", 11)
            if let name { $0.localized("uniqueName", name) }
        }
    }

    var stations: [JSONBytes] {
        universe.systems.map { (Universe.station(of: $0), $0) }.sorted { $0.0 < $1.0 }.map { id, system in
            let orbit = Universe.orbit(ofStation: id)
            return Self.record(id) {
                $0.member("celestialIndex", orbit.planet)
                $0.member("operationID", Universe.operation(ofStation: id).id)
                if let moon = orbit.moon { $0.member("orbitIndex", moon) }
                $0.member("ownerID", Universe.owner(ofStation: id))
                $0.position(id)
                $0.member("reprocessingEfficiency", 0.5)
                $0.member("reprocessingStationsTake", 0.05)
                $0.member("solarSystemID", system)
                $0.member("typeID", 1_531)
                $0.member("useOperationName", true)
            }
        }
    }

    var operations: [JSONBytes] {
        Universe.operations.map { operation in
            Self.record(operation.id) {
                $0.member("activityID", operation.id)
                $0.localized("operationName", operation.name)
                $0.member("services", ids: [5, 7, 20])
            }
        }
    }

    var corporations: [JSONBytes] {
        Universe.npcCorporations.map { id in
            let name = universe.name(id)?.name ?? ""
            return Self.record(id) {
                $0.member("deleted", false)
                $0.localized("name", name)
                $0.member("taxRate", 0.11)
                $0.member("tickerName", "C\(id % 1_000)")
            }
        }
    }
}
