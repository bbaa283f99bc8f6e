internal import SQLite
internal import Warehouse

/// An aligned table. Widths need every row, so the result is kept until its end: the reason why tables are cut at a
/// number of rows by default.
struct TableWriter: RowWriter {
    let sink: Sink
    let cells: CellText
    private var columns: [OutputColumn] = []
    private var rows: [[String]] = []
    private var widths: [Int] = []
    private var isNumeric: [Bool] = []

    init(sink: Sink, cells: CellText) {
        self.sink = sink
        self.cells = cells
    }

    mutating func begin(_ columns: [OutputColumn]) {
        self.columns = columns
        widths = columns.map { DisplayWidth.of($0.name.withVisibleControls()) }
        isNumeric = columns.map { _ in true }
    }

    mutating func row(_ values: [Value]) {
        var row: [String] = []
        row.reserveCapacity(values.count)
        for (index, value) in values.enumerated() {
            let kind = columns[index].kind
            let text = (cells.text(value, kind) ?? "").withVisibleControls()
            widths[index] = max(widths[index], DisplayWidth.of(text))
            if !value.isNull, !value.isNumber(kind) { isNumeric[index] = false }
            row.append(text)
        }
        rows.append(row)
    }

    func end() throws {
        guard !columns.isEmpty else { return }
        try sink.write(line(columns.map { $0.name.withVisibleControls() }))
        try sink.write(widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ") + "\n")
        for row in rows { try sink.write(line(row)) }
    }

    private func line(_ texts: [String]) -> String {
        var line = ""
        for (index, text) in texts.enumerated() {
            if index > 0 { line += "  " }
            let space = String(repeating: " ", count: widths[index] - DisplayWidth.of(text))
            line += isNumeric[index] && !rows.isEmpty ? space + text : text + space
        }
        while line.last == " " { line.removeLast() }
        return line + "\n"
    }
}

/// How many cells of a terminal a text takes.
enum DisplayWidth {
    static func of(_ text: String) -> Int {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
        return text.reduce(0) { $0 + of($1) }
    }

    private static func of(_ character: Character) -> Int {
        let scalars = character.unicodeScalars
        // U+FE0F asks for the emoji's picture, which is two cells wide.
        if scalars.contains("\u{fe0f}") { return 2 }
        return scalars.map(of).max() ?? 0
    }

    private static func of(_ scalar: Unicode.Scalar) -> Int {
        if scalar.value < 0x300 { return scalar.value == 0xad ? 0 : 1 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        return scalar.properties.isEmojiPresentation || isWide(scalar.value) ? 2 : 1
    }

    /// East Asian Wide and Fullwidth (Unicode Standard Annex 11), by block.
    private static func isWide(_ value: UInt32) -> Bool {
        switch value {
        case 0x1100...0x115f, 0x2e80...0x303e, 0x3041...0x33ff, 0x3400...0x4dbf, 0x4e00...0x9fff, 0xa000...0xa4cf,
            0xa960...0xa97f, 0xac00...0xd7a3, 0xf900...0xfaff, 0xfe10...0xfe19, 0xfe30...0xfe6f, 0xff00...0xff60,
            0xffe0...0xffe6, 0x17000...0x18cff, 0x1b000...0x1b2ff, 0x20000...0x3fffd:
            true
        default: false
        }
    }
}
