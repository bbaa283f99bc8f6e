/// The few attributes and effects that the sandbox's types have.
struct Dogma {
    private let seed: UInt64

    init(_ universe: Universe) {
        seed = universe.seed
    }

    static let attributes: [(id: Int, name: String, display: String, description: String, unit: Int?)] = [
        (9, "hp", "Structure Hitpoints", "The maximum hitpoints of an object", 113),
        (38, "capacity", "Capacity", "The cargo space allowed", 9),
        (50, "cpu", "CPU usage", "CPU need of module", 106),
        (422, "techLevel", "Tech Level", "The tech level of the item", 140),
        (633, "metaLevelOld", "", "The ranking of the module within its tech level", nil),
    ]

    static let effects: [(id: Int, name: String, category: Int, modifies: Int?)] = [
        (12, "hiPower", 0, nil), (16, "online", 4, 50), (67, "miningLaser", 2, 38),
    ]

    /// What a type has of them; nothing where it is neither ship nor module.
    func parts(
        of kind: Universe.Kind
    ) -> (values: [(attribute: Int, value: Double)], effects: [(id: Int, isDefault: Bool)]) {
        let isShip = [25, 26].contains(kind.group)
        let isModule = kind.group == 54
        guard isShip || isModule else { return ([], []) }
        var mix = Mix(seed, 31, UInt64(kind.id))
        let (level, size) = (Double(mix.below(5)), Double(100 + mix.below(20) * 10))
        let values =
            isShip ? [(9, size * 3), (38, size), (422, 1), (633, level)] : [(50, size / 10), (422, 1), (633, level)]
        return (values, isModule ? [12, 16, 67].map { ($0, $0 == 67) } : [])
    }

    /// The dogma members of a type's answer; of what has none they are left out, as by ESI.
    func write(_ kind: Universe.Kind, _ json: inout JSONBytes) {
        let (values, effects) = parts(of: kind)
        guard !values.isEmpty else { return }
        json.key("dogma_attributes")
        json.array(values) { json, value in
            json.object {
                $0.member("attribute_id", value.attribute)
                $0.member("value", value.value)
            }
        }
        guard !effects.isEmpty else { return }
        json.key("dogma_effects")
        json.array(effects) { json, effect in
            json.object {
                $0.member("effect_id", effect.id)
                $0.member("is_default", effect.isDefault)
            }
        }
    }
}
