import CSQLite
import SQLite

/// Rows in memory, in an order of their own, that a statement reads as a table.
struct RowSource {
    let pages: UnsafeBufferPointer<RowCells>
    let order: UnsafeBufferPointer<RowReference>
}

/// `esiwh_rows_N(?)`: a table-valued function that shows the N columns of a bound `RowSource` as c0, c1 …
///
/// One statement writes any number of rows with it: its cursors stay open, rows in key order go to where the last one went,
/// and AUTOINCREMENT's counter is read and written once (docs/decisions/0006-apply-inside-sqlite.md).
enum RowsModule {
    static func name(columns: Int) -> String { "esiwh_rows_\(columns)" }

    /// What tells the source's address from other pointers; SQLite wants it to live for ever.
    private static let pointerType: StaticString = "esiwh_rows"
    private static var typeName: UnsafePointer<CChar> {
        UnsafeRawPointer(pointerType.utf8Start).assumingMemoryBound(to: CChar.self)
    }

    static func register(columns: Int, on connection: Connection) throws(SQLiteError) {
        let code = sqlite3_create_module_v2(
            connection.handle, name(columns: columns), module, UnsafeMutableRawPointer(bitPattern: columns), nil)
        guard code == SQLITE_OK else {
            throw SQLiteError(code: code, message: "no table-valued function \(name(columns: columns))")
        }
    }

    /// Runs a statement whose first parameter is the rows.
    static func run(_ statement: Statement, pages: [RowCells], order: [RowReference]) throws(SQLiteError) {
        let code = pages.withUnsafeBufferPointer { pages in
            order.withUnsafeBufferPointer { order in
                withUnsafePointer(to: RowSource(pages: pages, order: order)) { source in
                    let address = UnsafeMutableRawPointer(mutating: source)
                    let code = sqlite3_bind_pointer(statement.handle, 1, address, typeName, nil)
                    return code == SQLITE_OK ? sqlite3_step(statement.handle) : code
                }
            }
        }
        if code != SQLITE_DONE { try statement.check(code) }
        statement.reset()
    }

    // unsafe: made once, then only read, by SQLite.
    nonisolated(unsafe) private static let module: UnsafePointer<sqlite3_module> = {
        let module = UnsafeMutablePointer<sqlite3_module>.allocate(capacity: 1)
        module.initialize(to: sqlite3_module())
        // No xCreate: it is there under its own name only.
        module.pointee.xConnect = connect
        module.pointee.xBestIndex = bestIndex
        module.pointee.xDisconnect = { table in
            table?.deallocate()
            return SQLITE_OK
        }
        module.pointee.xOpen = open
        module.pointee.xClose = { cursor in
            cursor.map(pointer)?.deallocate()
            return SQLITE_OK
        }
        module.pointee.xFilter = { cursor, _, _, count, values in
            guard let cursor, count == 1, let source = sqlite3_value_pointer(values?[0], typeName) else {
                return SQLITE_MISUSE
            }
            pointer(cursor).pointee.source = UnsafeRawPointer(source)
            pointer(cursor).pointee.row = 0
            return SQLITE_OK
        }
        module.pointee.xNext = { cursor in
            guard let place = cursor.map(pointer) else { return SQLITE_MISUSE }
            place.pointee.row += 1
            let (source, ahead) = (source(of: place), Int(place.pointee.row) + 16)
            if ahead < source.order.count {
                let reference = source.order[ahead]
                source.pages[Int(reference.page)].prefetch(Int(reference.row))
            }
            return SQLITE_OK
        }
        module.pointee.xEof = { cursor in
            guard let place = cursor.map(pointer) else { return 1 }
            return Int(place.pointee.row) < source(of: place).order.count ? 0 : 1
        }
        module.pointee.xColumn = column
        module.pointee.xRowid = { cursor, rowID in
            if let cursor { rowID?.pointee = pointer(cursor).pointee.row }
            return SQLITE_OK
        }
        return UnsafePointer(module)
    }()

