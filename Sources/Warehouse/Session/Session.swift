public import SQLite

/// A reading connection: today's settings, the shared views and the rules' views, and, as of a past moment, the tables
/// as they were. Every stored or ad-hoc statement runs on one, unchanged.
public final class Session {
    public let connection: Connection
    public let catalogue: Catalogue
    /// The past moment shown; nil for now.
    public private(set) var asOf: Int64?
    private let moment = Box()
    private(set) var past: Past?
    /// Views that could not be made, by name, with the reason; whatever does not use them works.
    public private(set) var brokenViews: [String: String] = [:]

    /// A view that is not a file of its own: a rule with its parameters in place.
    public struct View: Sendable {
        public var name: String
        public var sql: String

        public init(name: String, sql: String) {
            self.name = name
            self.sql = sql
        }
    }

    private final class Box {
        var value: Value = .null
    }

    /// - Parameters:
    ///   - rules: the rules' views by name.
    ///   - isGuarded: whether foreign SQL will run: nothing but reading is let through then.
    /// - Throws: `WarehouseError` where there is no warehouse or the file is something else.
    public init(
        path: String, catalogue: Catalogue, settings: Settings, rules: [View] = [], asOf: Int64? = nil,
        isGuarded: Bool = true
    ) throws {
        self.catalogue = catalogue
        self.asOf = asOf
        do {
            connection = try Warehouse.open(path, mode: .readOnly)
        } catch let error as SQLiteError where error.primaryCode == 14 {  // SQLITE_CANTOPEN
            throw WarehouseError.missing(path)
        }
        guard try connection.value("SELECT 1 FROM sqlite_schema WHERE name = 'snapshots'") != nil else {
            throw WarehouseError.empty(path)
        }
        try connection.check(Warehouse.coreMigrations(catalogue.library))
        try connection.execute("PRAGMA temp_store = MEMORY; PRAGMA cache_size = -65536")
        // One consistent view: what an ingest commits meanwhile is not seen.
        try prepare(settings, rules)
        try connection.execute("BEGIN")
        if isGuarded { try Guard.install(on: connection, asOf: past) }
    }

    /// Over tables at hand, for rule tests: the catalogue's tables, made empty, in memory.
    public init(inMemory catalogue: Catalogue, now: Int64) throws {
        self.catalogue = catalogue
        asOf = now
        let warehouse = try Warehouse(path: ":memory:", catalogue: catalogue, now: now)
        connection = warehouse.connection
        moment.value = .integer(now)
        try Functions.register(on: connection) { [moment] in moment.value }
    }

    private func prepare(_ settings: Settings, _ rules: [View]) throws {
        try Functions.register(on: connection) { [moment] in moment.value }
        try settings.write(to: "temp", of: connection)
        if let asOf {
            past = try AsOf.install(asOf, datasets: try presentDatasets(), on: connection)
            moment.value = .integer(asOf)
            try showRollups(asOf: asOf)
        }
        makeViews(rules)
    }

    /// Shows another past moment: statements that start from now on are of it. Only where the session shows the past.
    public func move(to moment: Int64) {
        guard let past else { return }
        asOf = moment
        past.moment = moment
        self.moment.value = .integer(moment)
    }

    /// The datasets that a statement reads and that change, also through views.
    public func datasets(readBy sql: String) throws(SQLiteError) -> [Dataset] {
        let tables = try Guard.tablesRead(by: sql, on: connection)
        let read = catalogue.datasets.filter { dataset in
            [dataset.name, dataset.historyName, dataset.versionsName].contains { tables.contains($0) }
        }
        return read.filter { !$0.lifetime.isFact }
    }

