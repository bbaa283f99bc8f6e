import CSQLite
public import SQLite

/// How SQLite goes about a statement, what a run of it cost, and which index would spare the most.
public struct QueryExplanation: Sendable {
    /// A line of SQLite's plan; those that it consists of are one deeper.
    public struct Step: Sendable, Hashable {
        public var depth: Int
        public var text: String
    }

    public struct Cost: Sendable, Hashable {
        /// Rows that were walked over without an index to enter by.
        public var walked = 0
        public var sorts = 0
        /// Rows of indexes that SQLite made for this run only.
        public var automaticIndexRows = 0
        public var machineSteps = 0
    }
}

extension Session {
    /// The plan of a statement.
    public func plan(of sql: String) throws(SQLiteError) -> [QueryExplanation.Step] {
        try Self.plan(of: sql, on: connection)
    }

    private static func plan(of sql: String, on connection: Connection) throws(SQLiteError) -> [QueryExplanation.Step] {
        var depths: [Int64: Int] = [:]
        return try unbound("EXPLAIN QUERY PLAN " + sql, on: connection).map { row in
            let depth = (row[1].integer.flatMap { depths[$0] } ?? -1) + 1
            if let id = row[0].integer { depths[id] = depth }
            return QueryExplanation.Step(depth: depth, text: row[3].text ?? "")
        }
    }

    /// The rows of a statement whose parameters do not matter.
    private static func unbound(_ sql: String, on connection: Connection) throws(SQLiteError) -> [[Value]] {
        let statement = try connection.prepare(sql)
        var rows: [[Value]] = []
        while try statement.step() { rows.append(statement.row) }
        return rows
    }

    /// The tables that a statement walks through from end to end, by the program that SQLite makes of it: its plan names
    /// aliases only. An index that is made for each run counts: it is made by a walk. As of a past moment, see `Cost.walked`.
    public func walks(of sql: String) throws(SQLiteError) -> Set<String> {
        var names: [Int64: String] = [:]
        for row in try connection.query("SELECT rootpage, tbl_name FROM main.sqlite_schema WHERE rootpage > 0") {
            names[row[0].integer ?? 0] = row[1].text
        }
        var cursors: [Int64: String] = [:]
        var walked: Set<String> = []
        for row in try Self.unbound("EXPLAIN " + sql, on: connection) {
            guard let code = row[1].text, let cursor = row[2].integer else { continue }
            switch code {
            case "OpenRead", "ReopenIdx": cursors[cursor] = row[4] == 0 ? row[3].integer.flatMap { names[$0] } : nil
            // P5 says what a step counts as; a step within an index's range counts as nothing.
            case "Next", "Prev": if row[6] != 0, let name = cursors[cursor] { walked.insert(name) }
            case "Count": if let name = cursors[cursor] { walked.insert(name) }
            default: break
            }
        }
        return walked
    }

    /// What the runs of a query have cost so far, the walks behind the tables of the past included.
    public func cost(of query: Query) -> QueryExplanation.Cost {
        let statement = query.statement
        return QueryExplanation.Cost(
            walked: statement.count(of: .fullScanSteps) + (past?.walked ?? 0), sorts: statement.count(of: .sorts),
            automaticIndexRows: statement.count(of: .automaticIndexRows),
            machineSteps: statement.count(of: .virtualMachineSteps))
    }

    /// Indexes of one column that SQLite would enter a table by which it walks through now, or for which it makes an index
    /// on each run: a copy of the schema is given an index on every column, and its planner is asked again. Empty where
    /// the plan has no walk, or none that an index would spare.
    /// - Parameter views: the rules' views, where the statement may name one.
    public func advice(on sql: String, views: [View] = []) throws -> [String] {
        let copy = try Session(inMemory: catalogue, now: asOf ?? 0)
        copy.makeViews(views)
        let connection = copy.connection
        let isSlow = try Self.plan(of: sql, on: connection).contains { step in
            step.text.contains("AUTOMATIC") || (step.text.hasPrefix("SCAN ") && !step.text.hasPrefix("SCAN CONSTANT"))
        }
        guard isSlow else { return [] }
        var candidates: [String: String] = [:]
        for dataset in catalogue.datasets(in: try Guard.tablesRead(by: sql, on: connection)) {
            let known = Set(dataset.indexes.map { $0.columns.first ?? nil } + [dataset.key.first])
            for column in dataset.columns.map(\.name) where !known.contains(column) {
                let name = "\(dataset.name)_by_\(column)"
                let sql = "CREATE INDEX \(quoted(name)) ON \(quoted(dataset.name)) (\(quoted(column)))"
                try connection.execute(sql)
                candidates[name] = "CREATE INDEX \(name) ON \(dataset.name) (\(column))"
            }
        }
        // A look-up, not a walk through an index because it is the narrower one.
        let used = try Self.plan(of: sql, on: connection).filter { $0.text.hasPrefix("SEARCH ") }.compactMap { step in
            candidates.first { step.text.contains("INDEX \($0.key) ") }?.value
        }
        return Set(used).sorted()
    }
}

extension Catalogue {
    /// The datasets whose tables are among those named.
    func datasets(in tables: Set<String>) -> [Dataset] {
        var seen: Set<String> = []
        return tables.sorted().compactMap { dataset(ofTable: $0) }.filter { seen.insert($0.name).inserted }
    }
}
