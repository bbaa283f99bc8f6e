/// Who holds what in space, and who disputes it.
extension Answers {
    static let sovereigntyRoutes = [
        SandboxRoute("/sovereignty/systems", .event(300, step: 300), group: "sovereignty") { $0.claims($1) },
        SandboxRoute("/sovereignty/campaigns", .timed(5), group: "sovereignty") { $0.campaigns($1) },
        SandboxRoute("/incursions", .timed(300), group: "incursion") { $0.incursions($1) },
        SandboxRoute("/skyhooks/raidable", .timed(300), group: "activity") { $0.skyhooks($1) },
        SandboxRoute("/fw/stats", .daily, group: "factional-warfare") { answers, _ in answers.warriors() },
        SandboxRoute("/fw/systems", .timed(1800), group: "factional-warfare") { $0.front($1) },
        SandboxRoute("/fw/wars", .daily, group: "factional-warfare") { answers, _ in answers.enmities() },
    ]

    private static let day = 86_400

    /// Of five systems one is an alliance's, which changes now and then, one is nobody's, and three are a faction's.
    private func claims(_ asked: Asked) -> Content {
        Self.object {
            $0.key("solar_systems")
            $0.array(universe.systems) { json, system in
                json.object {
                    $0.key("claim")
                    $0.object { claim(system, asked.time, &$0) }
                    $0.member("solar_system_id", system)
                }
            }
        }
    }

    private func claim(_ system: Int, _ time: Int, _ json: inout JSONBytes) {
        switch system % 5 {
        case 0:
            json.key("alliance")
            json.object { holding(system, time, &$0) }
        case 1: json.member("unclaimed", true)
        default:
            json.key("faction")
            json.object { $0.member("faction_id", Universe.factions[system % 4].id) }
        }
    }

    private func holding(_ system: Int, _ time: Int, _ json: inout JSONBytes) {
        let held = universe.holder(of: system, at: time)
        var mix = Mix(universe.seed, 51, UInt64(system), UInt64(held.since))
        json.member("alliance_id", held.alliance)
        json.member("claimed_since", time: held.since)
        json.member("corporation_id", universe.members(of: held.alliance, at: held.since).first ?? 98_000_001)
        json.key("development")
        json.object {
            $0.member("activity_defense_multiplier", Double(10 + mix.below(50)) / 10)
            $0.member("industrial_level", mix.below(6))
            $0.member("military_level", mix.below(6))
            $0.member("strategic_level", mix.below(6))
        }
        json.member("is_capital_system", system % 10 == 0)
        json.key("sovereignty_hub")
        json.object {
            $0.member("id", 1_034_000_000_000 + system)
            guard mix.below(4) > 0 else { return }
            let start = (time / Self.day + 1) * Self.day + mix.below(24) * 3600
            $0.key("vulnerability_window")
            $0.object {
                $0.member("end", time: start + 3 * 3600)
                $0.member("start", time: start)
            }
        }
    }

    /// Each system of an alliance's is fought for every other day; fights for stations have participants.
    private func campaigns(_ asked: Asked) -> Content {
        let today = asked.time / Self.day
        let fought = universe.systems.filter { $0 % 5 == 0 && ($0 / 5 + today) % 2 == 0 }
        return Self.rows(fought) { json, system in
            var mix = Mix(universe.seed, 52, UInt64(system), UInt64(today))
            let isStation = mix.below(2) == 0
            let share = 40 + (asked.time % Self.day) / 3600
            let defender = universe.holder(of: system, at: asked.time).alliance
            json.object {
                if !isStation { $0.member("attackers_score", Double(100 - share) / 100) }
                $0.member("campaign_id", today * 1_000 + system % 1_000)
                $0.member("constellation_id", universe.constellation(of: system) ?? 0)
                $0.member("defender_id", defender)
                if !isStation { $0.member("defender_score", Double(share) / 100) }
                $0.member("event_type", isStation ? "station_freeport" : "ihub_defense")
                if isStation {
                    $0.key("participants")
                    $0.array([(defender, share), (99_000_001, 100 - share)]) { json, side in
                        json.object {
                            $0.member("alliance_id", side.0)
                            $0.member("score", Double(side.1) / 100)
                        }
                    }
                }
                $0.member("solar_system_id", system)
                $0.member("start_time", time: today * Self.day + 12 * 3600)
                $0.member("structure_id", 1_034_000_000_000 + system)
            }
        }
    }