    /// The moments in a span at which something was observed in any of some datasets, in order; before them the last
    /// one that lies before the span.
    public func moments(of datasets: [Dataset], from: Int64, to: Int64) throws(SQLiteError) -> [Int64] {
        let list = datasets.map { _ in "?" }.joined(separator: ", ")
        let rows = try connection.query(
            """
            WITH moments (moment) AS (
                SELECT observed_at FROM main.snapshots
                WHERE dataset IN (\(list)) AND outcome IN ('complete', 'partial', 'unchanged')
                UNION SELECT last_at FROM main.snapshots
                WHERE dataset IN (\(list)) AND outcome IN ('complete', 'partial', 'unchanged')
            )
            SELECT max(moment) FROM moments WHERE moment < ?
            UNION ALL SELECT * FROM (SELECT moment FROM moments WHERE moment BETWEEN ? AND ? ORDER BY moment)
            """,
            datasets.map { .text($0.name) } + datasets.map { .text($0.name) }
                + [.integer(from), .integer(from), .integer(to)])
        return rows.compactMap { $0[0].integer }
    }

    /// Makes the shared views and the rules' views, in the TEMP schema so that they see TEMP tables.
    public func makeViews(_ rules: [View]) {
        for file in catalogue.library.files(.view) {
            do throws(FileError) {
                try makeView(file)
            } catch {
                brokenViews[file.name] = "\(error)"
            }
        }
        for rule in rules {
            do throws(SQLiteError) {
                try connection.execute("CREATE TEMP VIEW \(quoted(rule.name)) AS \(rule.sql)")
            } catch {
                brokenViews[rule.name] = error.message
            }
        }
    }

    private func makeView(_ file: StoredFile) throws(FileError) {
        guard let head = file.body.firstRange(of: "CREATE VIEW ") else {
            throw file.error(atOffset: 0, "no CREATE VIEW", mend: "begin with CREATE VIEW \(file.name) AS")
        }
        let sql = file.body.replacingCharacters(head, with: "CREATE TEMP VIEW ")
        do throws(SQLiteError) {
            try connection.execute(sql)
        } catch {
            throw file.error(atOffset: error.offset ?? 0, error.message)
        }
    }

    /// The moment that a snapshot observed; nil where there is none of this number, or it observed nothing.
    public static func moment(ofSnapshot id: Int64, path: String) throws -> Int64? {
        do {
            let connection = try Warehouse.open(path, mode: .readOnly)
            return try connection.value("SELECT observed_at FROM snapshots WHERE id = ?", [.integer(id)])?.integer
        } catch let error as SQLiteError where error.primaryCode == 14 {  // SQLITE_CANTOPEN
            throw WarehouseError.missing(path)
        }
    }

    /// Datasets that have their tables: a new file has them after the next ingest.
    private func presentDatasets() throws -> [Dataset] {
        let present = Set(
            try connection.query("SELECT name FROM main.sqlite_schema WHERE type = 'table'").compactMap(\.first?.text))
        return catalogue.datasets.filter { present.contains($0.name) }
    }

    // MARK: Problems

    /// A partition that is not as ESI shows it, or a dataset that could not be asked for.
    public struct Problem: Sendable, Hashable {
        public var dataset: String
        /// Empty for a dataset as a whole.
        public var partition: String
        public var outcome: AttemptOutcome
        public var reason: String
        public var observedAt: Int64?
        /// When the next ingest asks again: at once where that is now.
        public var nextTry: Int64
    }

    static let faultNote = "fault:"

    /// What failed when it was last tried, why, and from when on an ingest tries again.
    public func problems(at now: Int64) throws(SQLiteError) -> [Problem] {
        let length = Int64(Self.faultNote.count)
        let rows = try connection.query(
            """
            SELECT dataset, partition, outcome, reason, observed_at, expires_at FROM main.partitions
            WHERE active AND outcome IN ('failed', 'partial', 'absent', 'stale')
            UNION ALL SELECT substr(key, ?), '', 'failed', value, NULL, NULL FROM main.notes WHERE substr(key, 1, ?) = ?
            ORDER BY 1, 2
            """, [.integer(length + 1), .integer(length), .text(Self.faultNote)])
        return rows.compactMap { row in
            guard let outcome = row[2].text.flatMap(AttemptOutcome.init(rawValue:)) else { return nil }
            return Problem(
                dataset: row[0].text ?? "", partition: row[1].text ?? "", outcome: outcome,
                reason: row[3].text ?? "no reason given", observedAt: row[4].integer,
                nextTry: max(row[5].integer ?? now, now))
        }
    }

