import CSQLite
import Glibc
import SQLite

/// One pass over two streams in key order: a snapshot's rows, and the partition's rows as they are stored.
///
/// The stored rows come from inside SQLite: the scan's WHERE calls a function of ours with every row, which spares
/// stepping over them and fetching each value (docs/decisions/0006-apply-inside-sqlite.md). What differs gathers in a
/// batch; a full one ends the scan, is written while its pages are at hand, and the scan goes on behind it.
struct Merge {
    struct Change {
        var row: RowReference
        /// The stored row's place in `Batch.kept`.
        var old: Int
        /// The place in `fieldSets` of the fields that differ.
        var fields: Int
        /// The old state becomes a version; otherwise the row is corrected in place (invariant 6).
        var closes: Bool
    }

    /// Differences that wait to be written.
    struct Batch {
        var added: [RowReference] = []
        /// The stored rows that change or go.
        var kept: KeptRows
        var changed: [Change] = []
        /// Places in `kept`.
        var removed: [Int] = []
        /// Those of `kept` that become versions, in order.
        var closing: [RowReference] = []

        var count: Int { added.count + kept.count }

        mutating func removeAll() {
            added.removeAll(keepingCapacity: true)
            kept.removeAll()
            changed.removeAll(keepingCapacity: true)
            removed.removeAll(keepingCapacity: true)
            closing.removeAll(keepingCapacity: true)
        }
    }

    let rows: SortedRows
    var batch: Batch
    /// Each set of fields that some row differed in.
    private(set) var fieldSets: [[Int]] = []
    /// The key of the row that filled the batch.
    private(set) var last: [Value] = []

    private let key: [Int]
    private let fieldCount: Int
    /// The fields that are texts.
    private let texts: [Int]
    private let observedAt: Int64
    /// Whether rows that the snapshot lacks are gone (invariant 2).
    private let closesAbsent: Bool
    private let correctsInPlace: Bool
    private let limit: Int
    private var next = 0
    private var numbers: [[Int]: Int] = [:]
    private var differing: [Int] = []

    /// - Parameter limit: how many differences fill a batch.
    init(_ rows: SortedRows, _ snapshot: Snapshot, _ sql: TableSQL, limit: Int) {
        self.rows = rows
        self.limit = limit
        key = sql.rowKey
        fieldCount = sql.fields.count
        texts = sql.fields.indices.filter { sql.fields[$0].storage == "TEXT" }
        batch = Batch(kept: KeptRows(columnCount: fieldCount + 1))
        observedAt = snapshot.observedAt
        closesAbsent = snapshot.isComplete && sql.dataset.absence == .closes
        // A fact has no beginning: decoding it again corrects it, whenever it was first seen.
        correctsInPlace = snapshot.isRedecoded && sql.dataset.lifetime.isFact
    }

    /// Takes the next stored row: its fields, then `valid_from`.
    /// - Returns: whether the scan should stop here.
    mutating func take(_ stored: UnsafeMutablePointer<OpaquePointer?>) -> Bool {
        var order = 1
        while next < rows.count {
            rows.prefetch(next &+ 16)
            rows.prefetchTexts(next &+ 8, texts)
            order = compareKeys(stored)
            guard order < 0 else { break }
            batch.added.append(rows.order[next])
            next += 1
        }
        if next < rows.count, order == 0 {
            let row = rows.order[next]
            next += 1
            guard differs(row, stored), !isLater(stored) else { return false }
            keep(stored)
            let change = Change(row: row, old: batch.kept.count - 1, fields: fieldSet(), closes: closes(stored))
            batch.changed.append(change)
        } else if closesAbsent, !isLater(stored) {
            keep(stored)
            batch.removed.append(batch.kept.count - 1)
        }
        guard batch.count >= limit, !key.isEmpty else { return false }
        last = key.map { Value(sqliteValue: stored[$0]) }
        return true
    }

    /// The snapshot's rows behind the last stored one.
    mutating func finish() {
        batch.added.append(contentsOf: rows.order[next...])
        next = rows.count
    }

    private mutating func keep(_ stored: UnsafeMutablePointer<OpaquePointer?>) {
        if closes(stored) { batch.closing.append(RowReference(page: 0, row: batch.kept.count)) }
        batch.kept.append(stored)
    }

    private func closes(_ stored: UnsafeMutablePointer<OpaquePointer?>) -> Bool {
        !correctsInPlace && sqlite3_value_int64(stored[fieldCount]) < observedAt
    }

    /// What an archive told of a later moment stays as it is (invariant 6).
    private func isLater(_ stored: UnsafeMutablePointer<OpaquePointer?>) -> Bool {
        sqlite3_value_int64(stored[fieldCount]) > observedAt
    }

