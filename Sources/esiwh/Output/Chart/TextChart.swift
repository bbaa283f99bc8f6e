internal import Warehouse

/// A chart for a terminal: data in, text out.
enum TextChart {
    static func draw(_ data: ChartData, _ style: ChartStyle) -> String {
        let title = data.title.withVisibleControls()
        guard !data.isEmpty, let x = data.xBounds, let y = data.yBounds else { return title + "\nno data\n" }
        let drawing = data.kind == .bar ? TextBars.draw(data, y, style) : lines(data, x, y, style)
        let legend = legend(data, style)
        return ([title] + (legend.isEmpty ? [] : [legend]) + drawing).map { $0 + "\n" }.joined()
    }

    /// Colours that both dark and light terminals show, by series.
    static func paint(_ text: String, _ series: Int?, _ style: ChartStyle) -> String {
        guard style.isColoured, let series, !text.isEmpty else { return text }
        let colours = [36, 33, 35, 32, 34, 31]
        return "\u{1b}[\(colours[series % colours.count])m\(text)\u{1b}[0m"
    }

    private static func legend(_ data: ChartData, _ style: ChartStyle) -> String {
        guard data.series.count > 1 || data.series.first?.name != data.yName else { return data.yName }
        return data.series.enumerated().map { number, series in
            let sample =
                if data.kind == .bar {
                    String(TextBars.fill(number, style.isUnicode))
                } else {
                    // As many dots as the line has: the first is whole, the others tell apart without colours.
                    style.isUnicode ? ["⠒⠒", "⠂⠂", "⠂⠐", "⠂ "][min(number, 3)] : String(TextCanvas.mark(number))
                }
            return paint(sample, number, style) + " " + series.name.withVisibleControls()
        }.joined(separator: "   ")
    }

    // MARK: Lines and staircases

    private static func lines(
        _ data: ChartData, _ x: (low: Double, high: Double), _ y: (low: Double, high: Double), _ style: ChartStyle
    ) -> [String] {
        let height = max(style.height, 4)
        let upward = ChartScale(low: y.low, high: y.high, count: height / 4)
        let labels = ChartText.numbers(upward)
        let margin = labels.map(DisplayWidth.of).max() ?? 0
        let width = max(style.width - margin - 2, 10)
        let across = acrossScale(data, x, count: max(width / 20, 1))
        var canvas = TextCanvas(width: width, height: height, isUnicode: style.isUnicode)
        // The first series last: it stays on top.
        for number in data.series.indices.reversed() {
            draw(data.series[number], data.kind, number, across, upward, &canvas)
        }
        var rows: [String] = []
        for row in 0..<height {
            let tick = upward.ticks.indices.first { self.row(of: upward.ticks[$0], upward, height) == row }
            let label = tick.map { labels[$0] } ?? ""
            let axis = style.isUnicode ? (tick == nil ? "│" : "┤") : (tick == nil ? "|" : "+")
            let space = String(repeating: " ", count: margin - DisplayWidth.of(label))
            rows.append(trimmed(space + label + " " + axis + painted(canvas.row(row), style)))
        }
        return rows + axis(data, across, margin: margin, width: width, style)
    }

    static func acrossScale(_ data: ChartData, _ x: (low: Double, high: Double), count: Int) -> ChartScale {
        switch data.axis {
        case .moments: return ChartScale(from: x.low, to: x.high, count: count)
        case .labels:
            var scale = ChartScale(low: x.low, high: x.high, count: count)
            (scale.low, scale.high) = x.low < x.high ? x : (x.low - 1, x.high + 1)
            scale.ticks = scale.ticks.filter { $0 == $0.rounded() && $0 >= x.low && $0 <= x.high }
            return scale
        case .numbers: return ChartScale(low: x.low, high: x.high, count: count)
        }
    }

    private static func row(of value: Double, _ scale: ChartScale, _ height: Int) -> Int {
        Int(((1 - scale.position(value)) * Double(height - 1)).rounded())
    }

    private static func draw(
        _ series: ChartData.Series, _ kind: ChartDeclaration.Kind, _ number: Int, _ across: ChartScale,
        _ upward: ChartScale, _ canvas: inout TextCanvas
    ) {
        func place(_ point: (x: Double, y: Double)) -> (x: Int, y: Int) {
            let right = across.position(point.x) * Double(canvas.dotsAcross - 1)
            let down = (1 - upward.position(point.y)) * Double(canvas.dotsUp - 1)
            return (Int(right.rounded()), Int(down.rounded()))
        }
        for run in ChartPath.runs(series, kind) {
            let places = run.map(place)
            if let first = places.first { canvas.dot(first.x, first.y, series: number) }
            for (start, end) in zip(places, places.dropFirst()) {
                canvas.line(from: start, to: end, series: number, gap: canvas.isUnicode ? min(number, 3) : 0)
            }
        }
    }

    private static func painted(_ cells: [(character: Character, series: Int?)], _ style: ChartStyle) -> String {
        var text = ""
        var run = ""
        var owner: Int?
        for cell in cells {
            if cell.series != owner {
                text += paint(run, owner, style)
                (run, owner) = ("", cell.series)
            }
            run.append(cell.character)
        }
        return text + paint(run, owner, style)
    }

    // MARK: The axis below

    private static func axis(
        _ data: ChartData, _ across: ChartScale, margin: Int, width: Int, _ style: ChartStyle
    ) -> [String] {
        let (corner, dash, cross) = style.isUnicode ? ("└", "─", "┬") : ("+", "-", "+")
        let texts = labels(data, across)
        var rule = Array(repeating: dash, count: width)
        var row = ""
        for (tick, text) in zip(across.ticks, texts) {
            let column = Int((across.position(tick) * Double(width - 1)).rounded())
            let start = min(max(column - DisplayWidth.of(text) / 2, 0), max(width - DisplayWidth.of(text), 0))
            let used = DisplayWidth.of(row)
            // A label that would run into the one before it is left out.
            guard used == 0 || start > used else { continue }
            rule[column] = cross
            row += String(repeating: " ", count: start - used) + text
        }
        let space = String(repeating: " ", count: margin + 1)
        return [space + corner + rule.joined(), trimmed(space + " " + row)]
    }

    static func labels(_ data: ChartData, _ across: ChartScale) -> [String] {
        switch data.axis {
        case .numbers: ChartText.numbers(across)
        case .moments: across.ticks.map { ChartText.moment($0, step: across.step) }
        case .labels:
            across.ticks.map { tick in
                data.series.lazy.flatMap(\.points).first { $0.x == tick }?.label.withVisibleControls() ?? ""
            }
        }
    }

    private static func trimmed(_ text: String) -> String {
        var text = text
        while text.last == " " { text.removeLast() }
        return text
    }
}

/// The lines that a series is made of.
enum ChartPath {
    /// Runs of points without a gap. A staircase stands on zero, and keeps its height until the next point.
    static func runs(_ series: ChartData.Series, _ kind: ChartDeclaration.Kind) -> [[(x: Double, y: Double)]] {
        var runs: [[(x: Double, y: Double)]] = []
        var run: [(x: Double, y: Double)] = []
        for point in series.points {
            guard let y = point.y else {
                if !run.isEmpty { runs.append(run) }
                run = []
                continue
            }
            if kind == .depth { run.append((point.x, run.last?.y ?? 0)) }
            run.append((point.x, y))
        }
        return run.isEmpty ? runs : runs + [run]
    }
}
