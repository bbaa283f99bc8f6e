public import SQLite

/// Somebody who needs the versions of a dataset from so long ago: a rule that looks back.
public struct Lookback: Sendable, Hashable {
    public var name: String
    public var dataset: String
    public var seconds: Int64

    public init(name: String, dataset: String, seconds: Int64) {
        self.name = name
        self.dataset = dataset
        self.seconds = seconds
    }
}

/// What pruning did to a dataset, or would do.
public struct Pruning: Sendable, Hashable {
    public var dataset: String
    /// Versions that ended by then are dropped; nil where none was ever.
    public var horizon: Int64?
    /// Who keeps the horizon from where `retention` would have it.
    public var heldBy: String?
    /// Days written into roll-ups.
    public var days = 0
    /// Versions dropped.
    public var versions = 0
    /// Versions behind the horizon that `keep` names.
    public var kept = 0
}

extension Warehouse {
    /// Rolls up what is over and drops the versions that no longer need to be kept, in transactions of bounded size.
    ///
    /// The horizon is recorded before the first version goes, so that a process killed midway leaves a past that is refused
    /// rather than one with holes; the next call goes on (invariant 7).
    /// - Parameters:
    ///   - isStopped: asked between transactions.
    /// - Throws: `CancellationError` when stopped; what is done by then is kept.
    public func prune(
        _ dataset: Dataset, now: Int64, lookbacks: [Lookback] = [], isDryRun: Bool = false,
        isStopped: () -> Bool = { false }
    ) throws -> Pruning {
        var pruning = Pruning(dataset: dataset.name, horizon: try horizon(of: dataset.name))
        var limits: [(who: String, moment: Int64)] = []
        for rollup in catalogue.rollups where rollup.dataset == dataset.name {
            let rolled = try roll(rollup, of: dataset, now: now, isDryRun: isDryRun, isStopped: isStopped)
            pruning.days += rolled.days
            if dataset.retention?.rollups.contains(rollup.name) == true { limits.append((rollup.name, rolled.until)) }
        }
        guard let retention = dataset.retention else { return pruning }
        for name in retention.rollups where catalogue.rollup(name)?.dataset != dataset.name {
            throw dataset.file.error(
                at: "retention", "there is no roll-up \(name) of \(dataset.name)", mend: "write it, or name another")
        }
        limits += try protections(of: dataset)
        limits += lookbacks.filter { $0.dataset == dataset.name }.map { ($0.name, now - $0.seconds) }
        let wanted = Retention.midnight(now - retention.versions)
        if let limit = limits.min(by: { $0.moment < $1.moment }), limit.moment < wanted { pruning.heldBy = limit.who }
        // A horizon never goes back: what is gone is gone.
        let allowed = Retention.midnight(min(wanted, limits.map(\.moment).min() ?? wanted))
        let horizon = max(allowed, pruning.horizon ?? Int64.min)
        // Before the first observation there is nothing to drop, and no past to refuse.
        guard let first = try firstObservation(dataset), horizon > first else { return pruning }
        pruning.horizon = horizon
        try drop(dataset, retention, isDryRun, isStopped, &pruning)
        return pruning
    }

    /// Versions that ended by this moment are gone; nil where all are there.
    public func horizon(of dataset: String) throws(SQLiteError) -> Int64? {
        try connection.value("SELECT horizon FROM main.horizons WHERE dataset = ?", [.text(dataset)])?.integer
    }

    /// Names who needs what ended behind a moment; nil takes the name back. For alerts, ledgers and copies elsewhere.
    /// - Parameter dataset: nil for all.
    public func protect(_ name: String, dataset: String? = nil, since: Int64?) throws(SQLiteError) {
        guard let since else {
            try connection.run(
                "DELETE FROM main.protections WHERE name = ? AND dataset = ?", [.text(name), .text(dataset ?? "")])
            return
        }
        try connection.run(
            "INSERT INTO main.protections VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET since = excluded.since",
            [.text(name), .text(dataset ?? ""), .integer(since)])
    }

    private func protections(of dataset: Dataset) throws(SQLiteError) -> [(who: String, moment: Int64)] {
        try connection.query(
            "SELECT name, since FROM main.protections WHERE dataset IN ('', ?)", [.text(dataset.name)]
        ).map { ($0[0].text ?? "", $0[1].integer ?? 0) }
    }