    /// One in each tenth region, in its second constellation, a week long.
    private func incursions(_ asked: Asked) -> Content {
        let invaded = stride(from: 0, to: universe.regions.count, by: 10).map { universe.regions[$0] }
        return Self.rows(invaded) { json, region in
            let constellation = universe.constellations(of: region)[1]
            let systems = universe.systems(of: constellation)
            let hours = asked.time / 3600 % (7 * 24)
            json.object {
                $0.member("constellation_id", constellation)
                $0.member("faction_id", 500_019)
                $0.member("has_boss", hours > 48)
                $0.member("infested_solar_systems", ids: systems.dropFirst())
                $0.member("influence", Double(hours) / 168)
                $0.member("staging_solar_system_id", systems[1])
                $0.member("state", hours < 96 ? "established" : hours < 144 ? "mobilizing" : "withdrawing")
                $0.member("type", "Incursion")
            }
        }
    }

    private func skyhooks(_ asked: Asked) -> Content {
        let open = universe.systems.filter { $0 % 5 == 0 && ($0 / 5 + asked.time / 7_200) % 4 == 0 }
        let start = asked.time / 7_200 * 7_200
        return Self.object {
            $0.key("skyhooks")
            $0.array(open) { json, system in
                json.object {
                    $0.member("planet_id", universe.planet(1, of: system))
                    $0.member("solar_system_id", system)
                    $0.key("theft_vulnerability")
                    $0.object {
                        $0.member("end", time: start + 7_200)
                        $0.member("start", time: start)
                    }
                }
            }
        }
    }

    // MARK: Factional warfare

    private static let militias = Universe.factions.prefix(4).map(\.id)

    private func warriors() -> Content {
        Self.rows(Self.militias) { json, faction in
            func counts(_ name: String, _ unit: Int, _ json: inout JSONBytes) {
                json.key(name)
                json.object {
                    $0.member("last_week", unit * 7)
                    $0.member("total", unit * 1_000)
                    $0.member("yesterday", unit)
                }
            }
            json.object {
                $0.member("faction_id", faction)
                counts("kills", faction % 100 * 30, &$0)
                $0.member("pilots", faction % 100 * 1_000)
                $0.member("systems_controlled", faction % 100 * 10)
                counts("victory_points", faction % 100 * 40_000, &$0)
            }
        }
    }

    private func front(_ asked: Asked) -> Content {
        Self.rows(universe.systems.filter { $0 % 5 == 2 }) { json, system in
            var mix = Mix(universe.seed, 53, UInt64(system), UInt64(asked.time / 1_800))
            let points = mix.below(4) == 0 ? 0 : mix.below(3_001)
            json.object {
                $0.member("contested", points == 0 ? "uncontested" : points == 3_000 ? "vulnerable" : "contested")
                $0.member("occupier_faction_id", Self.militias[(system + asked.time / (30 * Self.day)) % 4])
                $0.member("owner_faction_id", Self.militias[system % 4])
                $0.member("solar_system_id", system)
                $0.member("victory_points", points)
                $0.member("victory_points_threshold", 3_000)
            }
        }
    }

    private func enmities() -> Content {
        let pairs = [(500_001, 500_002), (500_001, 500_004), (500_003, 500_002), (500_003, 500_004)]
        return Self.rows(pairs + pairs.map { ($0.1, $0.0) }) { json, pair in
            json.object {
                $0.member("against_id", pair.1)
                $0.member("faction_id", pair.0)
            }
        }
    }
}

extension Universe {
    /// The alliance that holds a system, and since when: each system changes hands about once a month.
    func holder(of system: Int, at time: Int) -> (alliance: Int, since: Int) {
        let month = 30 * 86_400
        let offset = system % 30 * 86_400
        let number = (time + offset) / month
        var mix = Mix(seed, 50, UInt64(system), UInt64(number))
        return (Self.alliances[mix.below(Self.alliances.count)], number * month - offset)
    }
}
