internal import Warehouse

/// A chart as a file of its own: no font, script or image from elsewhere, readable on light and on dark ground.
enum SVGChart {
    static let width = 960.0

    static func draw(_ data: ChartData) -> String {
        let isBar = data.kind == .bar
        var body: [String]
        var height = 480.0
        if data.isEmpty {
            body = [text("no data", x: width / 2, y: height / 2, anchor: "middle")]
        } else if isBar {
            (body, height) = SVGBars.draw(data)
        } else {
            body = lines(data, height: height)
        }
        body += legend(data)
        body.insert(text(data.title, x: 16, y: 26, anchor: "start", kind: "title"), at: 0)
        return head(data, height) + body.map { $0 + "\n" }.joined() + "</svg>\n"
    }

    private static func head(_ data: ChartData, _ height: Double) -> String {
        let size = "0 0 \(number(width)) \(number(height))"
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="\(size)" width="\(number(width))" height="\(number(height))" \
            role="img" aria-labelledby="title desc">
            <title id="title">\(escaped(data.title))</title>
            <desc id="desc">\(escaped(data.summary))</desc>
            <style>
            \(style)
            </style>
            <rect class="ground" width="100%" height="100%"/>

            """
    }

    /// The colours of the series keep their contrast on both grounds; dashes tell them apart without colours.
    private static let style = """
        svg { font: 12px system-ui, -apple-system, "Segoe UI", sans-serif; }
        .ground { fill: #ffffff; } text { fill: #1f2328; } .title { font-size: 16px; font-weight: 600; }
        .grid { stroke: #d0d7de; stroke-width: 1; } .axis { stroke: #57606a; stroke-width: 1; }
        .line { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; } .area { opacity: 0.15; }
        .s0 { stroke: #0969da; } .s1 { stroke: #bc4c00; } .s2 { stroke: #8250df; } .s3 { stroke: #1a7f37; }
        .f0 { fill: #0969da; } .f1 { fill: #bc4c00; } .f2 { fill: #8250df; } .f3 { fill: #1a7f37; }
        .s1 { stroke-dasharray: 7 4; } .s2 { stroke-dasharray: 2 4; } .s3 { stroke-dasharray: 9 3 2 3; }
        @media (prefers-color-scheme: dark) {
        .ground { fill: #0d1117; } text { fill: #e6edf3; } .grid { stroke: #30363d; } .axis { stroke: #8b949e; }
        .s0 { stroke: #58a6ff; } .s1 { stroke: #f0883e; } .s2 { stroke: #bc8cff; } .s3 { stroke: #56d364; }
        .f0 { fill: #58a6ff; } .f1 { fill: #f0883e; } .f2 { fill: #bc8cff; } .f3 { fill: #56d364; }
        }
        """

    // MARK: Lines and staircases

    private static func lines(_ data: ChartData, height: Double) -> [String] {
        guard let x = data.xBounds, let y = data.yBounds else { return [] }
        let upward = ChartScale(low: y.low, high: y.high, count: 6, isWide: true)
        let labels = ChartText.numbers(upward)
        // System fonts are about seven units wide at this size.
        let left = Double((labels.map(DisplayWidth.of).max() ?? 0) * 7 + 28)
        let plot = Plot(left: left, right: width - 32, top: 70, bottom: height - 50)
        let across = TextChart.acrossScale(data, x, count: 7)
        var body = zip(upward.ticks, labels).flatMap { tick, label in
            let at = plot.y(upward.position(tick))
            return [
                line("grid", plot.left, at, plot.right, at),
                text(label, x: plot.left - 8, y: at + 4, anchor: "end"),
            ]
        }
        for (tick, label) in zip(across.ticks, TextChart.labels(data, across)) {
            let at = plot.x(across.position(tick))
            body.append(line("axis", at, plot.bottom, at, plot.bottom + 5))
            body.append(text(label, x: at, y: plot.bottom + 20, anchor: "middle"))
        }
        body.append(line("axis", plot.left, plot.bottom, plot.right, plot.bottom))
        body.append(text(data.xName, x: plot.right, y: height - 12, anchor: "end"))
        for number in data.series.indices.reversed() {
            body += draw(data.series[number], data.kind, number, plot, across, upward)
        }
        return body
    }

    private static func draw(
        _ series: ChartData.Series, _ kind: ChartDeclaration.Kind, _ number: Int, _ plot: Plot, _ across: ChartScale,
        _ upward: ChartScale
    ) -> [String] {
        let name = "s\(number % 4)"
        return ChartPath.runs(series, kind).flatMap { run in
            let places = run.map { (plot.x(across.position($0.x)), plot.y(upward.position($0.y))) }
            guard places.count > 1 else {
                return places.map { x, y in
                    "<circle class=\"f\(number % 4)\" cx=\"\(Self.number(x))\" cy=\"\(Self.number(y))\" r=\"3\"/>"
                }
            }
            let steps = places.map { "\(Self.number($0.0)) \(Self.number($0.1))" }.joined(separator: " L")
            let path = "<path class=\"line \(name)\" d=\"M\(steps)\"/>"
            guard kind == .depth, let first = places.first, let last = places.last else { return [path] }
            let ground = Self.number(plot.y(upward.position(0)))
            let area = "M\(steps) L\(Self.number(last.0)) \(ground) L\(Self.number(first.0)) \(ground) Z"
            return ["<path class=\"area f\(number % 4)\" d=\"\(area)\"/>", path]
        }
    }

    private struct Plot {
        var left: Double
        var right: Double
        var top: Double
        var bottom: Double

        func x(_ position: Double) -> Double { left + position * (right - left) }
        func y(_ position: Double) -> Double { bottom - position * (bottom - top) }
    }

    private static func legend(_ data: ChartData) -> [String] {
        guard !data.isEmpty else { return [] }
        guard data.series.count > 1 || data.series[0].name != data.yName else {
            return [text(data.yName, x: 16, y: 48, anchor: "start")]
        }
        var x = 16.0
        var body: [String] = []
        for (number, series) in data.series.enumerated() {
            if data.kind == .bar {
                let place = "x=\"\(Self.number(x))\" y=\"38\" width=\"24\" height=\"12\""
                body.append("<rect class=\"f\(number % 4)\" \(place)/>")
            } else {
                body.append(line("line s\(number % 4)", x, 44, x + 24, 44))
            }
            body.append(text(series.name, x: x + 30, y: 48, anchor: "start"))
            x += 48 + Double(DisplayWidth.of(series.name) * 7)
        }
        return body
    }

    // MARK: Elements

    static func line(_ name: String, _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double) -> String {
        "<line class=\"\(name)\" x1=\"\(number(x1))\" y1=\"\(number(y1))\" x2=\"\(number(x2))\" y2=\"\(number(y2))\"/>"
    }

    static func text(_ text: String, x: Double, y: Double, anchor: String, kind: String? = nil) -> String {
        let name = kind.map { " class=\"\($0)\"" } ?? ""
        return "<text\(name) x=\"\(number(x))\" y=\"\(number(y))\" text-anchor=\"\(anchor)\">\(escaped(text))</text>"
    }

    /// A place, to the tenth of a pixel.
    static func number(_ value: Double) -> String {
        let text = ChartText.fixed(value, 1)
        return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    /// XML has no way to say most control characters, and none to say two that are no characters at all.
    static func escaped(_ text: String) -> String {
        HTMLWriter.escaped(
            text.withVisibleControls().replacing("\u{fffe}", with: "\u{fffd}").replacing("\u{ffff}", with: "\u{fffd}"))
    }
}

extension ChartData {
    /// What is to be seen, for those who cannot see it.
    var summary: String {
        guard !isEmpty else { return "No data." }
        let names = series.map { series in
            let values = series.points.compactMap(\.y)
            guard let low = values.min(), let high = values.max() else { return "\(series.name) without values" }
            let gaps = series.points.count - values.count
            let missing = gaps > 0 ? ", \(gaps) missing" : ""
            return "\(series.name) from \(ChartText.number(low)) to \(ChartText.number(high))\(missing)"
        }
        let labels = series[0].points
        let span = "\(labels.first?.label ?? "") to \(labels.last?.label ?? "")"
        let head = "\(kind.rawValue) chart by \(xName), \(labels.count) points from \(span)"
        return "\(head): \(names.joined(separator: "; "))."
    }
}
