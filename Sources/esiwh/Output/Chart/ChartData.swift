internal import SQLite
internal import Warehouse

/// What a chart shows: rows of a result, as far as the report's front matter names them.
struct ChartData: Equatable {
    /// What the places along x are.
    enum Axis: Equatable {
        /// Unix seconds.
        case moments
        case numbers
        /// Each row stands by itself.
        case labels
    }

    struct Point: Equatable {
        var x: Double
        /// nil where there is no value: a line has a gap there.
        var y: Double?
        var label: String
    }

    struct Series: Equatable {
        var name: String
        var points: [Point]
    }

    var title: String
    var kind: ChartDeclaration.Kind
    var axis: Axis
    var xName: String
    var yName: String
    var series: [Series]

    /// A point on a line has a place and a height.
    var isEmpty: Bool { !series.contains { $0.points.contains { $0.y != nil } } }

    /// The bounds of what there is to draw; nil where there is nothing.
    var xBounds: (low: Double, high: Double)? { Self.bounds(series.flatMap { $0.points.map(\.x) }) }

    /// The bounds of the values, with zero where bars and staircases stand on it.
    var yBounds: (low: Double, high: Double)? {
        let values = series.flatMap { $0.points.compactMap(\.y) }
        return values.isEmpty ? nil : Self.bounds(kind == .line ? values : values + [0])
    }

    private static func bounds(_ values: [Double]) -> (low: Double, high: Double)? {
        guard let low = values.min(), let high = values.max() else { return nil }
        return (low, high)
    }
}

/// A result that cannot be drawn as its report says.
struct ChartError: Error, Equatable, CustomStringConvertible {
    var description: String
}

extension ChartData {
    /// - Throws: `ChartError` where a column is missing or a value to be drawn is no number.
    init(
        _ chart: ChartDeclaration, title: String, columns: [OutputColumn], rows: [[Value]]
    ) throws(ChartError) {
        func place(_ name: String) throws(ChartError) -> Int {
            guard let place = columns.firstIndex(where: { $0.name == name }) else {
                throw ChartError(description: "the result has no column \(name)")
            }
            return place
        }
        let xPlace = try place(chart.x)
        let split = try chart.series.map { name throws(ChartError) in try place(name) }
        let axis = Self.axis(chart.kind, rows.map { $0[xPlace] }, columns[xPlace].kind)
        var series: [Series] = []
        for name in chart.y {
            let yPlace = try place(name)
            for (number, row) in rows.enumerated() {
                let text = split.map { CellText().text(row[$0], columns[$0].kind) ?? "none" } ?? name
                let x = Self.x(row[xPlace], axis, number)
                guard let x else { continue }  // a row without a place along x is nowhere
                let label = Self.label(row[xPlace], columns[xPlace].kind)
                let point = Point(x: x, y: try Self.y(row[yPlace], name), label: label)
                if let known = series.firstIndex(where: { $0.name == text }) {
                    series[known].points.append(point)
                } else {
                    series.append(Series(name: text, points: [point]))
                }
            }
        }
        if chart.kind == .line {
            for place in series.indices { series[place].points.sort { $0.x < $1.x } }
        }
        self.init(
            title: title, kind: chart.kind, axis: axis, xName: chart.x,
            yName: chart.series == nil && chart.y.count > 1 ? "" : chart.y[0], series: series)
    }

    private static func axis(_ kind: ChartDeclaration.Kind, _ values: [Value], _ declared: ColumnKind?) -> Axis {
        if kind == .bar { return .labels }
        let known = values.filter { !$0.isNull }
        if declared == .timestamp { return .moments }
        if known.allSatisfy({ $0.integer != nil || $0.real != nil }) { return .numbers }
        let areDays = known.allSatisfy { $0.text.flatMap(Timestamp.parse) != nil }
        return areDays ? .moments : .labels
    }

    private static func x(_ value: Value, _ axis: Axis, _ row: Int) -> Double? {
        switch axis {
        case .labels: Double(row)
        case .moments: value.integer.map(Double.init) ?? value.text.flatMap(Timestamp.parse).map(Double.init)
        case .numbers: finite(value.integer.map(Double.init) ?? value.real)
        }
    }

    private static func y(_ value: Value, _ name: String) throws(ChartError) -> Double? {
        switch value {
        case .null: return nil
        case .integer(let number): return Double(number)
        case .real(let number): return finite(number)
        case .text, .blob: throw ChartError(description: "\(name) is no number, so it cannot be drawn")
        }
    }

    private static func finite(_ number: Double?) -> Double? {
        number.flatMap { $0.isFinite ? $0 : nil }
    }

    /// A moment without what says nothing: `2026-09-27`, `2026-09-27 12:30`.
    private static func label(_ value: Value, _ kind: ColumnKind?) -> String {
        guard kind == .timestamp, let moment = value.integer else { return CellText().text(value, kind) ?? "" }
        return ChartText.moment(Double(moment), step: Double(moment).remainder(dividingBy: 86400) == 0 ? 86400 : 60)
    }
}
