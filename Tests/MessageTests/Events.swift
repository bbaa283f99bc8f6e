import Rules
import SQLite

/// An event to begin with; tests change what they are about.
func outbidEvent() -> AlertEvent {
    AlertEvent(
        id: "e1", alertID: "a1", rule: "contract-outbid", title: "Own public contracts that are outbid",
        key: [("contract_id", 217_000_001)], state: .firing, previous: .inactive, severity: .warning,
        labels: ["area": "contracts"], owner: "character 90000001", asOf: 1_790_510_400, since: 1_790_510_400,
        at: 1_790_510_460,
        verdict: [
            ("contract_id", 217_000_001), ("state", "firing"), ("reason", "outbid"), ("unit_price", 1_250_000.5),
            ("rival_contract_id", 217_000_999), ("rival_unit_price", 1_200_000.25), ("ahead", 2),
            ("as_of", 1_790_510_400), ("type_name", "Tritanium Élite"), ("location_id", 60_003_760),
            ("location_name", "Jita IV - Moon 4"), ("date_expired", 1_790_600_000), ("delta", 50_000.25),
            ("delta_percent", 4.00001), ("rival_units", .null),
        ],
        units: [
            "unit_price": "isk", "rival_unit_price": "isk", "delta": "isk", "as_of": "timestamp",
            "date_expired": "timestamp",
        ])
}

/// The end of the same alert.
func resolvedEvent() -> AlertEvent {
    var event = outbidEvent()
    event.id = "e2"
    event.state = .resolved
    event.previous = .firing
    event.set("state", "clear")
    event.set("reason", "ok")
    for column in ["rival_contract_id", "rival_unit_price", "delta", "delta_percent"] { event.set(column, .null) }
    return event
}

extension AlertEvent {
    mutating func set(_ column: String, _ value: Value) {
        for index in verdict.indices where verdict[index].name == column { verdict[index].value = value }
    }
}

/// Numbers that are the same in every run.
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
