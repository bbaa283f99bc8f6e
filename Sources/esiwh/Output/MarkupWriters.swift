internal import SQLite
internal import Warehouse

/// A pipe table as GitHub reads it. What Markdown or HTML would read as markup is escaped.
struct MarkdownWriter: RowWriter {
    let sink: Sink
    let cells: CellText
    private var columns: [OutputColumn] = []

    init(sink: Sink, cells: CellText) {
        self.sink = sink
        self.cells = cells
    }

    mutating func begin(_ columns: [OutputColumn]) throws {
        self.columns = columns
        try line(columns.map { Self.escaped($0.name) })
        // No value has been seen yet: the alignment follows what is declared.
        try line(columns.map { [.isk, .integer, .real].contains($0.kind) ? "--:" : "---" })
    }

    func row(_ values: [Value]) throws {
        try line(zip(values, columns).map { Self.escaped(cells.text($0, $1.kind) ?? "") })
    }

    func end() {}

    private func line(_ texts: [String]) throws {
        try sink.write("| " + texts.joined(separator: " | ") + " |\n")
    }

    private static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "|", "\\", "`", "*", "[", "]", "~": result += "\\" + String(character)
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "&": result += "&amp;"
            case "\n", "\r\n", "\r": result += "<br>"
            default: result.append(character)
            }
        }
        return result.withVisibleControls()
    }
}

/// A table as an HTML fragment: it goes into a page of the user's.
struct HTMLWriter: RowWriter {
    let sink: Sink
    let cells: CellText
    private var columns: [OutputColumn] = []

    init(sink: Sink, cells: CellText) {
        self.sink = sink
        self.cells = cells
    }

    mutating func begin(_ columns: [OutputColumn]) throws {
        self.columns = columns
        let heads = columns.map { "<th>\(Self.escaped($0.name))</th>" }.joined()
        try sink.write("<table>\n<thead>\n<tr>\(heads)</tr>\n</thead>\n<tbody>\n")
    }

    func row(_ values: [Value]) throws {
        let texts = zip(values, columns).map { value, column in
            let start = value.isNumber(column.kind) ? "<td style=\"text-align:right\">" : "<td>"
            return start + Self.escaped(cells.text(value, column.kind) ?? "") + "</td>"
        }
        try sink.write("<tr>\(texts.joined())</tr>\n")
    }

    func end() throws { try sink.write("</tbody>\n</table>\n") }

    static func escaped(_ text: String) -> String {
        var result = ""
        for character in text {
            switch character {
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "&": result += "&amp;"
            case "\"": result += "&quot;"
            default: result.append(character)
            }
        }
        return result.withVisibleControls(keeping: ["\n", "\r\n", "\t"])
    }
}
