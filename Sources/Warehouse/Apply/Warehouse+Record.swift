public import SQLite

/// What is known of an attempt besides its outcome.
public struct AttemptFacts: Sendable {
    public var dataset: String
    public var partition: String
    /// nil where nothing was observed.
    public var observedAt: Int64?
    /// Ask no earlier.
    public var expiresAt: Int64?
    public var fetchedAt: Int64
    public var pages: Int
    public var bytes: Int
    public var milliseconds: Int
    public var replaced: Int

    public init(
        dataset: String, partition: String, observedAt: Int64? = nil, expiresAt: Int64? = nil, fetchedAt: Int64,
        pages: Int = 0, bytes: Int = 0, milliseconds: Int = 0, replaced: Int = 0
    ) {
        self.dataset = dataset
        self.partition = partition
        self.observedAt = observedAt
        self.expiresAt = expiresAt
        self.fetchedAt = fetchedAt
        self.pages = pages
        self.bytes = bytes
        self.milliseconds = milliseconds
        self.replaced = replaced
    }
}

/// What the warehouse knows of a partition.
public struct PartitionState: Sendable, Hashable {
    public var observedAt: Int64?
    public var completeAt: Int64?
    public var expiresAt: Int64?
    public var fetchedAt: Int64?
    public var outcome: AttemptOutcome?
    public var reason: String?
    /// The dataset's file changed since: what is kept must be decoded again, or asked for.
    public var mustRedecode: Bool
    /// Rows of the largest of its last few snapshots, where partitions are planned.
    public var rows: Int?
}

extension Warehouse {
    public func partitionState(_ dataset: String, _ partition: String) throws(SQLiteError) -> PartitionState? {
        let rows = try connection.query(
            """
            SELECT observed_at, complete_at, expires_at, fetched_at, outcome, reason, redecode
            FROM main.partitions WHERE dataset = ? AND partition = ?
            """, [.text(dataset), .text(partition)])
        return rows.first.map(PartitionState.init)
    }

    /// Writes an attempt's `snapshots` row and what it says of the partition.
    func record(
        _ attempt: Attempt, _ facts: AttemptFacts, run: Int64?, versions: ClosedRange<Int64>? = nil
    ) throws(SQLiteError) {
        let isShared = attempt.outcome == .unchanged ? try extendUnchanged(facts, run) : false
        if !isShared { try insert(attempt, facts, run, versions) }
        try note(attempt, facts)
    }

    /// Consecutive unchanged attempts of a partition share one row.
    private func extendUnchanged(_ facts: AttemptFacts, _ run: Int64?) throws(SQLiteError) -> Bool {
        try connection.run(
            """
            UPDATE main.snapshots
            SET count = count + 1, last_at = coalesce(?3, last_at), expires_at = ?4, fetched_at = ?5, run = ?6
            WHERE id = (SELECT max(id) FROM main.snapshots WHERE dataset = ?1 AND partition = ?2)
              AND outcome = 'unchanged'
            """,
            [
                .text(facts.dataset), .text(facts.partition), facts.observedAt.sqlValue, facts.expiresAt.sqlValue,
                .integer(facts.fetchedAt), run.sqlValue,
            ]) > 0
    }

    func insert(
        _ attempt: Attempt, _ facts: AttemptFacts, _ run: Int64?, _ versions: ClosedRange<Int64>?
    ) throws(SQLiteError) {
        try connection.run(
            """
            INSERT INTO main.snapshots (
                run, dataset, partition, observed_at, expires_at, fetched_at, outcome, reason, last_at, pages, rows,
                added, changed, removed, replaced, bytes, milliseconds, first_version_id, last_version_id)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?4, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)
            """,
            [
                run.sqlValue, .text(facts.dataset), .text(facts.partition), facts.observedAt.sqlValue,
                facts.expiresAt.sqlValue, .integer(facts.fetchedAt), .text(attempt.outcome.rawValue),
                attempt.reason.sqlValue, .integer(Int64(facts.pages)), .integer(Int64(attempt.rows)),
                .integer(Int64(attempt.added)), .integer(Int64(attempt.changed)), .integer(Int64(attempt.removed)),
                .integer(Int64(facts.replaced)), .integer(Int64(facts.bytes)), .integer(Int64(facts.milliseconds)),
                (versions?.lowerBound).sqlValue, (versions?.upperBound).sqlValue,
            ])
    }

    private func note(_ attempt: Attempt, _ facts: AttemptFacts) throws(SQLiteError) {
        let isObservation = [.complete, .unchanged, .partial].contains(attempt.outcome)
        let isWhole = [.complete, .unchanged].contains(attempt.outcome)
        try connection.run(
            """
            INSERT INTO main.partitions (
                dataset, partition, observed_at, complete_at, expires_at, fetched_at, outcome, reason)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            ON CONFLICT DO UPDATE SET
                observed_at = coalesce(excluded.observed_at, observed_at),
                complete_at = coalesce(excluded.complete_at, complete_at),
                expires_at = coalesce(excluded.expires_at, expires_at),
                fetched_at = coalesce(excluded.fetched_at, fetched_at),
                outcome = excluded.outcome, reason = excluded.reason,
                redecode = redecode AND excluded.complete_at IS NULL
            """,
            [
                .text(facts.dataset), .text(facts.partition), isObservation ? facts.observedAt.sqlValue : .null,
                isWhole ? facts.observedAt.sqlValue : .null, facts.expiresAt.sqlValue,
                isObservation ? .integer(facts.fetchedAt) : .null, .text(attempt.outcome.rawValue),
                attempt.reason.sqlValue,
            ])
    }
}

extension PartitionState {
    init(_ row: [Value]) {
        observedAt = row[0].integer
        completeAt = row[1].integer
        expiresAt = row[2].integer
        fetchedAt = row[3].integer
        outcome = row[4].text.flatMap(AttemptOutcome.init(rawValue:))
        reason = row[5].text
        mustRedecode = row[6] == .integer(1)
        rows = row.count > 7 ? row[7].integer.map(Int.init) : nil
    }
}