    private func firstObservation(_ dataset: Dataset) throws(SQLiteError) -> Int64? {
        try connection.value(
            "SELECT min(observed_at) FROM main.snapshots WHERE dataset = ?", [.text(dataset.name)])?.integer
    }

    // MARK: Dropping

    /// Versions looked at in one transaction.
    private static let batch: Int64 = 20_000

    private func drop(
        _ dataset: Dataset, _ retention: Retention, _ isDryRun: Bool, _ isStopped: () -> Bool,
        _ pruning: inout Pruning
    ) throws {
        let horizon = pruning.horizon ?? 0
        let isKept = try makeKept(dataset, retention)
        defer { try? connection.execute("DROP TABLE IF EXISTS temp.kept") }  // else the connection's end does
        let table = "main.\(quoted(dataset.historyName))"
        if !isDryRun {
            try connection.run(
                """
                INSERT INTO main.horizons VALUES (?1, ?2, 0)
                ON CONFLICT DO UPDATE SET horizon = excluded.horizon, is_finished = 0
                """, [.text(dataset.name), .integer(horizon)])
        }
        let range = try connection.query("SELECT min(version_id), max(version_id) FROM \(table)").first ?? []
        guard var low = range.first?.integer, let last = range.last?.integer else {
            return try finish(dataset, isDryRun)
        }
        let ended = "version_id BETWEEN ?1 AND ?2 AND valid_to <= ?3"
        while low <= last {
            if isStopped() { throw CancellationError() }
            let bounds = [low, low + Self.batch - 1, horizon].map(Value.integer)
            let counts = try connection.query(
                "SELECT count(*), coalesce(sum(\(isKept)), 0) FROM \(table) WHERE \(ended)", bounds)
            let (all, kept) = (counts[0][0].integer ?? 0, counts[0][1].integer ?? 0)
            if !isDryRun, all > kept {
                try connection.run("DELETE FROM \(table) WHERE \(ended) AND NOT \(isKept)", bounds)
            }
            pruning.versions += Int(all - kept)
            pruning.kept += Int(kept)
            low += Self.batch
        }
        try finish(dataset, isDryRun)
    }

    private func finish(_ dataset: Dataset, _ isDryRun: Bool) throws(SQLiteError) {
        if isDryRun { return }
        try connection.run("UPDATE main.horizons SET is_finished = 1 WHERE dataset = ?", [.text(dataset.name)])
    }

    /// Puts what `keep` yields into a table of its own.
    /// - Returns: the SQL that tells whether a version is among it.
    private func makeKept(_ dataset: Dataset, _ retention: Retention) throws -> String {
        guard let keep = retention.keep else { return "0" }
        let names: [String]
        do throws(SQLiteError) {
            let statement = try connection.prepare(keep)
            names = (0..<statement.columnCount).map(statement.columnName)
        } catch {
            throw dataset.file.error(at: "retention", "keep does not run: \(error.message)")
        }
        try Self.check(keepColumns: names, of: dataset)
        let list = names.map(quoted).joined(separator: ", ")
        let typed = names.map { "\(quoted($0)) \(dataset.column($0)?.storage ?? "") NOT NULL" }.joined(separator: ", ")
        try connection.execute(
            """
            DROP TABLE IF EXISTS temp.kept;
            CREATE TEMP TABLE kept (\(typed), PRIMARY KEY (\(list))) WITHOUT ROWID;
            INSERT OR IGNORE INTO temp.kept SELECT \(list) FROM (\(keep)
            );
            """)
        // A version without a value is none of those named.
        return "coalesce((\(list)) IN (SELECT \(list) FROM temp.kept), 0)"
    }

    /// - Throws: `FileError` where a column of `keep` is none of the dataset's.
    public static func check(keepColumns names: [String], of dataset: Dataset) throws(FileError) {
        guard let stray = names.first(where: { dataset.column($0) == nil }) else { return }
        throw dataset.file.error(
            at: "retention", "keep yields \(stray), which is no column of \(dataset.name)",
            mend: "let it yield columns of the table")
    }
}
