import CSQLite
import Glibc
import SQLite

/// What a snapshot changes in its partition, found by one pass over two streams in key order.
struct Difference {
    struct Change {
        var row: RowReference
        /// The fields that differ.
        var fields: [Int]
        /// The old state becomes a version; otherwise the row is corrected in place (invariant 6).
        var closes: Bool
    }

    struct Removal {
        var key: [Value]
        var closes: Bool
    }

    private(set) var added: [RowReference] = []
    private(set) var changed: [Change] = []
    private(set) var removed: [Removal] = []

    var isEmpty: Bool { added.isEmpty && changed.isEmpty && removed.isEmpty }

    /// - Parameters:
    ///   - stored: the partition's rows by `TableSQL.scan`, not yet stepped.
    ///   - closesAbsent: whether rows that the snapshot lacks are gone (invariant 2).
    ///   - closes: whether a row that began at the given moment becomes a version when it changes.
    init(
        _ incoming: SortedRows, stored: Statement, sql: TableSQL, closesAbsent: Bool, closes: (Int64) -> Bool
    ) throws(SQLiteError) {
        var next = 0
        let validFrom = sql.fields.count
        while try stored.step() {
            var order = 1
            while next < incoming.order.count {
                order = Self.compareKeys(incoming, incoming.order[next], stored, sql)
                guard order < 0 else { break }
                added.append(incoming.order[next])
                next += 1
            }
            if next < incoming.order.count, order == 0 {
                let row = incoming.order[next]
                next += 1
                let fields = Self.differing(incoming.pages[Int(row.page)], Int(row.row), stored, sql)
                guard !fields.isEmpty else { continue }
                changed.append(Change(row: row, fields: fields, closes: closes(stored.int64(validFrom))))
            } else if closesAbsent {
                removed.append(Removal(key: sql.rowKey.map(stored.value), closes: closes(stored.int64(validFrom))))
            }
        }
        added.append(contentsOf: incoming.order[next...])
    }

    private static func compareKeys(
        _ incoming: SortedRows, _ reference: RowReference, _ stored: Statement, _ sql: TableSQL
    ) -> Int {
        let (page, row) = (incoming.pages[Int(reference.page)], Int(reference.row))
        for cell in sql.rowKey {
            let order = compare(page, row, cell, stored.handle)
            if order != 0 { return order }
        }
        return 0
    }

    /// Key columns are never NULL and hold one storage class each.
    private static func compare(_ page: DecodedRows, _ row: Int, _ cell: Int, _ stored: OpaquePointer) -> Int {
        let bits = page.bits(row, cell)
        switch page.tag(row, cell) {
        case CellTag.integer:
            let (new, old) = (Int64(bitPattern: bits), sqlite3_column_int64(stored, Int32(cell)))
            return new == old ? 0 : (new < old ? -1 : 1)
        case CellTag.real:
            let (new, old) = (Double(bitPattern: bits), sqlite3_column_double(stored, Int32(cell)))
            return new == old ? 0 : (new < old ? -1 : 1)
        default:
            return compareBytes(page.text(bits), storedText(stored, Int32(cell)))
        }
    }

    private static func differing(
        _ page: DecodedRows, _ row: Int, _ stored: Statement, _ sql: TableSQL
    ) -> [Int] {
        var fields: [Int] = []
        for cell in 0..<sql.fields.count where !isEqual(page, row, cell, stored.handle) { fields.append(cell) }
        return fields
    }

    /// Invariant 5: both sides are normalised to the column's kind, so equal content is equal here.
    private static func isEqual(_ page: DecodedRows, _ row: Int, _ cell: Int, _ stored: OpaquePointer) -> Bool {
        let bits = page.bits(row, cell)
        let type = sqlite3_column_type(stored, Int32(cell))
        switch page.tag(row, cell) {
        case CellTag.integer:
            return type == SQLITE_INTEGER && sqlite3_column_int64(stored, Int32(cell)) == Int64(bitPattern: bits)
        case CellTag.real:
            return type == SQLITE_FLOAT && sqlite3_column_double(stored, Int32(cell)) == Double(bitPattern: bits)
        case CellTag.text:
            guard type == SQLITE_TEXT else { return false }
            let (new, old) = (page.text(bits), storedText(stored, Int32(cell)))
            return new.count == old.count
                && (new.count == 0 || memcmp(new.baseAddress!, old.baseAddress!, new.count) == 0)
        default:
            return type == SQLITE_NULL
        }
    }

    private static func storedText(_ stored: OpaquePointer, _ column: Int32) -> UnsafeBufferPointer<UInt8> {
        let start = sqlite3_column_text(stored, column)
        return UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(stored, column)))
    }
}