    // MARK: Statements

    /// Prepares a statement and settles what `as_of()` is for it.
    /// - Parameter kinds: declared meanings of result columns, by name.
    public func prepare(_ sql: String, kinds: [String: ColumnKind] = [:]) throws(SQLiteError) -> Query {
        if let asOf {
            try checkHorizons(sql, asOf: asOf)
        } else {
            let tables = try Guard.tablesRead(by: sql, on: connection)
            moment.value = try observed(in: tables)
        }
        let statement = try connection.prepare(sql)
        let columns = (0..<statement.columnCount).map { index in
            let name = statement.columnName(index)
            return Query.Column(name: name, kind: kinds[name] ?? kind(of: statement, index))
        }
        return Query(statement: statement, columns: columns, asOf: moment.value.integer, session: self)
    }

    /// The oldest moment among the partitions that a statement's datasets cover (DESIGN, "As of").
    private func observed(in tables: Set<String>) throws(SQLiteError) -> Value {
        let datasets = tables.compactMap { catalogue.dataset(ofTable: $0) }.filter { !$0.lifetime.isFact }
        // Of all where it names none, but not of what is asked only by its name, perhaps a year ago.
        let all =
            datasets.isEmpty ? catalogue.datasets.filter { !$0.lifetime.isFact && !$0.isOnlyByName } : datasets
        let names = Set(all.map(\.name)).sorted()
        let list = names.map { _ in "?" }.joined(separator: ", ")
        return try connection.value(
            "SELECT min(observed_at) FROM main.partitions WHERE active AND dataset IN (\(list))", names.map(Value.text))
            ?? .null
    }

    /// What a result column means: as declared for the table column that it shows.
    private func kind(of statement: Statement, _ index: Int) -> ColumnKind? {
        guard let origin = statement.columnOrigin(index) else { return nil }
        if let dataset = catalogue.dataset(ofTable: origin.table) {
            if ["valid_from", "valid_to"].contains(origin.column) { return .timestamp }
            return dataset.column(origin.column)?.kind
        }
        if let rollup = catalogue.rollup(origin.table) { return rollup.kinds[origin.column] }
        return Catalogue.coreTables.contains(origin.table) ? Catalogue.coreKind(ofColumn: origin.column) : nil
    }
}

/// A prepared statement with what its columns mean.
public final class Query {
    public struct Column: Sendable, Hashable {
        public var name: String
        /// nil for an expression: it prints as SQLite gives it.
        public var kind: ColumnKind?
    }

    public let statement: Statement
    public let columns: [Column]
    /// What `as_of()` is in it; nil where nothing was observed.
    public let asOf: Int64?

    /// A statement runs on its session's connection and past: they live as long as it does.
    private let session: Session

    init(statement: Statement, columns: [Column], asOf: Int64?, session: Session) {
        self.session = session
        self.statement = statement
        self.columns = columns
        self.asOf = asOf
    }

    /// The next row; nil at the end.
    public func next() throws(SQLiteError) -> [Value]? {
        try statement.step() ? statement.row : nil
    }

    /// All rows that are left.
    public func rows() throws(SQLiteError) -> [[Value]] {
        var rows: [[Value]] = []
        while let row = try next() { rows.append(row) }
        return rows
    }
}

extension String {
    func replacingCharacters(_ range: Range<String.Index>, with text: String) -> String {
        self[..<range.lowerBound] + text + self[range.upperBound...]
    }
}
