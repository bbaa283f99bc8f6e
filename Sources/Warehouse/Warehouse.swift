public import SQLite

/// The warehouse's database, open for writing. One writer at a time: `ingest` holds a lock of its own.
public final class Warehouse {
    public let connection: Connection
    public let catalogue: Catalogue
    private var tables: [String: TableSQL] = [:]
    /// Numbers of columns for which there is an `esiwh_rows_N`.
    private var rowModules: Set<Int> = []
    /// How many differences are gathered before they are written.
    var batchSize = 2048
    private let moment: Moment

    /// What `as_of()` is while partitions are chosen: the server's clock, in Unix seconds.
    public var now: Int64 {
        get { moment.value }
        set { moment.value = newValue }
    }

    private final class Moment {
        var value: Int64
        init(_ value: Int64) { self.value = value }
    }

    /// "esiw", so that no other program's database is taken for a warehouse.
    static let applicationID: Int64 = 0x6573_6977

    /// Opens or makes a warehouse, brings its schema up to date, and its tables in line with their files.
    /// - Parameter now: Unix seconds, for the record of what was loaded when.
    /// - Throws: `WarehouseError` where the file is not a warehouse; `MigrationError`; `FileError` where a dataset's
    ///   table cannot follow its file.
    public init(path: String, catalogue: Catalogue, now: Int64) throws {
        self.catalogue = catalogue
        let moment = Moment(now)
        self.moment = moment
        connection = try Self.open(path, mode: .create)
        try Self.prepare(connection, catalogue)
        try Functions.register(on: connection) { .integer(moment.value) }
        try Merge.register(on: connection)
        for dataset in catalogue.datasets { try evolve(dataset, now: now) }
        for rollup in catalogue.rollups { try evolve(rollup, now: now) }
    }

    /// A connection that has been found to be a warehouse's, or an empty file's.
    static func open(_ path: String, mode: OpenMode) throws -> Connection {
        let connection = try Connection(path: path, mode: mode)
        do {
            let identity = try connection.value("PRAGMA application_id")?.integer ?? 0
            let isEmpty = try connection.value("SELECT count(*) FROM sqlite_schema") == .integer(0)
            guard identity == applicationID || (isEmpty && identity == 0) else {
                throw WarehouseError.foreign(path)
            }
        } catch let error as SQLiteError where error.isNotADatabase {
            throw WarehouseError.foreign(path)
        }
        return connection
    }

    static let cacheSize = "PRAGMA main.cache_size = -16384"

    /// Opens a warehouse that is there for writing the program's own tables beside an ingest: they are brought up to date,
    /// datasets stay as they are.
    /// - Throws: `WarehouseError` where there is none.
    public static func writer(path: String, library: Library) throws -> Connection {
        let connection: Connection
        do {
            connection = try open(path, mode: .readWrite)
        } catch let error as SQLiteError where error.primaryCode == 14 {  // SQLITE_CANTOPEN
            throw WarehouseError.missing(path)
        }
        guard try connection.value("SELECT 1 FROM sqlite_schema WHERE name = 'snapshots'") != nil else {
            throw WarehouseError.empty(path)
        }
        // An ingest that applies a large partition keeps others from writing for seconds.
        connection.setBusyTimeout(.seconds(60))
        try connection.execute("PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY")
        try connection.migrate(coreMigrations(library))
        return connection
    }

    private static func prepare(_ connection: Connection, _ catalogue: Catalogue) throws {
        // FULL: a commit outlives a power cut (invariant 7).
        try connection.execute("PRAGMA page_size = 16384; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
        try connection.execute(cacheSize)
        try connection.migrate(coreMigrations(catalogue.library))
        try connection.execute("PRAGMA application_id = \(applicationID)")
    }

    static func coreMigrations(_ library: Library) -> [Migration] {
        let folder = "schema/core/"
        return library.texts.filter { $0.key.hasPrefix(folder) && $0.key.hasSuffix(".sql") }
            .map { Migration(name: String($0.key.dropFirst(folder.count).dropLast(4)), sql: $0.value) }
    }

    /// The statements that keep a dataset's table.
    /// - Parameter past: whether the tables are those in which sweeps of the archives wait.
    func tableSQL(_ dataset: Dataset, past: Bool = false) throws(SQLiteError) -> TableSQL {
        let name = past ? dataset.pastName : dataset.name
        if let known = tables[name] { return known }
        let made = TableSQL(dataset, past: past)
        for columns in [made.fields.count, made.fields.count + 1] where rowModules.insert(columns).inserted {
            try RowsModule.register(columns: columns, on: connection)
        }
        tables[name] = made
        return made
    }

    /// Puts today's settings into the file, for other tools, and in front of it, for `each`.
    public func use(_ settings: Settings) throws {
        try connection.transaction { try settings.write(to: "main", of: connection) }
        try settings.write(to: "temp", of: connection)
    }

    // MARK: Runs

    /// Begins a run and returns its number.
    public func beginRun(_ command: String, at now: Int64) throws(SQLiteError) -> Int64 {
        try connection.run(
            "INSERT INTO runs (command, started_at) VALUES (?, ?)", [.text(command), .integer(now)])
        return connection.lastInsertRowID
    }

    public func endRun(
        _ run: Int64, outcome: String, requests: Int, bytes: Int, at now: Int64
    ) throws(SQLiteError) {
        try connection.run(
            "UPDATE runs SET ended_at = ?, outcome = ?, requests = ?, bytes = ? WHERE id = ?",
            [.integer(now), .text(outcome), .integer(Int64(requests)), .integer(Int64(bytes)), .integer(run)])
    }

    // MARK: Notes

    public func note(_ key: String) throws(SQLiteError) -> String? {
        try connection.value("SELECT value FROM notes WHERE key = ?", [.text(key)])?.text
    }

    public func setNote(_ key: String, _ value: String) throws(SQLiteError) {
        try connection.run(
            "INSERT INTO notes VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
            [.text(key), .text(value)])
    }

    /// Notes why a dataset could not be ingested at all; nil: it could.
    public func setFault(_ text: String?, of dataset: String) throws(SQLiteError) {
        if let text {
            try setNote(Session.faultNote + dataset, text)
        } else {
            try connection.run("DELETE FROM notes WHERE key = ?", [.text(Session.faultNote + dataset)])
        }
    }

    /// Of members of a route's answers that no column takes, those not told before; each is told once, however many
    /// datasets read the route.
    public func newUnknownMembers(_ members: [String], of route: RouteTemplate) throws(SQLiteError) -> [String] {
        var news: [String] = []
        for member in members {
            let key = "unknown:\(route):\(member)"
            guard try note(key) == nil else { continue }
            try setNote(key, "1")
            news.append(member)
        }
        return news
    }
}

/// A file that is no warehouse of ours.
public enum WarehouseError: Error, Equatable, Sendable, CustomStringConvertible {
    case foreign(String)
    /// No file yet.
    case missing(String)
    /// Made by `init`, but nothing readable in it: never migrated.
    case empty(String)

    public var description: String {
        switch self {
        case .foreign(let path):
            "\(path) is not an esiwh warehouse; name another file or folder (--home, ESIWH_HOME)"
        case .missing(let path), .empty(let path):
            "no warehouse at \(path) yet; esiwh ingest makes one"
        }
    }
}
