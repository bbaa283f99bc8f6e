internal import CSimdJSON
import Glibc

/// Rows as they are decoded, in the shape that C's decoder gives: row-major cells, a tag for each, texts in an arena.
struct RowBuilder {
    let columnCount: Int
    private(set) var rowCount = 0
    private var cells: UnsafeMutablePointer<UInt64>?
    private var tags: UnsafeMutablePointer<UInt8>?
    private var arena: UnsafeMutablePointer<CChar>?
    private var rowCapacity = 0
    private var arenaCapacity = 0
    private var arenaLength = 0

    /// A text's length has 24 bits.
    static let longestText = 0xff_ffff

    init(columnCount: Int) {
        self.columnCount = columnCount
    }

    /// Cells of the row being made.
    mutating func set(_ column: Int, _ tag: UInt8, _ bits: UInt64) {
        if rowCount == rowCapacity { growRows() }
        cells![rowCount * columnCount + column] = bits
        tags![rowCount * columnCount + column] = tag
    }

    mutating func set(_ column: Int, text: UnsafeBufferPointer<UInt8>) {
        if arenaLength + text.count > arenaCapacity { growArena(by: text.count) }
        if let start = text.baseAddress, text.count > 0 { memcpy(arena! + arenaLength, start, text.count) }
        set(column, CellTag.text, UInt64(arenaLength) << 24 | UInt64(text.count))
        arenaLength += text.count
    }

    /// The cells so far; they lie elsewhere once more are set.
    var rowCells: RowCells {
        RowCells(
            cells: cells, tags: tags, arena: UnsafeRawPointer(arena)?.assumingMemoryBound(to: UInt8.self),
            columnCount: columnCount)
    }

    /// The row is whole. Otherwise the next one takes its place.
    mutating func endRow() { rowCount += 1 }

    private mutating func growRows() {
        rowCapacity = max(1024, rowCapacity * 2)
        let count = rowCapacity * max(columnCount, 1)
        cells = grow(cells, to: count)
        tags = grow(tags, to: count)
    }

    private mutating func growArena(by count: Int) {
        arenaCapacity = max(4096, arenaCapacity * 2, arenaLength + count)
        arena = grow(arena, to: arenaCapacity)
    }

    /// As elsewhere in Swift, no memory is no error that can be handled.
    private func grow<T>(_ old: UnsafeMutablePointer<T>?, to count: Int) -> UnsafeMutablePointer<T> {
        guard let new = realloc(old, count * MemoryLayout<T>.stride) else { fatalError("out of memory") }
        return new.assumingMemoryBound(to: T.self)
    }

    /// What there is so far; the builder is empty again.
    mutating func take() -> DecodedRows {
        var rows = esiwh_rows()
        (rows.cells, rows.tags, rows.rows) = (cells, tags, rowCount)
        (rows.arena, rows.arena_length) = (arena, arenaLength)
        self = RowBuilder(columnCount: columnCount)
        return DecodedRows(rows, columnCount: columnCount)
    }

    /// Frees what was not taken.
    mutating func discard() { _ = take() }
}
