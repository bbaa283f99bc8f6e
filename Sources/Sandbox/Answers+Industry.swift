/// Industry, insurance and loyalty stores.
extension Answers {
    static let industryRoutes = [
        SandboxRoute("/industry/systems", .timed(3600), group: "industry") { $0.costIndices($1) },
        SandboxRoute("/industry/facilities", .timed(3600), group: "industry") { answers, _ in answers.facilities() },
        SandboxRoute("/insurance/prices", .timed(3600), group: "insurance") { answers, _ in answers.insurance() },
        SandboxRoute("/loyalty/stores/{corporation_id}/offers", .daily) { $0.offers($1.id()) },
    ]

    private static let activities = [
        "manufacturing", "researching_time_efficiency", "researching_material_efficiency", "copying", "invention",
        "reaction",
    ]

    /// What a system's jobs cost drifts from hour to hour, and never below 0.14 %.
    private func costIndices(_ asked: Asked) -> Content {
        Self.rows(universe.systems) { json, system in
            json.object {
                $0.key("cost_indices")
                $0.array(Self.activities.enumerated()) { json, activity in
                    var own = Mix(universe.seed, 40, UInt64(system), UInt64(activity.offset))
                    let usual = own.below(5) == 0 ? 14 : own.below(900)
                    var mix = Mix(universe.seed, 41, UInt64(system), UInt64(activity.offset), UInt64(asked.time / 3600))
                    let index = max(usual + mix.below(max(usual / 10, 1)), 14)
                    json.object {
                        $0.member("activity", activity.element)
                        $0.member("cost_index", Double(index) / 10_000)
                    }
                }
                $0.member("solar_system_id", system)
            }
        }
    }

    private func facilities() -> Content {
        let places = universe.regions.flatMap { region in universe.places(of: region).map { (region, $0) } }
        return Self.rows(places) { json, entry in
            let (region, place) = entry
            json.object {
                $0.member("facility_id", place.station)
                $0.member("owner_id", Universe.owner(ofStation: place.station))
                $0.member("region_id", region)
                $0.member("solar_system_id", place.system)
                if place.station % 3 == 0 { $0.member("tax", 0.1) }
                $0.member("type_id", 1_531)
            }
        }
    }

    private static let levels = ["Basic", "Standard", "Bronze", "Silver", "Gold", "Platinum"]

    private func insurance() -> Content {
        Self.rows(universe.types.lazy.filter { [25, 26].contains($0.group) }) { json, ship in
            json.object {
                $0.key("levels")
                $0.array(Self.levels.enumerated()) { json, level in
                    json.object {
                        $0.member("cost", cents: ship.price * (level.offset + 1) / 20)
                        $0.member("name", level.element)
                        $0.member("payout", cents: ship.price * (level.offset + 5) / 10)
                    }
                }
                $0.member("type_id", ship.id)
            }
        }
    }

    private func offers(_ corporation: Int) -> Content {
        guard Universe.npcCorporations.contains(corporation) else {
            return Self.failure(404, "Corporation not found!")
        }
        return Self.rows(0..<4) { json, index in
            let kind = universe.types[(corporation + index * 7) % universe.types.count]
            json.object {
                if index == 3 { $0.member("ak_cost", 10) }
                $0.member("isk_cost", 1_000_000 * (index + 1))
                $0.member("lp_cost", 5_000 * (index + 1))
                $0.member("offer_id", corporation % 1_000 * 10 + index)
                $0.member("quantity", index + 1)
                $0.key("required_items")
                $0.array(0..<index) { json, item in
                    json.object {
                        $0.member("quantity", 100 * (item + 1))
                        $0.member("type_id", 34 + item)
                    }
                }
                $0.member("type_id", kind.id)
            }
        }
    }
}
