/// Characters, corporations and alliances.
extension Answers {
    static let peopleRoutes = [
        SandboxRoute("/characters/{character_id}", .event(86_400, step: 3600)) { $0.character($1) },
        SandboxRoute("/characters/{character_id}/corporationhistory", .timed(86_400)) { $0.careers($1) },
        // NPC corporations are listed under the other list's name, so their route comes first.
        SandboxRoute("/corporations/npccorps", .daily) { _, _ in list(Universe.npcCorporations) },
        SandboxRoute("/corporations/{corporation_id}", .event(3600, step: 3600)) { $0.corporation($1) },
        SandboxRoute("/corporations/{corporation_id}/alliancehistory", .timed(3600)) { $0.pacts($1) },
        SandboxRoute("/alliances", .timed(3600)) { _, _ in list(Universe.alliances) },
        SandboxRoute("/alliances/{alliance_id}", .timed(3600)) { $0.alliance($1) },
        SandboxRoute("/alliances/{alliance_id}/corporations", .timed(3600)) { $0.members($1) },
    ]

    private func character(_ asked: Asked) -> Content {
        let id = asked.id()
        guard universe.isCharacter(id), let name = universe.name(id) else {
            return Self.failure(404, "Character not found!")
        }
        let corporation = universe.employment(of: id, at: asked.time).corporation
        return Self.object {
            $0.member("achievement_score", id % 1000)
            if let alliance = universe.alliance(of: corporation, at: asked.time) { $0.member("alliance_id", alliance) }
            $0.member("birthday", time: universe.birthday)
            $0.member("bloodline_id", 1 + id % 8)
            $0.member("corporation_id", corporation)
            $0.member("description", "")
            $0.member("gender", id % 2 == 0 ? "female" : "male")
            $0.member("name", name.name)
            $0.member("race_id", [1, 2, 4, 8][id % 4])
            $0.member("security_status", Double(id % 51) / 10)
        }
    }

    /// Newest first, as ESI has them.
    private func careers(_ asked: Asked) -> Content {
        let id = asked.id()
        guard universe.isCharacter(id) else { return Self.failure(404, "Character not found!") }
        var jobs = [universe.employment(of: id, at: asked.time)]
        while let job = jobs.last, job.number > 0, job.since > universe.birthday {
            jobs.append(universe.employment(of: id, at: job.since - 1))
        }
        return Self.rows(jobs) { json, job in
            json.object {
                $0.member("corporation_id", job.corporation)
                $0.member("record_id", (id - 90_000_000) * 100 + job.number)
                $0.member("start_date", time: job.since)
            }
        }
    }

    private func corporation(_ asked: Asked) -> Content {
        let id = asked.id()
        guard universe.isCorporation(id), let name = universe.name(id) else {
            return Self.failure(404, "Corporation not found!")
        }
        let isNPC = id < 98_000_000
        return Self.object {
            if let alliance = universe.alliance(of: id, at: asked.time) { $0.member("alliance_id", alliance) }
            if !isNPC {
                $0.member("ceo_id", 90_000_001 + id % 9_000)
                $0.member("creator_id", 90_000_001 + id % 9_000)
                $0.member("date_founded", time: universe.birthday)
            }
            $0.member("description", "A corporation of the sandbox")
            $0.member("friendly_fire", "legal")
            $0.member("home_station_id", 60_003_760)
            $0.member("member_count", 1 + (id + asked.time / 86_400) % 40)
            $0.member("name", name.name)
            if !isNPC {
                $0.key("palette")
                $0.object { $0.member("main_color", "#202020") }
            }
            $0.member("shares", 1_000)
            $0.member("state", "active")
            $0.key("tax_rates")
            $0.object {
                $0.member("isk", 0.10000000149011612)
                $0.member("loyalty_point", 0.0)
            }
            $0.member("ticker", "C\(id % 10_000)")
            $0.member("type", isNPC ? "npc_owned" : "player_owned")
            $0.member("war_eligible", !isNPC)
        }
    }

    private func pacts(_ asked: Asked) -> Content {
        let id = asked.id()
        guard universe.isCorporation(id) else { return Self.failure(404, "Corporation not found!") }
        let seasons = (0...universe.season(id, asked.time)).reversed()
        return Self.rows(seasons) { json, season in
            let begin = universe.seasonBegins(id, season)
            json.object {
                // A row without an alliance: it left one.
                if let alliance = universe.alliance(of: id, at: begin) { $0.member("alliance_id", alliance) }
                $0.member("record_id", id % 10_000 * 100 + season)
                $0.member("start_date", time: begin)
            }
        }
    }

    private func alliance(_ asked: Asked) -> Content {
        let id = asked.id()
        guard Universe.alliances.contains(id), let name = universe.name(id) else {
            return Self.failure(404, "Alliance not found!")
        }
        return Self.object {
            $0.member("creator_corporation_id", 98_000_010 + id % 300)
            $0.member("creator_id", 90_000_001 + id % 9_000)
            $0.member("date_founded", time: universe.birthday)
            if let executor = universe.members(of: id, at: asked.time).first {
                $0.member("executor_corporation_id", executor)
            }
            $0.member("name", name.name)
            $0.member("ticker", "A\(id % 1000)")
        }
    }

    private func members(_ asked: Asked) -> Content {
        guard Universe.alliances.contains(asked.id()) else { return Self.failure(404, "Alliance not found!") }
        return Self.list(universe.members(of: asked.id(), at: asked.time))
    }
}
