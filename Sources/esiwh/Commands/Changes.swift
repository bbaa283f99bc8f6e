internal import SQLite
internal import Warehouse

/// Writes what changed in a row: as text for people and tables, as an object for JSON.
struct ChangesCell {
    let dataset: Dataset
    let format: OutputFormat
    private let cells: CellText

    init(dataset: Dataset, format: OutputFormat, human: HumanStyle?) {
        self.dataset = dataset
        self.format = format
        cells = CellText(human: human)
    }

    var column: OutputColumn { OutputColumn("changes", isJSON ? .json : .text) }

    private var isJSON: Bool { format == .json || format == .ndjson }

    /// - Parameter changes: columns with the values before and after; nil where the row was or is not there.
    func value(_ changes: [TableDifference.Change]) -> Value {
        if changes.isEmpty { return .null }
        return .text(isJSON ? object(changes) : changes.map(text).joined(separator: ", "))
    }

    private func kind(_ change: TableDifference.Change) -> ColumnKind? { dataset.column(change.column)?.kind }

    private func text(_ change: TableDifference.Change) -> String {
        let values = [change.old, change.new].compactMap { $0 }
        let texts = values.map { cells.text($0, kind(change)) ?? "NULL" }
        return "\(change.column) " + texts.joined(separator: " → ")
    }

    private func object(_ changes: [TableDifference.Change]) -> String {
        let members = changes.map { change in
            let halves = [("from", change.old), ("to", change.new)].compactMap { name, value in
                value.map { "\"\(name)\": \(JSONText.value($0, kind(change)))" }
            }
            return "\(JSONText.string(change.column)): {\(halves.joined(separator: ", "))}"
        }
        return "{\(members.joined(separator: ", "))}"
    }
}
