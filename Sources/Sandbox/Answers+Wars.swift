/// Wars and who fell in them.
extension Answers {
    static let warRoutes = [
        SandboxRoute("/wars", .timed(3600), group: "killmail") { $0.wars($1) },
        SandboxRoute("/wars/{war_id}", .timed(3600), group: "killmail") { $0.war($1) },
        SandboxRoute("/wars/{war_id}/killmails", .timed(3600), group: "killmail") { $0.warLosses($1) },
        // ESI keeps one for a month from when it is first asked for; here it is there as soon as its war tells of it.
        SandboxRoute("/killmails/{killmail_id}/{killmail_hash}", .timed(3600), group: "killmail") { $0.loss($1) },
    ]

    private static let day = 86_400

    /// A war a week is declared; each lasts four.
    private struct War {
        static let week = 7 * 86_400
        static let first = 740_000

        var id: Int
        var declared: Int { (id - Self.first) * Self.week }
        var finished: Int { declared + 4 * Self.week }

        static func newest(at time: Int) -> Int { first + time / week }

        /// Ids run through the wars, eight losses to each.
        func losses(at time: Int) -> [Int] {
            (0..<8).filter { declared + (1 + $0 * 3) * 86_400 <= time }.map { id * 8 + $0 }
        }
    }

    private func known(_ id: Int, _ time: Int) -> War? {
        let newest = War.newest(at: time)
        return (newest - 40...newest).contains(id) ? War(id: id) : nil
    }

    /// Newest first.
    private func wars(_ asked: Asked) -> Content {
        let newest = War.newest(at: asked.time)
        let below = asked.query["max_war_id"].flatMap { Int($0) } ?? .max
        return Self.list((newest - 40...newest).reversed().filter { $0 < below })
    }

    private func war(_ asked: Asked) -> Content {
        guard let war = known(asked.id(), asked.time) else { return Self.failure(404, "War not found!") }
        let losses = war.losses(at: asked.time).count
        return Self.object {
            $0.key("aggressor")
            $0.object { side(99_000_001 + war.id % 20, losses, &$0) }
            if war.id % 3 == 0 {
                $0.key("allies")
                $0.array([98_000_010 + war.id % 300]) { json, ally in
                    json.object { $0.member("corporation_id", ally) }
                }
            }
            $0.member("declared", time: war.declared)
            $0.key("defender")
            $0.object { side(98_000_010 + war.id % 300, 0, &$0) }
            if war.finished <= asked.time { $0.member("finished", time: war.finished) }
            $0.member("id", war.id)
            $0.member("mutual", false)
            $0.member("open_for_allies", war.id % 3 == 0)
            $0.member("started", time: war.declared + Self.day)
        }
    }

    private func side(_ id: Int, _ kills: Int, _ json: inout JSONBytes) {
        json.member(id >= 99_000_000 ? "alliance_id" : "corporation_id", id)
        json.member("isk_destroyed", cents: kills * 48_900_000)
        json.member("ships_killed", kills)
    }

    static func hash(_ killmail: Int) -> String {
        var mix = Mix(60, UInt64(killmail))
        let digits = (0..<3).map { _ in String(mix.next(), radix: 16) }.joined()
        return String((digits + String(repeating: "0", count: 40)).prefix(40))
    }

    private func warLosses(_ asked: Asked) -> Content {
        guard let war = known(asked.id(), asked.time) else { return Self.failure(404, "War not found!") }
        guard asked.page == 1 else { return Self.failure(404, "Requested page does not exist!") }
        var content = Self.rows(war.losses(at: asked.time)) { json, id in
            json.object {
                $0.member("killmail_hash", Self.hash(id))
                $0.member("killmail_id", id)
            }
        }
        content.pages = 1
        return content
    }

    private func loss(_ asked: Asked) -> Content {
        let (id, war) = (asked.id(), War(id: asked.id() / 8))
        guard war.losses(at: asked.time).contains(id), asked.texts[1] == Self.hash(id) else {
            return Self.failure(422, "Invalid killmail_id and/or killmail_hash")
        }
        let place = universe.systems[id % universe.systems.count]
        return Self.object {
            $0.key("attackers")
            $0.array(0...(id % 3)) { attacker(id, $1, &$0) }
            $0.member("killmail_id", id)
            $0.member("killmail_time", time: war.declared + (1 + id % 8 * 3) * Self.day)
            $0.member("solar_system_id", place)
            $0.key("victim")
            $0.object { victim(id, war.id, &$0) }
            $0.member("war_id", war.id)
        }
    }

    private func attacker(_ id: Int, _ number: Int, _ json: inout JSONBytes) {
        json.object {
            $0.member("character_id", 90_000_010 + (id + number) % 3_000)
            $0.member("damage_done", 1_000 / (number + 1))
            $0.member("final_blow", number == 0)
            $0.member("security_status", -0.5)
            $0.member("ship_type_id", 587)
            if number == 0 { $0.member("weapon_type_id", 483) }
        }
    }

    private func victim(_ id: Int, _ war: Int, _ json: inout JSONBytes) {
        json.member("character_id", 90_000_010 + id % 2_000)
        json.member("corporation_id", 98_000_010 + war % 300)
        json.member("damage_taken", 1_833)
        json.key("items")
        json.array([(27, 483, true), (5, 34, false)]) { json, item in
            json.object {
                $0.member("flag", item.0)
                $0.member("item_type_id", item.1)
                $0.member(item.2 ? "quantity_destroyed" : "quantity_dropped", 1)
                $0.member("singleton", 0)
            }
        }
        json.key("position")
        json.object { json in for axis in ["x", "y", "z"] { json.member(axis, Double(id % 1_000) * 1e9) } }
        json.member("ship_type_id", 603)
    }
}
