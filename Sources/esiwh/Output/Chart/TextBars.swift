/// Bars that lie, one below the other: each row's label, its bar, its value.
enum TextBars {
    static func draw(_ data: ChartData, _ y: (low: Double, high: Double), _ style: ChartStyle) -> [String] {
        let points = data.series.enumerated().flatMap { number, series in series.points.map { (number, $0) } }
        let values = points.map { $0.1.y.map(ChartText.number) ?? "" }
        let valueWidth = values.map(DisplayWidth.of).max() ?? 0
        let most = max(style.width / 3, 8)
        let labels = data.series[0].points.map { cut($0.label.withVisibleControls(), most, style.isUnicode) }
        let labelWidth = labels.map(DisplayWidth.of).max() ?? 0
        let width = max(style.width - labelWidth - valueWidth - 3, 8)
        let (low, high) = y.low < y.high ? y : (0, 1)
        let scale = Bar(low: low, high: high, width: width)
        var lines: [String] = []
        for row in labels.indices {
            for (number, series) in data.series.enumerated() where series.points.indices.contains(row) {
                let label = number == 0 ? labels[row] : ""
                let space = String(repeating: " ", count: labelWidth - DisplayWidth.of(label))
                let value = series.points[row].y
                let bar = scale.text(value, fill(number, style.isUnicode))
                let text = value.map(ChartText.number) ?? "-"
                let gap = String(repeating: " ", count: valueWidth - min(DisplayWidth.of(text), valueWidth))
                lines.append(
                    "\(label)\(space) \(bar.before)\(TextChart.paint(bar.drawn, number, style))\(bar.after) \(gap)\(text)"
                )
            }
        }
        return lines
    }

    /// What a series' bars are filled with.
    static func fill(_ series: Int, _ isUnicode: Bool) -> Character {
        isUnicode ? Array("█▒░▓")[series % 4] : TextCanvas.mark(series)
    }

    /// A text of at most so many cells.
    static func cut(_ text: String, _ width: Int, _ isUnicode: Bool) -> String {
        guard DisplayWidth.of(text) > width else { return text }
        let end = isUnicode ? "…" : "..."
        var text = text
        while DisplayWidth.of(text) + end.count > width, !text.isEmpty { text.removeLast() }
        return text + end
    }
}

/// One bar's cells, from zero to its value; zero lies inside where there are values on both sides.
private struct Bar {
    let low: Double
    let high: Double
    let width: Int

    /// The spaces before, the bar, the spaces behind.
    func text(_ value: Double?, _ fill: Character) -> (before: String, drawn: String, after: String) {
        guard let value, value != 0 else { return (spaces(width), "", "") }
        let steps = fill == "█" ? 8 : 1
        // Either side has room for a cell where there is a value on it.
        let zero = min(max(cell(0), low < 0 ? 1 : 0), high > 0 ? width - 1 : width)
        let length = Double(width * steps) * ((value / 2).magnitude / (high / 2 - low / 2))
        // The smallest value is still seen.
        let eighths = max(Int(length.rounded()), 1)
        if value < 0 {
            // Blocks grow from the left only, so what is left of zero is in whole cells.
            let cells = min(max((eighths + steps / 2) / steps, 1), zero)
            let drawn = String(repeating: fill, count: cells)
            return (spaces(zero - cells), drawn, spaces(width - zero))
        }
        let shown = min(eighths, (width - zero) * steps)
        var drawn = String(repeating: fill, count: shown / steps)
        if shown % steps > 0 { drawn.append(Self.blocks[shown % steps - 1]) }
        return (spaces(zero), drawn, spaces(width - zero - drawn.count))
    }

    private func cell(_ value: Double) -> Int {
        Int(((value / 2 - low / 2) / (high / 2 - low / 2) * Double(width)).rounded())
    }

    private func spaces(_ count: Int) -> String { String(repeating: " ", count: max(count, 0)) }

    private static let blocks = Array("▏▎▍▌▋▊▉")
}
