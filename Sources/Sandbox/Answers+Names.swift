/// The routes that take ids by the thousand.
extension Answers {
    static let nameRoutes = [
        SandboxRoute("/universe/names", .none, method: "POST") { $0.names($1) },
        SandboxRoute("/characters/affiliation", .none, method: "POST") { $0.affiliations($1) },
    ]

    private func names(_ asked: Asked) -> Content {
        guard let ids = asked.ids else { return Self.failure(400, "body: 1 to 1000 unique ids") }
        let known = ids.map { ($0, universe.name($0)) }
        guard !known.contains(where: { $0.1 == nil }) else {
            return Self.failure(404, "Ensure all IDs are valid before resolving.")
        }
        return Self.rows(known) { json, entry in
            json.object {
                $0.member("category", entry.1?.category ?? "")
                $0.member("id", entry.0)
                $0.member("name", entry.1?.name ?? "")
            }
        }
    }

    /// Who is no character is left out of the answer.
    private func affiliations(_ asked: Asked) -> Content {
        guard let ids = asked.ids else { return Self.failure(400, "body: 1 to 1000 unique ids") }
        return Self.rows(ids.filter { universe.isCharacter($0) }) { json, id in
            let corporation = universe.employment(of: id, at: asked.time).corporation
            json.object {
                if let alliance = universe.alliance(of: corporation, at: asked.time) {
                    $0.member("alliance_id", alliance)
                }
                $0.member("character_id", id)
                $0.member("corporation_id", corporation)
            }
        }
    }
}
