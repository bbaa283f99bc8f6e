internal import CSQLite

extension Connection {
    /// Copies the database, consistent as of one moment, while others go on reading and writing it.
    /// - Parameters:
    ///   - path: the copy; a file that exists is overwritten.
    ///   - pagesPerStep: how many pages between two calls of `progress`.
    ///   - progress: pages left and pages in all.
    public func backup(
        to path: String, pagesPerStep: Int32 = 1000, progress: (_ remaining: Int, _ total: Int) -> Void = { _, _ in }
    ) throws(SQLiteError) {
        let target = try Connection(path: path, mode: .create)
        guard let backup = sqlite3_backup_init(target.handle, "main", handle, "main") else {
            throw SQLiteError(target.handle, code: sqlite3_errcode(target.handle))
        }
        var code = SQLITE_OK
        var tries = 0
        repeat {
            code = sqlite3_backup_step(backup, pagesPerStep)
            progress(Int(sqlite3_backup_remaining(backup)), Int(sqlite3_backup_pagecount(backup)))
            let isBusy = code == SQLITE_BUSY || code == SQLITE_LOCKED
            tries = isBusy ? tries + 1 : 0
            if isBusy { sqlite3_sleep(10) }
        } while code == SQLITE_OK || (tries > 0 && tries < 500)
        let finish = sqlite3_backup_finish(backup)
        guard code == SQLITE_DONE, finish == SQLITE_OK else {
            throw SQLiteError(target.handle, code: code == SQLITE_DONE ? finish : code)
        }
    }
}
