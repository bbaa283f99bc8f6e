import CSQLite
import SQLite

/// The virtual table's callbacks (sqlite.org/vtab.html).
enum AsOfModule {
    static let name = "esiwh_as_of"

    // unsafe: made once, then only read, by SQLite.
    nonisolated(unsafe) static let table: UnsafePointer<sqlite3_module> = {
        let module = UnsafeMutablePointer<sqlite3_module>.allocate(capacity: 1)
        module.initialize(to: sqlite3_module())
        module.pointee.iVersion = 1
        module.pointee.xCreate = { connect($0, $1, $3, $4, $5) }
        module.pointee.xConnect = { connect($0, $1, $3, $4, $5) }
        module.pointee.xBestIndex = bestIndex
        module.pointee.xDisconnect = disconnect
        module.pointee.xDestroy = disconnect
        module.pointee.xOpen = open
        module.pointee.xClose = close
        module.pointee.xFilter = { cursor, plan, _, _, values in
            AsOfCursor.of(cursor).filter(plan: Int(plan), values, row: AsOfCursor.pointer(cursor))
        }
        module.pointee.xNext = { AsOfCursor.of($0).advance(row: AsOfCursor.pointer($0)) }
        module.pointee.xEof = { AsOfCursor.pointer($0).pointee.row == nil ? 1 : 0 }
        module.pointee.xColumn = { cursor, context, column in
            let row = AsOfCursor.pointer(cursor)
            sqlite3_result_value(context, sqlite3_column_value(row.pointee.row, row.pointee.positions[Int(column)]))
            return SQLITE_OK
        }
        module.pointee.xRowid = { cursor, rowID in
            rowID?.pointee = AsOfCursor.of(cursor).rowID
            return SQLITE_OK
        }
        return UnsafePointer(module)
    }()

    private static func connect(
        _ database: OpaquePointer?, _ context: UnsafeMutableRawPointer?,
        _ arguments: UnsafePointer<UnsafePointer<CChar>?>?,
        _ result: UnsafeMutablePointer<UnsafeMutablePointer<sqlite3_vtab>?>?,
        _ message: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
    ) -> Int32 {
        guard let database, let context, let name = arguments?[2] else { return SQLITE_MISUSE }
        let asOf = Unmanaged<Past>.fromOpaque(context).takeUnretainedValue()
        guard let shape = asOf.shapes[String(cString: name).lowercased()] else {
            message?.pointee = sqliteCopy("no versioned table \(String(cString: name))")
            return SQLITE_ERROR
        }
        let code = sqlite3_declare_vtab(database, shape.declaration)
        guard code == SQLITE_OK else { return code }
        _ = esiwh_vtab_innocuous(database)
        let table = UnsafeMutablePointer<esiwh_vtab>.allocate(capacity: 1)
        table.initialize(to: esiwh_vtab())
        table.pointee.object = Unmanaged.passRetained(AsOfTable(asOf, shape, database)).toOpaque()
        result?.pointee = UnsafeMutableRawPointer(table).assumingMemoryBound(to: sqlite3_vtab.self)
        return SQLITE_OK
    }

    private static let disconnect: @convention(c) (UnsafeMutablePointer<sqlite3_vtab>?) -> Int32 = { base in
        guard let base else { return SQLITE_OK }
        let table = AsOfTable.pointer(base)
        Unmanaged<AsOfTable>.fromOpaque(table.pointee.object).release()
        table.deallocate()
        return SQLITE_OK
    }

    private static let open:
        @convention(c) (
            UnsafeMutablePointer<sqlite3_vtab>?, UnsafeMutablePointer<UnsafeMutablePointer<sqlite3_vtab_cursor>?>?
        ) -> Int32 = { base, result in
            guard let base else { return SQLITE_MISUSE }
            let cursor = UnsafeMutablePointer<esiwh_cursor>.allocate(capacity: 1)
            cursor.initialize(to: esiwh_cursor())
            cursor.pointee.object = Unmanaged.passRetained(AsOfCursor(AsOfTable.of(base), base)).toOpaque()
            result?.pointee = UnsafeMutableRawPointer(cursor).assumingMemoryBound(to: sqlite3_vtab_cursor.self)
            return SQLITE_OK
        }

    private static let close: @convention(c) (UnsafeMutablePointer<sqlite3_vtab_cursor>?) -> Int32 = { base in
        guard let base else { return SQLITE_OK }
        let cursor = AsOfCursor.pointer(base)
        AsOfCursor.of(base).finish()
        Unmanaged<AsOfCursor>.fromOpaque(cursor.pointee.object).release()
        cursor.deallocate()
        return SQLITE_OK
    }

    private static let bestIndex:
        @convention(c) (UnsafeMutablePointer<sqlite3_vtab>?, UnsafeMutablePointer<sqlite3_index_info>?) -> Int32 = {
            base, info in
            guard let base, let info else { return SQLITE_MISUSE }
            choose(AsOfTable.of(base).shape, info)
            return SQLITE_OK
        }

    /// Takes every constraint that means the same below, and says what the search will cost.
    private static func choose(_ shape: AsOfShape, _ info: UnsafeMutablePointer<sqlite3_index_info>) {
        var candidates: [(index: Int, constraint: AsOfConstraint, isList: Bool)] = []
        for index in 0..<Int(info.pointee.nConstraint) where candidates.count < 60 {
            let given = info.pointee.aConstraint[index]
            guard given.usable != 0, let operation = AsOfConstraint.Operator(sqlite: Int32(given.op)) else { continue }
            let collation = sqlite3_vtab_collation(info, Int32(index)).map { String(cString: $0) } ?? "BINARY"
            let column = Int(given.iColumn)
            guard shape.goesDown(column, collation: collation) else { continue }
            let isList = sqlite3_vtab_in(info, Int32(index), -1) != 0
            candidates.append((index, AsOfConstraint(column: column, operation: operation), isList))
        }
        let points = Set(candidates.filter { $0.constraint.operation.isPoint }.map(\.constraint.column))
        let ranges = Set(candidates.filter { $0.constraint.operation.isRange }.map(\.constraint.column))
        let entered = Set(shape.estimate(points: points, ranges: ranges).entered.map(shape.position))
        // SQLite asks once for each value of a list: only worth it where an index is entered with the value.
        candidates.removeAll { $0.isList && !entered.contains($0.constraint.column) }
        let left = Set(candidates.filter { $0.constraint.operation.isPoint }.map(\.constraint.column))
        let estimate = shape.estimate(points: left, ranges: ranges)
        for (place, candidate) in candidates.enumerated() {
            info.pointee.aConstraintUsage[candidate.index].argvIndex = Int32(place + 1)
            info.pointee.aConstraintUsage[candidate.index].omit = shape.isText(candidate.constraint.column) ? 0 : 1
        }
        let isUnique = shape.isUnique(points: left)
        let key = AsOfPlan.Key(constraints: candidates.map(\.constraint), used: info.pointee.colUsed)
        info.pointee.idxNum = shape.number(key, isUnique: isUnique)
        info.pointee.estimatedCost = estimate.cost
        info.pointee.estimatedRows = Int64(estimate.rows)
        if isUnique { info.pointee.idxFlags |= SQLITE_INDEX_SCAN_UNIQUE }
    }
}

/// A text that SQLite will free.
func sqliteCopy(_ text: String) -> UnsafeMutablePointer<CChar>? {
    let bytes = Array(text.utf8) + [0]
    guard let copy = sqlite3_malloc(Int32(bytes.count)) else { return nil }
    copy.copyMemory(from: bytes, byteCount: bytes.count)
    return copy.assumingMemoryBound(to: CChar.self)
}
