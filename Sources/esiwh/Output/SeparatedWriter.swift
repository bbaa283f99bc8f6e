internal import SQLite
internal import Warehouse

/// CSV (RFC 4180: lines end with CR LF, quotes are doubled) and TSV (tab, line feed and backslash as `\t`, `\n`, `\\`).
/// NULL is an empty cell; in CSV an empty text is `""`, so that the two stay apart.
struct SeparatedWriter: RowWriter {
    enum Dialect {
        case csv, tsv
    }

    let sink: Sink
    let dialect: Dialect
    private let cells = CellText()
    private var columns: [OutputColumn] = []

    init(sink: Sink, dialect: Dialect) {
        self.sink = sink
        self.dialect = dialect
    }

    mutating func begin(_ columns: [OutputColumn]) throws {
        self.columns = columns
        try line(columns.map(\.name))
    }

    func row(_ values: [Value]) throws {
        try line(zip(values, columns).map { cells.text($0, $1.kind) })
    }

    func end() {}

    private func line(_ texts: [String?]) throws {
        switch dialect {
        case .csv: try sink.write(texts.map { $0.map(Self.quoted) ?? "" }.joined(separator: ",") + "\r\n")
        case .tsv: try sink.write(texts.map { $0.map(Self.escaped) ?? "" }.joined(separator: "\t") + "\n")
        }
    }

    private static func quoted(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { ![0x22, 0x2c, 0x0d, 0x0a].contains($0) }
        if isPlain, !text.isEmpty { return text }
        var result = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" { result += "\"" }
            result.unicodeScalars.append(scalar)
        }
        return result + "\""
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\t": result += "\\t"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\\": result += "\\\\"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
