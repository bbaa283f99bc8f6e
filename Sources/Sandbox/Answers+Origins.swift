/// Whom people descend from, and the server's own status.
extension Answers {
    static let originRoutes = [
        SandboxRoute("/universe/factions", .daily) { answers, _ in answers.factions() },
        SandboxRoute("/universe/races", .daily) { answers, _ in answers.races() },
        SandboxRoute("/universe/bloodlines", .daily) { answers, _ in answers.bloodlines() },
        SandboxRoute("/universe/ancestries", .daily) { answers, _ in answers.ancestries() },
        SandboxRoute("/meta/status", .event(60, step: 300), group: "meta") { $0.health($1.time) },
        SandboxRoute("/status", .event(30, step: 60), group: "status") { $0.status($1.time) },
    ]

    private static let raceNames = [(1, "Caldari"), (2, "Minmatar"), (4, "Amarr"), (8, "Gallente")]
    private static let bloodlineNames = [
        "Deteis", "Civire", "Sebiestor", "Brutor", "Amarr", "Ni-Kunni", "Gallente", "Intaki",
    ]

    private func factions() -> Content {
        Self.rows(Universe.factions) { json, faction in
            json.object {
                $0.member("corporation_id", Universe.npcCorporations[faction.id % 10])
                $0.member("description", "\(faction.name), of the sandbox")
                $0.member("faction_id", faction.id)
                $0.member("is_unique", true)
                if faction.id < 500_005 {
                    $0.member("militia_corporation_id", Universe.npcCorporations[10 + faction.id % 10])
                }
                $0.member("name", faction.name)
                $0.member("size_factor", 5.0)
                $0.member("solar_system_id", 30_000_142)
                $0.member("station_count", faction.id % 100 * 10)
                $0.member("station_system_count", faction.id % 100 * 5)
            }
        }
    }

    private func races() -> Content {
        Self.rows(Self.raceNames) { json, race in
            json.object {
                $0.member("alliance_id", 500_001 + [1, 2, 4, 8].prefix { $0 != race.0 }.count)
                $0.member("description", "\(race.1), of the sandbox")
                $0.member("name", race.1)
                $0.member("race_id", race.0)
            }
        }
    }

    private func bloodlines() -> Content {
        Self.rows(Self.bloodlineNames.enumerated()) { json, bloodline in
            json.object {
                $0.member("bloodline_id", bloodline.offset + 1)
                for (index, gift) in ["charisma", "intelligence", "memory", "perception", "willpower"].enumerated() {
                    $0.member(gift, 3 + (bloodline.offset + index) % 6)
                }
                $0.member("corporation_id", Universe.npcCorporations[bloodline.offset])
                $0.member("description", "\(bloodline.element), of the sandbox")
                $0.member("name", bloodline.element)
                $0.member("race_id", [1, 2, 4, 8][bloodline.offset / 2])
                $0.member("ship_type_id", 587)
            }
        }
    }

    private func ancestries() -> Content {
        Self.rows(0..<24) { json, index in
            json.object {
                $0.member("bloodline_id", index / 3 + 1)
                $0.member("description", "An ancestry of the sandbox")
                if index % 4 != 0 { $0.member("icon_id", 1_600 + index) }
                $0.member("id", index + 1)
                $0.member(
                    "name", ["Miners", "Traders", "Explorers"][index % 3] + " of \(Self.bloodlineNames[index / 3])")
                $0.member("short_description", "Of the sandbox.")
            }
        }
    }

    /// One route in a dozen is not what it should be.
    private func health(_ time: Int) -> Content {
        Self.object {
            $0.key("routes")
            $0.array(Self.routes.enumerated()) { json, route in
                var mix = Mix(universe.seed, 32, UInt64(route.offset), UInt64(time / 300))
                let isWell = mix.below(12) > 0
                json.object {
                    $0.member("method", route.element.method)
                    $0.member("path", route.element.path)
                    $0.member("status", isWell ? "OK" : "Degraded")
                }
            }
        }
    }

    private func status(_ time: Int) -> Content {
        Self.object {
            $0.member("players", 20_000 + time / 300 % 10_000)
            $0.member("server_version", "2900000")
            $0.member("start_time", time: time / 86_400 * 86_400 + 11 * 3600 + 240)
        }
    }
}