    @inline(__always)
    private static func pointer(
        _ cursor: UnsafeMutablePointer<sqlite3_vtab_cursor>
    ) -> UnsafeMutablePointer<esiwh_rows_cursor> {
        UnsafeMutableRawPointer(cursor).assumingMemoryBound(to: esiwh_rows_cursor.self)
    }

    @inline(__always)
    private static func source(of cursor: UnsafeMutablePointer<esiwh_rows_cursor>) -> RowSource {
        cursor.pointee.source.assumingMemoryBound(to: RowSource.self).pointee
    }

    private static let connect:
        @convention(c) (
            OpaquePointer?, UnsafeMutableRawPointer?, Int32, UnsafePointer<UnsafePointer<CChar>?>?,
            UnsafeMutablePointer<UnsafeMutablePointer<sqlite3_vtab>?>?,
            UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
        ) -> Int32 = { database, columns, _, _, result, _ in
            let count = Int(bitPattern: columns)
            let names = ["rows HIDDEN"] + (0..<count).map { "c\($0)" }
            let code = sqlite3_declare_vtab(database, "CREATE TABLE x (\(names.joined(separator: ", ")))")
            guard code == SQLITE_OK else { return code }
            let table = UnsafeMutablePointer<sqlite3_vtab>.allocate(capacity: 1)
            table.initialize(to: sqlite3_vtab())
            result?.pointee = table
            return SQLITE_OK
        }

    /// The rows must be given: they are the hidden first column.
    private static let bestIndex:
        @convention(c) (UnsafeMutablePointer<sqlite3_vtab>?, UnsafeMutablePointer<sqlite3_index_info>?) -> Int32 = {
            _, info in
            guard let info = info?.pointee else { return SQLITE_MISUSE }
            for index in 0..<Int(info.nConstraint) {
                let constraint = info.aConstraint[index]
                guard constraint.iColumn == 0, constraint.usable != 0,
                    Int32(constraint.op) == SQLITE_INDEX_CONSTRAINT_EQ
                else { continue }
                info.aConstraintUsage[index].argvIndex = 1
                info.aConstraintUsage[index].omit = 1
                return SQLITE_OK
            }
            return SQLITE_CONSTRAINT
        }

    private static let open:
        @convention(c) (
            UnsafeMutablePointer<sqlite3_vtab>?, UnsafeMutablePointer<UnsafeMutablePointer<sqlite3_vtab_cursor>?>?
        ) -> Int32 = { _, result in
            let cursor = UnsafeMutablePointer<esiwh_rows_cursor>.allocate(capacity: 1)
            cursor.initialize(to: esiwh_rows_cursor())
            result?.pointee = UnsafeMutableRawPointer(cursor).assumingMemoryBound(to: sqlite3_vtab_cursor.self)
            return SQLITE_OK
        }

    private static let column:
        @convention(c) (UnsafeMutablePointer<sqlite3_vtab_cursor>?, OpaquePointer?, Int32) -> Int32 = {
            cursor, context, column in
            guard let place = cursor.map(pointer) else { return SQLITE_MISUSE }
            guard column > 0 else { return SQLITE_OK }
            let (source, cell) = (source(of: place), Int(column) - 1)
            let reference = source.order[Int(place.pointee.row)]
            let (page, row) = (source.pages[Int(reference.page)], Int(reference.row))
            let bits = page.bits(row, cell)
            switch page.tag(row, cell) {
            case CellTag.integer: sqlite3_result_int64(context, Int64(bitPattern: bits))
            case CellTag.real: sqlite3_result_double(context, Double(bitPattern: bits))
            case CellTag.text: esiwh_result_static_text(context, page.text(bits).baseAddress, bits & 0xff_ffff)
            default: sqlite3_result_null(context)
            }
            return SQLITE_OK
        }
}
