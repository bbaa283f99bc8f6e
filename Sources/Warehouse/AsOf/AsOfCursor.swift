import CSQLite
import SQLite

/// A connected virtual table: its idle statements, by plan.
final class AsOfTable {
    let asOf: Past
    let shape: AsOfShape
    let database: OpaquePointer
    private var idle: [AsOfScan.Key: [AsOfScan]] = [:]

    init(_ asOf: Past, _ shape: AsOfShape, _ database: OpaquePointer) {
        self.asOf = asOf
        self.shape = shape
        self.database = database
    }

    static func pointer(_ base: UnsafeMutablePointer<sqlite3_vtab>) -> UnsafeMutablePointer<esiwh_vtab> {
        UnsafeMutableRawPointer(base).assumingMemoryBound(to: esiwh_vtab.self)
    }

    static func of(_ base: UnsafeMutablePointer<sqlite3_vtab>) -> AsOfTable {
        Unmanaged<AsOfTable>.fromOpaque(pointer(base).pointee.object).takeUnretainedValue()
    }

    /// A pair of statements for one cursor alone.
    func take(_ key: AsOfScan.Key) -> Result<AsOfScan, AsOfScan.Failure> {
        if let scan = idle[key]?.popLast() { return .success(scan) }
        let plan = shape.plans[key.plan]
        return AsOfScan.prepare(key, plan, asOf, database)
    }

    /// Cursors of one statement at a time are few; more are not worth keeping.
    func giveBack(_ scan: AsOfScan) {
        guard idle[scan.key, default: []].count < 4 else { return }
        idle[scan.key, default: []].append(scan)
    }
}

/// The statements on the two halves of a table, for one plan.
final class AsOfScan {
    struct Key: Hashable {
        let plan: Int
        /// Constraints that do not go down in this run; see `AsOfPlan`.
        let skipped: UInt64
    }

    /// SQLite's code; its message is the connection's last.
    struct Failure: Error {
        let code: Int32
    }

    let key: Key
    let current: OpaquePointer
    let history: OpaquePointer

    private init(_ key: Key, _ current: OpaquePointer, _ history: OpaquePointer) {
        self.key = key
        self.current = current
        self.history = history
    }

    deinit {
        sqlite3_finalize(current)
        sqlite3_finalize(history)
    }

    static func prepare(
        _ key: Key, _ plan: AsOfPlan, _ asOf: Past, _ database: OpaquePointer
    ) -> Result<AsOfScan, Failure> {
        asOf.depth += 1
        defer { asOf.depth -= 1 }
        var handles: [OpaquePointer] = []
        for half in [AsOfShape.Half.current, .history] {
            var handle: OpaquePointer?
            let sql = plan.sql(half, skipping: key.skipped)
            let code = sqlite3_prepare_v3(database, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &handle, nil)
            guard code == SQLITE_OK, let handle else {
                for handle in handles { sqlite3_finalize(handle) }
                return .failure(Failure(code: code == SQLITE_OK ? SQLITE_ERROR : code))
            }
            handles.append(handle)
        }
        return .success(AsOfScan(key, handles[0], handles[1]))
    }
}

/// A walk over a table as of the moment: first the rows that are still current, then those that have been superseded since.
final class AsOfCursor {
    private let table: AsOfTable
    private let base: UnsafeMutablePointer<sqlite3_vtab>
    private var scan: AsOfScan?
    private var plan: AsOfPlan?
    private var hasRow = false

    init(_ table: AsOfTable, _ base: UnsafeMutablePointer<sqlite3_vtab>) {
        self.table = table
        self.base = base
    }

    static func pointer(_ base: UnsafeMutablePointer<sqlite3_vtab_cursor>?) -> UnsafeMutablePointer<esiwh_cursor> {
        // SQLite calls with the cursor that `open` made.
        UnsafeMutableRawPointer(base!).assumingMemoryBound(to: esiwh_cursor.self)
    }

    static func of(_ base: UnsafeMutablePointer<sqlite3_vtab_cursor>?) -> AsOfCursor {
        Unmanaged<AsOfCursor>.fromOpaque(pointer(base).pointee.object).takeUnretainedValue()
    }

