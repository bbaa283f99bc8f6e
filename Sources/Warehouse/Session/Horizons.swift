public import SQLite

// What was pruned is not shown as if it had never been: a moment before a dataset's horizon is refused.

extension SQLiteError {
    fileprivate static let prunedCode: Int32 = 12  // SQLITE_NOTFOUND, which SQLite itself gives for file controls only

    /// The past that the statement asks for was pruned: no fault of the statement.
    public var isPruned: Bool { code == Self.prunedCode }
}

extension Session {
    /// The moment from which a dataset's past is whole; nil where nothing was ever dropped of it.
    public func horizon(of dataset: Dataset) throws(SQLiteError) -> Int64? {
        try horizons()[dataset.name]
    }

    func horizons() throws(SQLiteError) -> [String: Int64] {
        // A warehouse that no writing command of this version has opened yet has no such table.
        guard try connection.value("SELECT 1 FROM main.sqlite_schema WHERE name = 'horizons'") != nil else {
            return [:]
        }
        let rows = try connection.query("SELECT dataset, horizon FROM main.horizons")
        return Dictionary(rows.map { ($0[0].text ?? "", $0[1].integer ?? 0) }) { first, _ in first }
    }

    /// Why the dataset cannot be shown as of a moment; nil where it can.
    func lostPast(of dataset: Dataset, at moment: Int64, horizon: Int64?) -> String? {
        guard let horizon, moment < horizon else { return nil }
        let rollups = dataset.retention?.rollups ?? []
        let rest = rollups.isEmpty ? "" : "; the days before are in \(rollups.joined(separator: ", "))"
        return "the past of \(dataset.name) before \(Timestamp.text(horizon)) was pruned, "
            + "so it cannot be shown as of \(Timestamp.text(moment)): ask for a later moment\(rest)"
    }

    /// Refuses a statement as of a moment that one of its tables does not reach back to.
    func checkHorizons(_ sql: String, asOf moment: Int64) throws(SQLiteError) {
        let horizons = try horizons()
        guard horizons.values.contains(where: { $0 > moment }) else { return }
        for table in try Guard.tablesRead(by: sql, on: connection).sorted() {
            guard let dataset = catalogue.dataset(ofTable: table),
                let reason = lostPast(of: dataset, at: moment, horizon: horizons[dataset.name])
            else { continue }
            throw SQLiteError(code: SQLiteError.prunedCode, message: reason)
        }
    }

    /// Shows of each roll-up the days that were over at the moment.
    func showRollups(asOf moment: Int64) throws(SQLiteError) {
        for rollup in catalogue.rollups {
            let name = quoted(rollup.name)
            let sql = "SELECT 1 FROM main.sqlite_schema WHERE type = 'table' AND name = ?"
            guard try connection.value(sql, [.text(rollup.name)]) != nil else { continue }
            try connection.execute(
                "CREATE TEMP VIEW \(name) AS SELECT * FROM main.\(name) WHERE day <= \(moment - Retention.day)")
        }
    }
}
