public import SQLite

/// How fast a dataset's history grows.
public struct Growth: Sendable, Hashable {
    public var versionsPerDay: Double
    /// With its share of each index; nil where there is no version to measure.
    public var bytesPerVersion: Double?
}

extension Session {
    /// By what the snapshots of the last week closed, and by the fill of the history's own pages. Nil where less than an
    /// hour was observed.
    public func growth(of dataset: Dataset, now: Int64) throws(SQLiteError) -> Growth? {
        let rows = try connection.query(
            """
            SELECT coalesce(sum(last_version_id - first_version_id + 1), 0),
                max(coalesce(last_at, observed_at)) - min(observed_at)
            FROM main.snapshots WHERE dataset = ?1 AND observed_at > ?2
            """, [.text(dataset.name), .integer(now - 7 * Retention.day)])
        guard let versions = rows.first?[0].integer, let span = rows.first?[1].integer, span >= 3600 else { return nil }
        return Growth(
            versionsPerDay: Double(versions) * Double(Retention.day) / Double(span),
            bytesPerVersion: try bytesPerVersion(of: dataset))
    }

    /// A sample of each B-tree's leaves: reading all would cost what reading the file costs.
    private func bytesPerVersion(of dataset: Dataset) throws(SQLiteError) -> Double? {
        let trees = try connection.query(
            "SELECT name FROM main.sqlite_schema WHERE tbl_name = ? AND rootpage > 0", [.text(dataset.historyName)])
        var bytes = 0.0
        for tree in trees {
            let sample = """
                SELECT 1.0 * sum(pgsize) / sum(ncell)
                FROM (SELECT pgsize, ncell FROM dbstat WHERE name = ? AND pagetype = 'leaf' LIMIT 100)
                """
            guard let mean = try connection.value(sample, [tree[0]])?.real else { return nil }
            bytes += mean
        }
        return bytes
    }
}
