internal import CSQLite

extension Connection {
    /// Copies the database as it is at the start, while others go on reading and, in WAL mode, writing it.
    /// - Parameters:
    ///   - path: the copy; a database that is there is overwritten.
    ///   - pagesPerStep: how many pages between two calls of `progress`.
    ///   - progress: pages left and pages in all; what it throws ends the copying, and the copy is of no use then.
    public func backup(
        to path: String, pagesPerStep: Int32 = 1000,
        progress: (_ remaining: Int, _ total: Int) throws -> Void = { _, _ in }
    ) throws {
        guard !isInTransaction, try value("PRAGMA main.journal_mode")?.text == "wal" else {
            return try copy(to: path, pagesPerStep, progress)
        }
        // One read transaction over all steps: each commit of another connection would start the copy over.
        try transaction(.deferred) {
            _ = try value("SELECT 1 FROM main.sqlite_schema")
            try copy(to: path, pagesPerStep, progress)
        }
    }

    private func copy(to path: String, _ pagesPerStep: Int32, _ progress: (Int, Int) throws -> Void) throws {
        let target = try Connection(path: path, mode: .create)
        guard let backup = sqlite3_backup_init(target.handle, "main", handle, "main") else {
            throw SQLiteError(target.handle, code: sqlite3_extended_errcode(target.handle))
        }
        var code = SQLITE_OK
        var waits = 0
        do {
            repeat {
                code = sqlite3_backup_step(backup, max(pagesPerStep, 1))
                let isBusy = [SQLITE_BUSY, SQLITE_LOCKED].contains(code & 0xff)
                waits = isBusy ? waits + 1 : 0
                if isBusy { sqlite3_sleep(10) }
                try progress(Int(sqlite3_backup_remaining(backup)), Int(sqlite3_backup_pagecount(backup)))
            } while code == SQLITE_OK || (waits > 0 && waits < 500)
        } catch {
            sqlite3_backup_finish(backup)
            throw error
        }
        let finish = sqlite3_backup_finish(backup)
        guard code == SQLITE_DONE, finish == SQLITE_OK else {
            throw SQLiteError(target.handle, code: code == SQLITE_DONE ? finish : code)
        }
    }
}
