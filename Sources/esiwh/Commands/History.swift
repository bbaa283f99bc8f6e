internal import ArgumentParser
internal import SQLite
internal import Warehouse

struct History: Command {
    static let configuration = CommandConfiguration(
        abstract: "Show every version of a row, with what changed.",
        discussion: """
            The key is that of the table, in its order, or column=value for some of its columns. A version holds from
            valid_from until before valid_to; one without valid_to holds still.

              esiwh history market_orders 10000002 6500000001
              esiwh history market_orders order_id=6500000001 --human
            """)

    @Argument(help: "The table.", completion: .names(of: .dataset)) var table: String
    @Argument(help: "Values of the key's columns in their order, or column=value.") var key: [String]
    @OptionGroup var asOf: AsOfOptions
    @OptionGroup var output: FormatOptions
    @OptionGroup(title: "Common options") var common: CommonOptions

    func run(in context: Context) throws -> CommandStatus {
        let session = try context.session(asOf: asOf.asOf, for: table).session
        let history = try session.history(of: table, key: key)
        let human = output.style(context)
        let changes = ChangesCell(dataset: history.dataset, format: output.format, human: human)
        var writer = output.format.writer(to: context.out, human: human)
        try writer.begin(
            [
                OutputColumn("valid_from", .timestamp), OutputColumn("valid_to", .timestamp),
                OutputColumn("change", .text),
                changes.column,
            ] + history.columns.map { OutputColumn($0.name, $0.kind) })
        var last: RowHistory.Version?
        for version in history.versions {
            let keys = history.dataset.key.compactMap { name in history.columns.firstIndex { $0.name == name } }
            let before = last.flatMap { last in keys.allSatisfy { last.values[$0] == version.values[$0] } ? last : nil }
            try writer.row(
                [
                    .integer(version.validFrom), version.validTo.sqlValue, .text(word(version, after: before)),
                    changes.value(differences(version, before, history.columns)),
                ] + version.values)
            last = version
        }
        try writer.end()
        if let horizon = try session.horizon(of: history.dataset) {
            try context.note(
                "versions that ended by \(Timestamp.text(horizon)) were pruned, unless `keep` names the row")
        }
        if history.versions.isEmpty { try context.note("no such row, now or before") }
        return .done
    }

    private func word(_ version: RowHistory.Version, after before: RowHistory.Version?) -> String {
        guard let before else { return "added" }
        return before.validTo == version.validFrom ? "changed" : "back"
    }

    private func differences(
        _ version: RowHistory.Version, _ before: RowHistory.Version?, _ columns: [DatasetColumn]
    ) -> [TableDifference.Change] {
        guard let before else { return [] }
        return columns.indices.filter { version.changed.contains(columns[$0].name) }.map { index in
            .init(column: columns[index].name, old: before.values[index], new: version.values[index])
        }
    }
}