    private mutating func fieldSet() -> Int {
        if let known = numbers[differing] { return known }
        numbers[differing] = fieldSets.count
        fieldSets.append(differing)
        return fieldSets.count - 1
    }

    // MARK: Cell by cell

    @inline(__always)
    private func compareKeys(_ stored: UnsafeMutablePointer<OpaquePointer?>) -> Int {
        let reference = rows.order[next]
        let (page, row) = (rows.pages[Int(reference.page)], Int(reference.row))
        for cell in key {
            let order = Self.compare(page, row, cell, stored[cell])
            if order != 0 { return order }
        }
        return 0
    }

    /// Key columns are never NULL and hold one storage class each.
    @inline(__always)
    private static func compare(_ page: RowCells, _ row: Int, _ cell: Int, _ stored: OpaquePointer?) -> Int {
        let bits = page.bits(row, cell)
        switch page.tag(row, cell) {
        case CellTag.integer:
            let (new, old) = (Int64(bitPattern: bits), sqlite3_value_int64(stored))
            return new == old ? 0 : (new < old ? -1 : 1)
        case CellTag.real:
            let (new, old) = (Double(bitPattern: bits), sqlite3_value_double(stored))
            return new == old ? 0 : (new < old ? -1 : 1)
        default:
            return compareBytes(page.text(bits), storedText(stored))
        }
    }

    /// Leaves the fields that differ in `differing`.
    private mutating func differs(_ reference: RowReference, _ stored: UnsafeMutablePointer<OpaquePointer?>) -> Bool {
        let (page, row) = (rows.pages[Int(reference.page)], Int(reference.row))
        differing.removeAll(keepingCapacity: true)
        for cell in 0..<fieldCount where !Self.isEqual(page, row, cell, stored[cell]) { differing.append(cell) }
        return !differing.isEmpty
    }

    /// Invariant 5: both sides are normalised to the column's kind, so equal content is equal here.
    @inline(__always)
    private static func isEqual(_ page: RowCells, _ row: Int, _ cell: Int, _ stored: OpaquePointer?) -> Bool {
        let bits = page.bits(row, cell)
        let type = sqlite3_value_type(stored)
        switch page.tag(row, cell) {
        case CellTag.integer:
            return type == SQLITE_INTEGER && sqlite3_value_int64(stored) == Int64(bitPattern: bits)
        case CellTag.real:
            return type == SQLITE_FLOAT && sqlite3_value_double(stored) == Double(bitPattern: bits)
        case CellTag.text:
            guard type == SQLITE_TEXT else { return false }
            let (new, old) = (page.text(bits), storedText(stored))
            return new.count == old.count && memcmp(new.baseAddress!, old.baseAddress!, new.count) == 0
        default:
            return type == SQLITE_NULL
        }
    }

    @inline(__always)
    private static func storedText(_ stored: OpaquePointer?) -> UnsafeBufferPointer<UInt8> {
        let start = sqlite3_value_text(stored)
        return UnsafeBufferPointer(start: start, count: Int(sqlite3_value_bytes(stored)))
    }
}

// MARK: - The function that SQLite calls

extension Merge {
    static let function = "esiwh_merge"
    /// How many arguments SQLite allows a function, but for the merge itself and `valid_from`.
    static let mostFields = 125
    /// What tells the merge's address from other pointers; SQLite wants it to live for ever.
    private static let pointerType: StaticString = "esiwh_merge"
    private static var typeName: UnsafePointer<CChar> {
        UnsafeRawPointer(pointerType.utf8Start).assumingMemoryBound(to: CChar.self)
    }

    /// Makes `esiwh_merge(merge, field, …, valid_from)`: hands a row to the merge, and is true when it has had enough.
    static func register(on connection: Connection) throws(SQLiteError) {
        let code = sqlite3_create_function_v2(
            connection.handle, function, -1, SQLITE_UTF8 | SQLITE_DIRECTONLY, nil,
            { context, count, values in
                guard let values, count > 1, let merge = sqlite3_value_pointer(values[0], Merge.typeName) else {
                    return sqlite3_result_error(context, "\(Merge.function) is the warehouse's own", -1)
                }
                let isFull = merge.assumingMemoryBound(to: Merge.self).pointee.take(values + 1)
                sqlite3_result_int(context, isFull ? 1 : 0)
            }, nil, nil, nil)
        guard code == SQLITE_OK else { throw SQLiteError(code: code, message: "no function \(function)") }
    }

    /// - Parameter merge: stays where it is until the statement has run.
    static func bind(
        _ merge: UnsafeMutablePointer<Merge>, to statement: Statement, at index: Int32
    ) throws(SQLiteError) {
        try statement.check(sqlite3_bind_pointer(statement.handle, index, merge, typeName, nil))
    }
}
