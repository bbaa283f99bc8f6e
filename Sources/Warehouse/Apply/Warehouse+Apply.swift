import SQLite

// The invariants of versioned tables. Code and tests cite them by number.
//
// 1. A snapshot is applied whole, in one transaction together with its `snapshots` row, or not at all.
// 2. Only a complete snapshot closes rows. Complete: all pages 1…X-Pages answered 200 or 304, with one Last-Modified,
//    and X-Pages did not change meanwhile. A partial one may add and update, and says `partial`.
// 3. The versions of one key never overlap, and valid_from < valid_to.
// 4. The as-of view at t equals, partition by partition, the last complete snapshot at or before t, overlaid by the
//    later partial ones at or before t (and, where absence is `keeps`, by all earlier rows). As of a moment before the
//    dataset's horizon (Retention) there is no view: it is refused.
// 5. Applying the same content again writes no data row, whatever its byte order or number formatting.
// 6. A snapshot observed before the last applied one is refused as stale; history is never rewritten. One with the
//    same observed_at may only complete a partial one: a row that began at that moment is corrected in place.
// 7. A killed process, a full disk or a torn write loses at most the snapshot in flight (partitions of a single id
//    commit in groups of up to 1,000 or one second: then that group); the next run needs no repair.
// 8. Nothing is lost silently: a value that does not fit its column fails the snapshot, naming the path; an absent
//    field is NULL only where the column allows it; a lone surrogate becomes U+FFFD and is counted.

extension Warehouse {
    /// Applies snapshots in one transaction; each either whole or, where its rows contradict each other, as failed.
    /// - Returns: what each did, in order.
    public func apply(_ snapshots: [Snapshot], run: Int64? = nil) throws -> [Attempt] {
        try connection.transaction {
            try snapshots.map { snapshot in
                do {
                    return try apply(snapshot, run)
                } catch let error as DecodeError {
                    // Found while its rows were put in order, before any of it was written.
                    let attempt = Attempt(.failed, reason: "\(error)")
                    try record(attempt, snapshot.facts, run: run)
                    return attempt
                }
            }
        }
    }

    /// Records attempts that brought nothing to apply, in one transaction.
    public func record(_ attempts: [(Attempt, AttemptFacts)], run: Int64? = nil) throws {
        try connection.transaction {
            for (attempt, facts) in attempts { try record(attempt, facts, run: run) }
        }
    }

    func apply(_ snapshot: Snapshot, _ run: Int64?) throws -> Attempt {
        let state = try partitionState(snapshot.dataset.name, "\(snapshot.partition)")
        if let attempt = Self.refusal(of: snapshot, after: state) {
            try record(attempt, snapshot.facts, run: run)
            return attempt
        }
        let sql = try tableSQL(snapshot.dataset)
        let rows = try SortedRows(snapshot, key: sql.rowKey)
        var writer = TableWriter(
            sql, snapshot, connection, batchSize: batchSize, isFirst: state?.completeAt == nil)
        try writer.write(rows)
        var attempt = Attempt(.complete)
        if !snapshot.isComplete {
            attempt = Attempt(.partial, reason: snapshot.reason)
        } else if !writer.hasWritten, state?.completeAt != nil {
            attempt = Attempt(.unchanged)
        }
        attempt.rows = rows.count
        attempt.added = writer.added
        attempt.changed = writer.changed
        attempt.removed = writer.removed
        try record(attempt, snapshot.facts, run: run, versions: writer.versions)
        return attempt
    }

    /// Invariant 6.
    private static func refusal(of snapshot: Snapshot, after state: PartitionState?) -> Attempt? {
        guard let state, let last = state.observedAt else { return nil }
        if snapshot.observedAt < last {
            let by = last - snapshot.observedAt
            return Attempt(.stale, reason: "observed \(by) s before the snapshot applied last")
        }
        let wasPartial = state.completeAt != last
        if snapshot.observedAt == last, !wasPartial, !(snapshot.isRedecoded && state.mustRedecode) {
            return Attempt(.unchanged)
        }
        return nil
    }
}

extension Snapshot {
    /// What its attempt's record needs besides the outcome.
    var facts: AttemptFacts {
        AttemptFacts(
            dataset: dataset.name, partition: "\(partition)", observedAt: observedAt, expiresAt: expiresAt,
            fetchedAt: fetchedAt, pages: pages.count, bytes: bytes, milliseconds: milliseconds,
            replaced: pages.reduce(0) { $0 + $1.replacedSurrogates })
    }
}
