import CSQLite
import SQLite

/// A page's cells where they lie, for the loops that touch every one: no reference is counted on the way.
///
/// Whoever holds it keeps the page alive.
struct RowCells {
    private let cells: UnsafePointer<UInt64>?
    private let tags: UnsafePointer<UInt8>?
    private let arena: UnsafePointer<UInt8>?
    private let columnCount: Int

    /// - Parameters:
    ///   - cells: row by row; nil where there are no rows.
    ///   - arena: what texts point into; nil where there are none.
    init(
        cells: UnsafePointer<UInt64>?, tags: UnsafePointer<UInt8>?, arena: UnsafePointer<UInt8>?, columnCount: Int
    ) {
        self.cells = cells
        self.tags = tags
        self.arena = arena
        self.columnCount = columnCount
    }

    @inline(__always)
    func tag(_ row: Int, _ column: Int) -> UInt8 { tags.unsafelyUnwrapped[row &* columnCount &+ column] }

    @inline(__always)
    func bits(_ row: Int, _ column: Int) -> UInt64 { cells.unsafelyUnwrapped[row &* columnCount &+ column] }

    /// The text of a cell; its address is never nil, which SQLite would take for NULL.
    @inline(__always)
    func text(_ bits: UInt64) -> UnsafeBufferPointer<UInt8> {
        let count = Int(bits & 0xff_ffff)
        let start = arena ?? tags.unsafelyUnwrapped
        return UnsafeBufferPointer(start: count == 0 ? start : start + Int(bits >> 24), count: count)
    }

    func value(_ row: Int, _ column: Int) -> Value {
        let bits = bits(row, column)
        switch tag(row, column) {
        case CellTag.integer: return .integer(Int64(bitPattern: bits))
        case CellTag.real: return .real(Double(bitPattern: bits))
        case CellTag.text: return .text(String(decoding: text(bits), as: UTF8.self))
        default: return .null
        }
    }

    /// Asks for a row's memory some time before it is needed: in key order, rows lie anywhere.
    @inline(__always)
    func prefetch(_ row: Int) {
        let first = cells.unsafelyUnwrapped + row &* columnCount
        esiwh_prefetch(first)
        esiwh_prefetch(first + 8)
        esiwh_prefetch(tags.unsafelyUnwrapped + row &* columnCount)
    }

    @inline(__always)
    func prefetchText(_ row: Int, _ column: Int) {
        guard tag(row, column) == CellTag.text else { return }
        esiwh_prefetch(text(bits(row, column)).baseAddress)
    }

    /// Negative, zero or positive, in SQLite's order: NULL, numbers, texts by their bytes.
    func compare(_ row: Int, with other: RowCells, _ otherRow: Int, cell: Int) -> Int {
        let (left, right) = (tag(row, cell), other.tag(otherRow, cell))
        guard left == right else { return Int(left) - Int(right) }
        let (leftBits, rightBits) = (bits(row, cell), other.bits(otherRow, cell))
        switch left {
        case CellTag.integer:
            let (left, right) = (Int64(bitPattern: leftBits), Int64(bitPattern: rightBits))
            return left == right ? 0 : (left < right ? -1 : 1)
        case CellTag.real:
            let (left, right) = (Double(bitPattern: leftBits), Double(bitPattern: rightBits))
            return left == right ? 0 : (left < right ? -1 : 1)
        case CellTag.text:
            return compareBytes(text(leftBits), other.text(rightBits))
        default: return 0
        }
    }

    /// Binds a cell as a parameter. A text is not copied: the page outlives the statement's run.
    func bind(_ row: Int, _ column: Int, to statement: Statement, at index: Int32) throws(SQLiteError) {
        let bits = bits(row, column)
        let code: Int32
        switch tag(row, column) {
        case CellTag.integer: code = sqlite3_bind_int64(statement.handle, index, Int64(bitPattern: bits))
        case CellTag.real: code = sqlite3_bind_double(statement.handle, index, Double(bitPattern: bits))
        case CellTag.text:
            let text = text(bits)
            code = esiwh_bind_static_text(statement.handle, index, text.baseAddress, UInt64(text.count))
        default: code = sqlite3_bind_null(statement.handle, index)
        }
        try statement.check(code)
    }
}

/// memcmp, then length.
func compareBytes(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Int {
    for index in 0..<min(left.count, right.count) where left[index] != right[index] {
        return Int(left[index]) - Int(right[index])
    }
    return left.count - right.count
}

/// Rows of a table as SQLite handed them over, kept until they are written to the history.
struct KeptRows {
    let columnCount: Int
    private(set) var count = 0
    private var cells: [UInt64] = []
    private var tags: [UInt8] = []
    private var arena: [UInt8] = []

    init(columnCount: Int) { self.columnCount = columnCount }

    mutating func append(_ values: UnsafeMutablePointer<OpaquePointer?>) {
        for column in 0..<columnCount {
            let value = values[column]
            switch sqlite3_value_type(value) {
            case SQLITE_INTEGER: append(CellTag.integer, UInt64(bitPattern: sqlite3_value_int64(value)))
            case SQLITE_FLOAT: append(CellTag.real, sqlite3_value_double(value).bitPattern)
            case SQLITE_TEXT:
                let text = UnsafeBufferPointer(
                    start: sqlite3_value_text(value), count: Int(sqlite3_value_bytes(value)))
                append(CellTag.text, UInt64(arena.count) << 24 | UInt64(text.count))
                arena.append(contentsOf: text)
            default: append(CellTag.null, 0)
            }
        }
        count += 1
    }

    private mutating func append(_ tag: UInt8, _ bits: UInt64) {
        tags.append(tag)
        cells.append(bits)
    }

    mutating func removeAll() {
        count = 0
        cells.removeAll(keepingCapacity: true)
        tags.removeAll(keepingCapacity: true)
        arena.removeAll(keepingCapacity: true)
    }

    /// The rows' cells, for the time of `body`.
    func withCells<T>(_ body: (RowCells) throws -> T) rethrows -> T {
        try cells.withUnsafeBufferPointer { cells in
            try tags.withUnsafeBufferPointer { tags in
                try arena.withUnsafeBufferPointer { arena in
                    try body(
                        RowCells(
                            cells: cells.baseAddress, tags: tags.baseAddress, arena: arena.baseAddress,
                            columnCount: columnCount))
                }
            }
        }
    }
}
