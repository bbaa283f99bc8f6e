/// Bars that lie, one below the other, as in a terminal: labels stay readable however many there are.
enum SVGBars {
    private static let thickness = 14.0

    /// The elements, and the height of all.
    static func draw(_ data: ChartData) -> (body: [String], height: Double) {
        guard let y = data.yBounds else { return ([], 480) }
        let scale = ChartScale(low: y.low, high: y.high, count: 6, isWide: true)
        let labels = data.series[0].points.map { TextBars.cut($0.label.withVisibleControls(), 40, true) }
        let left = 28 + Double((labels.map(DisplayWidth.of).max() ?? 0) * 7)
        let right = SVGChart.width - 90
        let top = 70.0
        let band = Double(data.series.count) * thickness + 8
        let bottom = top + band * Double(labels.count)
        func x(_ value: Double) -> Double { left + scale.position(value) * (right - left) }

        var body: [String] = []
        for (tick, label) in zip(scale.ticks, ChartText.numbers(scale)) {
            body.append(SVGChart.line(tick == 0 ? "axis" : "grid", x(tick), top, x(tick), bottom))
            body.append(SVGChart.text(label, x: x(tick), y: bottom + 18, anchor: "middle"))
        }
        for (row, label) in labels.enumerated() {
            let at = top + Double(row) * band + 4
            body.append(SVGChart.text(label, x: left - 8, y: at + (band - 8) / 2 + 4, anchor: "end"))
            for (number, series) in data.series.enumerated() {
                guard series.points.indices.contains(row), let value = series.points[row].y else { continue }
                body += bar(value, x(0), x(value), at + Double(number) * thickness, number)
            }
        }
        return (body, bottom + 40)
    }

    private static func bar(_ value: Double, _ zero: Double, _ end: Double, _ y: Double, _ series: Int) -> [String] {
        let place = "x=\"\(SVGChart.number(min(zero, end)))\" y=\"\(SVGChart.number(y))\""
        let size = "width=\"\(SVGChart.number(abs(end - zero)))\" height=\"\(SVGChart.number(thickness - 2))\""
        return [
            "<rect class=\"f\(series % 4)\" \(place) \(size)/>",
            SVGChart.text(
                ChartText.number(value), x: max(zero, end) + 4, y: y + thickness - 4, anchor: "start"),
        ]
    }
}
