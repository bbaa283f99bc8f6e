internal import CSQLite

/// When a transaction takes its locks.
public enum TransactionKind: String, Sendable {
    /// At the first read and the first write. A write after a read may fail as busy without being waited for.
    case deferred
    /// The write lock at once.
    case immediate
    /// As immediate, and outside WAL readers are kept out too.
    case exclusive
}

extension Connection {
    public var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

    /// Commits what `body` did, or rolls it back when `body` or the commit throws. Transactions do not nest: savepoints do.
    ///
    /// SQLite itself rolls back on some errors (full disk, I/O, out of memory). Where `body` swallows such an error,
    /// the commit fails, since there is nothing left to commit.
    @discardableResult
    public func transaction<T>(_ kind: TransactionKind = .immediate, _ body: () throws -> T) throws -> T {
        try execute("BEGIN \(kind.rawValue)")
        do {
            let result = try body()
            try execute("COMMIT")
            return result
        } catch {
            if isInTransaction { undo("ROLLBACK") }
            throw error
        }
    }

    /// As a transaction, but inside one or another savepoint; outside of both it is a deferred transaction.
    @discardableResult
    public func savepoint<T>(_ body: () throws -> T) throws -> T {
        try execute("SAVEPOINT esiwh")
        do {
            let result = try body()
            try execute("RELEASE esiwh")
            return result
        } catch {
            if isInTransaction { undo("ROLLBACK TO esiwh; RELEASE esiwh") }
            throw error
        }
    }

    /// Rolls back. An interrupt stays pending while any statement is open, and would stop the rollback too: then the
    /// statements are reset first. What fails even so is left to `isInTransaction`; the first error is what matters.
    private func undo(_ sql: String) {
        guard sqlite3_exec(handle, sql, nil, nil, nil) != SQLITE_OK else { return }
        var statement = sqlite3_next_stmt(handle, nil)
        while let open = statement {
            sqlite3_reset(open)
            statement = sqlite3_next_stmt(handle, open)
        }
        sqlite3_exec(handle, sql, nil, nil, nil)
    }
}
