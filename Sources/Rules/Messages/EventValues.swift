internal import SQLite
internal import Warehouse

/// An event's values as a message shows them.
struct EventValues {
    let event: AlertEvent

    /// A value on one line; nil for NULL, so that a template's section over it is left out.
    func text(_ value: Value, _ unit: String?) -> String? {
        switch (value, unit) {
        case (.null, _): nil
        case (.integer(let number), "timestamp"): Timestamp.text(number)
        case (.integer(let number), "boolean"): number == 0 ? "no" : "yes"
        case (.integer(let number), "isk"): Self.isk(Double(number))
        case (.real(let number), "isk"): Self.isk(number)
        case (.real(let number), _): Self.decimals(number)
        case (.integer(let number), _): String(number)
        default: value.plainText.oneLine
        }
    }

    func columns(_ columns: [(name: String, value: Value)]) -> [[String: Any]] {
        columns.compactMap { column in
            text(column.value, event.units[column.name]).map { ["name": column.name, "value": $0] }
        }
    }

    /// What a template may name.
    var all: [String: Any] {
        var values: [String: Any] = [
            "id": event.id, "alert": event.alertID, "rule": event.rule, "title": event.title.oneLine,
            "state": event.state.rawValue, "previous": event.previous.rawValue, "severity": event.severity.rawValue,
            "as_of": Timestamp.text(event.asOf), "since": Timestamp.text(event.since), "at": Timestamp.text(event.at),
            "is_firing": event.state == .firing, "is_resolved": event.state == .resolved,
            "is_repeated": event.state == event.previous, "key": columns(event.key), "columns": columns(event.verdict),
            "labels": event.labels.sorted { $0.key < $1.key }.map {
                ["name": $0.key.oneLine, "value": $0.value.oneLine] as [String: Any]
            },
        ]
        if let owner = event.owner { values["owner"] = owner.oneLine }
        var row: [String: Any] = [:]
        for column in event.verdict { row[column.name] = text(column.value, event.units[column.name]) }
        values["row"] = row
        return values
    }

    /// The names of `all` with what is below them; `row` is the rule's.
    static func shape(columns: [String]?) -> TemplateShape {
        let named = TemplateShape.record(["name": .value, "value": .value])
        var members: [String: TemplateShape] = ["key": named, "columns": named, "labels": named]
        for name in [
            "id", "alert", "rule", "title", "state", "previous", "severity", "as_of", "since", "at", "is_firing",
            "is_resolved", "is_repeated", "owner",
        ] { members[name] = .value }
        members["row"] =
            columns.map { names in
                .record(Dictionary(names.map { ($0, TemplateShape.value) }) { first, _ in first })
            } ?? .anything
        return .record(members)
    }

    /// `1,234,567.89 ISK`: to the cent, as EVE shows it.
    static func isk(_ number: Double) -> String {
        guard number.magnitude < 9e16 else { return "\(number) ISK" }
        let cents = Int64((number.magnitude * 100).rounded())
        let fraction = cents % 100
        let sign = number < 0 && cents > 0 ? "-" : ""
        return "\(sign)\(grouped(cents / 100)).\(fraction < 10 ? "0" : "")\(fraction) ISK"
    }

    private static func grouped(_ number: Int64) -> String {
        var digits = Array(String(number))
        for place in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert(",", at: place) }
        return String(digits)
    }

    /// Four decimals at most; a share or a rate needs no more to be read.
    private static func decimals(_ number: Double) -> String {
        guard number.magnitude < 1e12 else { return "\(number)" }
        let scaled = Int64((number.magnitude * 10_000).rounded())
        var fraction = String(scaled % 10_000)
        fraction = String(repeating: "0", count: 4 - fraction.count) + fraction
        while fraction.last == "0" { fraction.removeLast() }
        let sign = number < 0 && scaled > 0 ? "-" : ""
        return "\(sign)\(scaled / 10_000)" + (fraction.isEmpty ? "" : ".\(fraction)")
    }
}
