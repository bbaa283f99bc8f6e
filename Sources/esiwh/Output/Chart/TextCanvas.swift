/// How a chart may be written to a terminal.
struct ChartStyle: Equatable {
    /// In cells.
    var width = 80
    var height = 16
    /// Whether the terminal shows more than ASCII.
    var isUnicode = true
    var isColoured = false
}

/// A grid of dots, drawn with braille (two dots by four in a cell) or with a character for each cell.
struct TextCanvas {
    let width: Int
    let height: Int
    let isUnicode: Bool
    private var cells: [UInt8]
    /// The series that drew last into each cell.
    private var owners: [Int?]

    init(width: Int, height: Int, isUnicode: Bool) {
        self.width = width
        self.height = height
        self.isUnicode = isUnicode
        cells = Array(repeating: 0, count: width * height)
        owners = Array(repeating: nil, count: width * height)
    }

    var dotsAcross: Int { isUnicode ? width * 2 : width }
    var dotsUp: Int { isUnicode ? height * 4 : height }

    /// A dot, counted from the left and the top; outside there is nothing to draw.
    mutating func dot(_ x: Int, _ y: Int, series: Int) {
        guard x >= 0, y >= 0, x < dotsAcross, y < dotsUp else { return }
        let cell = isUnicode ? y / 4 * width + x / 2 : y * width + x
        cells[cell] |= isUnicode ? Self.bits[y % 4][x % 2] : 1
        owners[cell] = series
    }

    /// A straight line (Bresenham), with `gap` dots left out after each, so that lines tell apart without colours.
    mutating func line(from start: (x: Int, y: Int), to end: (x: Int, y: Int), series: Int, gap: Int = 0) {
        let across = abs(end.x - start.x)
        let down = -abs(end.y - start.y)
        var (x, y, error, count) = (start.x, start.y, across + down, 0)
        while true {
            if count % (gap + 1) == 0 { dot(x, y, series: series) }
            if x == end.x, y == end.y { return }
            count += 1
            let doubled = 2 * error
            if doubled >= down {
                error += down
                x += start.x < end.x ? 1 : -1
            }
            if doubled <= across {
                error += across
                y += start.y < end.y ? 1 : -1
            }
        }
    }

    /// A row of cells, the first at the top, with the series of each.
    func row(_ number: Int) -> [(character: Character, series: Int?)] {
        (0..<width).map { column in
            let cell = number * width + column
            return (character(cells[cell], owners[cell]), owners[cell])
        }
    }

    private func character(_ dots: UInt8, _ owner: Int?) -> Character {
        guard dots != 0, let owner else { return " " }
        guard isUnicode else { return Self.mark(owner) }
        return Unicode.Scalar(0x2800 + UInt32(dots)).map(Character.init) ?? " "
    }

    /// What draws a series where there is only ASCII.
    static func mark(_ series: Int) -> Character {
        let marks = Array("*o+x#@")
        return marks[series % marks.count]
    }

    /// Braille's dots by row and column.
    private static let bits: [[UInt8]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]
}