    /// Starts a walk with the values of the plan's constraints.
    func filter(
        plan number: Int, _ values: UnsafeMutablePointer<OpaquePointer?>?, row: UnsafeMutablePointer<esiwh_cursor>
    ) -> Int32 {
        let plan = table.shape.plans[number]
        let skipped = Self.numbers(among: plan, values)
        if let scan, scan.key.plan == number, scan.key.skipped == skipped {
            reset(scan)
        } else {
            finish()
            switch table.take(AsOfScan.Key(plan: number, skipped: skipped)) {
            case .success(let taken): scan = taken
            case .failure(let failure): return fail(failure.code, row)
            }
        }
        guard let scan else { return SQLITE_ERROR }
        self.plan = plan
        hasRow = false
        for statement in [scan.current, scan.history] {
            sqlite3_bind_int64(statement, 1, table.asOf.moment)
            for (index, constraint) in plan.key.constraints.enumerated()
            where constraint.operation.takesValue && skipped & (1 << UInt64(index)) == 0 {
                let code = sqlite3_bind_value(statement, Int32(index + 2), values?[index])
                guard code == SQLITE_OK else { return fail(code, row) }
            }
        }
        row.pointee.positions = UnsafePointer(plan.positions.baseAddress)
        row.pointee.row = scan.current
        return advance(row: row)
    }

    /// The constraints on TEXT columns whose value is a number.
    private static func numbers(among plan: AsOfPlan, _ values: UnsafeMutablePointer<OpaquePointer?>?) -> UInt64 {
        var numbers: UInt64 = 0
        var mask = plan.textMask
        while mask != 0 {
            let index = mask.trailingZeroBitCount
            mask &= mask - 1
            let type = sqlite3_value_type(values?[index])
            if type == SQLITE_INTEGER || type == SQLITE_FLOAT { numbers |= 1 << UInt64(index) }
        }
        return numbers
    }

    /// Goes to the next row.
    func advance(row: UnsafeMutablePointer<esiwh_cursor>) -> Int32 {
        guard let scan, let plan else { return SQLITE_ERROR }
        // A changed schema has SQLite prepare the statement again in here, and ask the authorizer.
        table.asOf.depth += 1
        defer { table.asOf.depth -= 1 }
        while let statement = row.pointee.row {
            let code = sqlite3_step(statement)
            if code == SQLITE_ROW {
                hasRow = true
                return SQLITE_OK
            }
            guard code == SQLITE_DONE else { return fail(code, row) }
            sqlite3_reset(statement)
            let isDone = statement == scan.history || (plan.isUnique && hasRow)
            row.pointee.row = isDone ? nil : scan.history
        }
        return SQLITE_OK
    }

    /// Unique over both halves, for a table whose key is no identity.
    var rowID: Int64 {
        guard let scan, let plan else { return 0 }
        let isCurrent = sqlite3_stmt_busy(scan.current) != 0
        let statement = isCurrent ? scan.current : scan.history
        return sqlite3_column_int64(statement, plan.rowIDPosition) &* 2 &+ (isCurrent ? 0 : 1)
    }

    /// Lets go of the statements, so that they hold no read open.
    func finish() {
        guard let scan else { return }
        reset(scan)
        for statement in [scan.current, scan.history] {
            sqlite3_clear_bindings(statement)
            table.asOf.walked += Int(sqlite3_stmt_status(statement, SQLITE_STMTSTATUS_FULLSCAN_STEP, 1))
        }
        table.giveBack(scan)
        self.scan = nil
    }

    private func reset(_ scan: AsOfScan) {
        sqlite3_reset(scan.current)
        sqlite3_reset(scan.history)
    }

    private func fail(_ code: Int32, _ row: UnsafeMutablePointer<esiwh_cursor>) -> Int32 {
        let message = sqlite3_errmsg(table.database).map { String(cString: $0) }
        row.pointee.row = nil
        if let scan { reset(scan) }
        if let message, code & 0xff != SQLITE_INTERRUPT {
            sqlite3_free(base.pointee.zErrMsg)
            base.pointee.zErrMsg = sqliteCopy(message)
        }
        return code
    }
}
