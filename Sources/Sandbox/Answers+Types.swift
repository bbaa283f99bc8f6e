/// Item types, their groups and what describes them.
extension Answers {
    static let typeRoutes = [
        SandboxRoute("/universe/types", .daily) { $0.typeIDs($1) },
        SandboxRoute("/universe/types/{type_id}", .daily) { $0.type($1.id()) },
        SandboxRoute("/universe/groups", .daily) { _, asked in list(Universe.groups.map(\.id), page: asked.page) },
        SandboxRoute("/universe/groups/{group_id}", .daily) { $0.group($1.id()) },
        SandboxRoute("/universe/categories", .daily) { _, _ in list(Universe.categories.map(\.id)) },
        SandboxRoute("/universe/categories/{category_id}", .daily) { $0.category($1.id()) },
        SandboxRoute("/dogma/attributes", .daily) { _, _ in list(Dogma.attributes.map(\.id)) },
        SandboxRoute("/dogma/attributes/{attribute_id}", .daily) { $0.attribute($1.id()) },
        SandboxRoute("/dogma/effects", .daily) { _, _ in list(Dogma.effects.map(\.id)) },
        SandboxRoute("/dogma/effects/{effect_id}", .daily) { $0.effect($1.id()) },
    ]

    private func typeIDs(_ asked: Asked) -> Content {
        Self.list(universe.types.map(\.id).sorted(), page: asked.page)
    }

    private func type(_ id: Int) -> Content {
        guard let index = universe.typeIndex[id] else { return Self.failure(404, "Type not found!") }
        let kind = universe.types[index]
        return Self.object {
            $0.member("description", "\(kind.name), of the sandbox")
            Dogma(universe).write(kind, &$0)
            $0.member("group_id", kind.group)
            $0.member("market_group_id", Universe.marketGroup(of: kind))
            $0.member("name", kind.name)
            $0.member("packaged_volume", kind.volume)
            $0.member("portion_size", 1)
            $0.member("published", true)
            $0.member("type_id", id)
            $0.member("volume", kind.volume)
        }
    }

    private func group(_ id: Int) -> Content {
        guard let group = Universe.groups.first(where: { $0.id == id }) else {
            return Self.failure(404, "Group not found!")
        }
        return Self.object {
            $0.member("category_id", group.category)
            $0.member("group_id", id)
            $0.member("name", group.name)
            $0.member("published", true)
            $0.member("types", ids: universe.types.lazy.filter { $0.group == id }.map(\.id))
        }
    }

    private func category(_ id: Int) -> Content {
        guard let category = Universe.categories.first(where: { $0.id == id }) else {
            return Self.failure(404, "Category not found!")
        }
        return Self.object {
            $0.member("category_id", id)
            $0.member("groups", ids: Universe.groups.lazy.filter { $0.category == id }.map(\.id))
            $0.member("name", category.name)
            $0.member("published", true)
        }
    }

    private func attribute(_ id: Int) -> Content {
        guard let attribute = Dogma.attributes.first(where: { $0.id == id }) else {
            return Self.failure(404, "Dogma attribute not found!")
        }
        return Self.object {
            $0.member("attribute_id", id)
            $0.member("default_value", 0.0)
            $0.member("description", attribute.description)
            $0.member("display_name", attribute.display)
            $0.member("high_is_good", true)
            $0.member("name", attribute.name)
            if !attribute.display.isEmpty { $0.member("published", true) }
            $0.member("stackable", true)
            if let unit = attribute.unit { $0.member("unit_id", unit) }
        }
    }

    private func effect(_ id: Int) -> Content {
        guard let effect = Dogma.effects.first(where: { $0.id == id }) else {
            return Self.failure(404, "Dogma effect not found!")
        }
        return Self.object {
            $0.member("description", "Automatically generated effect")
            $0.member("display_name", "")
            $0.member("effect_category", effect.category)
            $0.member("effect_id", id)
            if let attribute = effect.modifies {
                $0.key("modifiers")
                $0.array([attribute]) { json, attribute in
                    json.object {
                        $0.member("domain", "shipID")
                        $0.member("func", "ItemModifier")
                        $0.member("modified_attribute_id", attribute)
                        $0.member("modifying_attribute_id", attribute)
                        $0.member("operator", 6)
                    }
                }
            }
            $0.member("name", effect.name)
        }
    }
}
