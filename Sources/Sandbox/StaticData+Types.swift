/// Types, and what they are made of.
extension StaticData {
    /// The types of this build.
    private var kinds: [Universe.Kind] {
        universe.types.enumerated().filter { index, _ in
            switch index {
            case universe.types.count - 1: build >= 2
            case universe.types.count - 2: build < 3
            default: true
            }
        }.map(\.element).sorted { $0.id < $1.id }
    }

    var types: [JSONBytes] {
        kinds.map { kind in
            var mix = Mix(universe.seed, 51, UInt64(kind.id))
            // A tenth of the types is worked on each day.
            let works = (1...build).count { $0 % 10 == mix.below(10) }
            return Self.record(kind.id) {
                $0.member("basePrice", cents: kind.price)
                $0.localized("description", "\(kind.name), of the sandbox")
                $0.member("groupID", kind.group)
                $0.member("marketGroupID", Universe.marketGroup(of: kind))
                $0.member("mass", 1_000.0 + Double(works))
                $0.localized("name", kind.name)
                $0.member("portionSize", 1)
                $0.member("published", true)
                $0.member("volume", kind.volume)
            }
        }
    }

    var groups: [JSONBytes] {
        Universe.groups.sorted { $0.id < $1.id }.map { group in
            Self.record(group.id) {
                $0.member("anchorable", false)
                $0.member("categoryID", group.category)
                $0.localized("name", group.name)
                $0.member("published", true)
                $0.member("useBasePrice", false)
            }
        }
    }

    var categories: [JSONBytes] {
        Universe.categories.map { category in
            Self.record(category.id) {
                $0.localized("name", category.name)
                $0.member("published", true)
            }
        }
    }

    var marketGroups: [JSONBytes] {
        Universe.marketGroups.sorted { $0.id < $1.id }.map { group in
            Self.record(group.id) {
                $0.member("hasTypes", group.id >= 1_000 && group.id != 1922)
                $0.localized("name", group.name)
                if let parent = group.parent { $0.member("parentGroupID", parent) }
            }
        }
    }

    // MARK: Industry

    /// What a blueprint makes: of the first ones their ships, of the others a type of their own number.
    private func product(_ blueprint: Universe.Kind) -> Int {
        let known = [691: 587, 707: 603, 983: 626]
        let ships = kinds.filter { [25, 26].contains($0.group) }
        return known[blueprint.id] ?? ships[blueprint.id % ships.count].id
    }

    var blueprints: [JSONBytes] {
        kinds.filter(universe.isBlueprint).map { kind in
            var mix = Mix(universe.seed, 52, UInt64(kind.id))
            let minerals = (34...40).filter { _ in mix.below(3) > 0 }.map { ($0, 100 + mix.below(30_000)) }
            return Self.record(kind.id) {
                $0.key("activities")
                $0.object {
                    Self.activity("copying", time: 4_800, &$0)
                    Self.activity("manufacturing", materials: minerals, product: product(kind), time: 6_000, &$0)
                    Self.activity("research_material", time: 2_100, &$0)
                    Self.activity("research_time", time: 2_100, &$0)
                }
                $0.member("blueprintTypeID", kind.id)
                $0.member("maxProductionLimit", 30)
            }
        }
    }

    private static func activity(
        _ name: String, materials: [(type: Int, quantity: Int)] = [], product: Int? = nil, time: Int,
        _ json: inout JSONBytes
    ) {
        json.key(name)
        json.object {
            if !materials.isEmpty {
                $0.key("materials")
                $0.array(materials) { json, material in quantity(material.quantity, of: material.type, &json) }
            }
            if let product {
                $0.key("products")
                $0.array([product]) { quantity(1, of: $1, &$0) }
                $0.key("skills")
                $0.array([3_380]) { json, skill in
                    json.object {
                        $0.member("level", 1)
                        $0.member("typeID", skill)
                    }
                }
            }
            $0.member("time", time)
        }
    }

    private static func quantity(_ quantity: Int, of type: Int, _ json: inout JSONBytes) {
        json.object {
            $0.member("quantity", quantity)
            $0.member("typeID", type)
        }
    }

    /// Reprocessing gives Tritanium.
    var materials: [JSONBytes] {
        kinds.filter { [25, 26, 54].contains($0.group) }.map { kind in
            Self.record(kind.id) {
                $0.key("materials")
                $0.array([34]) { json, mineral in
                    json.object {
                        $0.member("materialTypeID", mineral)
                        $0.member("quantity", 10 + kind.id % 1_000)
                    }
                }
            }
        }
    }

    var schematics: [JSONBytes] {
        [
            Self.record(65) {
                $0.member("cycleTime", 3_600)
                $0.localized("name", "Superconductors")
                $0.member("pins", ids: [2_470, 2_472])
                $0.key("types")
                $0.array([(9_838, false, 5), (2_389, true, 40), (3_645, true, 40)]) { json, part in
                    json.object {
                        $0.member("_key", part.0)
                        $0.member("isInput", part.1)
                        $0.member("quantity", part.2)
                    }
                }
            }
        ]
    }

    // MARK: Dogma

    var attributes: [JSONBytes] {
        Dogma.attributes.sorted { $0.id < $1.id }.map { attribute in
            Self.record(attribute.id) {
                $0.member("defaultValue", 0.0)
                $0.localized("displayName", attribute.display)
                $0.member("highIsGood", true)
                $0.member("name", attribute.name)
                $0.member("published", true)
                $0.member("stackable", true)
                if let unit = attribute.unit { $0.member("unitID", unit) }
            }
        }
    }

    var dogma: [JSONBytes] {
        let dogma = Dogma(universe)
        return kinds.compactMap { kind in
            let (values, effects) = dogma.parts(of: kind)
            guard !values.isEmpty else { return nil }
            return Self.record(kind.id) {
                $0.key("dogmaAttributes")
                $0.array(values) { json, value in
                    json.object {
                        $0.member("attributeID", value.attribute)
                        $0.member("value", value.value)
                    }
                }
                $0.key("dogmaEffects")
                $0.array(effects) { json, effect in
                    json.object {
                        $0.member("effectID", effect.id)
                        $0.member("isDefault", effect.isDefault)
                    }
                }
            }
        }
    }
}
