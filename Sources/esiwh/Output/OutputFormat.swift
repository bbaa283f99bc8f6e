internal import ArgumentParser
internal import SQLite
internal import Warehouse

/// A column of a result and what its values mean; no kind where the value is an expression's.
struct OutputColumn: Equatable {
    var name: String
    var kind: ColumnKind?

    init(_ name: String, _ kind: ColumnKind? = nil) {
        self.name = name
        self.kind = kind
    }
}

/// Writes one result, row by row, in one format.
protocol RowWriter {
    mutating func begin(_ columns: [OutputColumn]) throws
    mutating func row(_ values: [Value]) throws
    mutating func end() throws
}

enum OutputFormat: String, CaseIterable, ExpressibleByArgument {
    case table, csv, tsv, json, ndjson, markdown, html

    /// - Parameter human: amounts as `1.25 B` and moments as `3 h ago`, in formats that people read; nil for plain values.
    func writer(to sink: Sink, human: HumanStyle? = nil) -> any RowWriter {
        let cells = CellText(human: human)
        return switch self {
        case .table: TableWriter(sink: sink, cells: cells)
        case .csv: SeparatedWriter(sink: sink, dialect: .csv)
        case .tsv: SeparatedWriter(sink: sink, dialect: .tsv)
        case .json: JSONWriter(sink: sink, lines: false)
        case .ndjson: JSONWriter(sink: sink, lines: true)
        case .markdown: MarkdownWriter(sink: sink, cells: cells)
        case .html: HTMLWriter(sink: sink, cells: cells)
        }
    }

    /// Formats for people: they are cut at a number of rows unless told otherwise, and may be written humanly.
    var isForPeople: Bool { [.table, .markdown, .html].contains(self) }
}

extension OutputFormat {
    /// For the help of each command that has the option.
    static let names = allCases.map(\.rawValue).joined(separator: ", ")
}
