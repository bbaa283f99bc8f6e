internal import CSimdJSON
public import SQLite

/// How a cell's 64 bits are read.
enum CellTag {
    static let null = UInt8(ESIWH_NULL)
    static let integer = UInt8(ESIWH_INTEGER)
    static let real = UInt8(ESIWH_REAL)
    static let text = UInt8(ESIWH_TEXT)
}

/// The rows of one answer: row-major cells of 64 bits with a tag each, and an arena for the texts.
public final class DecodedRows: Sendable {
    public let rowCount: Int
    public let columnCount: Int
    /// Lone surrogates in texts that became U+FFFD.
    public let replacedSurrogates: Int
    /// Members that no column takes, by the names on the way from the answer: `claim/alliance/alliance_id`.
    public let unknownMembers: [String]
    /// Of lines, which are documents of their own.
    private let isOfLines: Bool
    // Filled before init, freed in deinit and only read between.
    nonisolated(unsafe) private let rows: esiwh_rows

    init(_ rows: esiwh_rows, columnCount: Int, isOfLines: Bool = false) {
        self.rows = rows
        self.isOfLines = isOfLines
        self.columnCount = columnCount
        rowCount = rows.rows
        replacedSurrogates = rows.replaced
        let names = UnsafeRawBufferPointer(start: rows.unknown, count: rows.unknown_length)
        unknownMembers = names.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }

    deinit {
        var rows = rows
        esiwh_rows_free(&rows)
    }

    /// What the cells, their tags and the texts take up.
    public var byteCount: Int { rowCount * columnCount * 9 + rows.arena_length }

    /// The cells where they lie; they live as long as this.
    var cells: RowCells {
        let arena = UnsafeRawPointer(rows.arena)?.assumingMemoryBound(to: UInt8.self)
        return RowCells(cells: rows.cells, tags: rows.tags, arena: arena, columnCount: columnCount)
    }

    /// Where a row stands in its document: a JSON pointer such as `/12/levels/3`.
    func place(of row: Int) -> String {
        let places = UnsafeBufferPointer(start: rows.places, count: rows.place_count)
        // The last place that begins at the row or before it: one without rows is followed by another with its `first`.
        guard let names = rows.place_names, let place = places.last(where: { $0.first <= row }) else {
            return isOfLines ? "" : "/\(row)"
        }
        let name = String(cString: names + place.name)
        return place.is_array == 1 ? "\(name)/\(row - place.first)" : name
    }

    /// A cell as a value.
    public func value(_ row: Int, _ column: Int) -> Value { cells.value(row, column) }
}
