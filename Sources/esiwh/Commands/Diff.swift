internal import ArgumentParser
internal import SQLite
internal import Warehouse

struct Diff: Command {
    static let configuration = CommandConfiguration(
        abstract: "Show which rows of a table were added, changed or removed between two moments.",
        discussion: """
            A changed row shows the columns that differ with both values, the others all their columns. A row that changed
            and changed back does not differ.

              esiwh diff market_orders --from -1d --where 'type_id = 34'
              esiwh diff public_contracts --from 2026-11-20 --to 2026-11-21 --format ndjson
            """)

    @Argument(help: "The table.", completion: .names(of: .dataset)) var table: String

    @Option(
        parsing: .unconditional, help: ArgumentHelp("The earlier moment: \(MomentText.forms).", valueName: "moment"))
    var from: String

    @Option(parsing: .unconditional, help: ArgumentHelp("The later moment.", valueName: "moment")) var to = "now"

    @Option(
        name: .customLong("where"),
        help: ArgumentHelp(
            "Only rows that meet this SQL condition on the table's columns at either moment.", valueName: "condition"))
    var condition: String?

    @OptionGroup var output: FormatOptions
    @OptionGroup(title: "Common options") var common: CommonOptions

    func run(in context: Context) throws -> CommandStatus {
        let moments = (from: try context.moment(from), to: try context.moment(to))
        let session = try context.session(asOf: nil, for: condition ?? "").session
        let difference: TableDifference
        do {
            difference = try session.difference(of: table, from: moments.from, to: moments.to, where: condition)
        } catch let error as SQLiteError where condition != nil && !error.isBusy {
            throw CommandError(
                .usage, "--where: \(error.message)", mend: "name columns of \(table), as in type_id = 34")
        }
        try write(difference, context)
        return .done
    }

    private func write(_ difference: TableDifference, _ context: Context) throws {
        let human = output.style(context)
        let changes = ChangesCell(dataset: difference.dataset, format: output.format, human: human)
        let keys = difference.dataset.key.map { OutputColumn($0, difference.dataset.column($0)?.kind) }
        var writer = output.format.writer(to: context.out, human: human)
        try writer.begin([OutputColumn("change", .text)] + keys + [changes.column])
        for entry in difference.entries {
            try writer.row([.text(entry.kind.rawValue)] + entry.key + [changes.value(entry.columns)])
        }
        try writer.end()
        let counts = [TableDifference.Kind.added, .changed, .removed].map { kind in
            "\(difference.entries.count { $0.kind == kind }) \(kind)"
        }
        try context.note(counts.joined(separator: ", "))
    }
}
