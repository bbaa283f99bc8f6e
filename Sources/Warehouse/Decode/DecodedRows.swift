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
    // Filled before init, freed in deinit and only read between.
    nonisolated(unsafe) private let rows: esiwh_rows

    init(_ rows: esiwh_rows, columnCount: Int) {
        self.rows = rows
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

    func tag(_ row: Int, _ column: Int) -> UInt8 { rows.tags[row * columnCount + column] }
    func bits(_ row: Int, _ column: Int) -> UInt64 { rows.cells[row * columnCount + column] }

    func text(_ bits: UInt64) -> UnsafeBufferPointer<UInt8> {
        guard let arena = rows.arena else { return UnsafeBufferPointer(start: nil, count: 0) }
        let start = UnsafeRawPointer(arena).assumingMemoryBound(to: UInt8.self) + Int(bits >> 24)
        return UnsafeBufferPointer(start: start, count: Int(bits & 0xff_ffff))
    }

    /// A cell as a value.
    public func value(_ row: Int, _ column: Int) -> Value {
        let bits = bits(row, column)
        switch tag(row, column) {
        case CellTag.integer: return .integer(Int64(bitPattern: bits))
        case CellTag.real: return .real(Double(bitPattern: bits))
        case CellTag.text: return .text(String(decoding: text(bits), as: UTF8.self))
        default: return .null
        }
    }

    /// Negative, zero or positive, in SQLite's order: NULL, numbers, texts by their bytes.
    func compare(_ row: Int, with other: DecodedRows, _ otherRow: Int, cell: Int) -> Int {
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
}

/// memcmp, then length.
func compareBytes(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Int {
    for index in 0..<min(left.count, right.count) where left[index] != right[index] {
        return Int(left[index]) - Int(right[index])
    }
    return left.count - right.count
}
