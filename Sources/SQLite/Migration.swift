/// A step from one state of the schema to the next.
public struct Migration: Sendable, Hashable {
    /// Sorts in the order of application: `0001-warehouse`.
    public var name: String
    public var sql: String

    public init(name: String, sql: String) {
        self.name = name
        self.sql = sql
    }
}

/// A database whose recorded migrations are not ours.
public enum MigrationError: Error, Equatable, Sendable, CustomStringConvertible {
    /// An applied migration's text is not the one it was applied with.
    case changed(String)
    /// The database has a migration that this program does not know: a newer program made it.
    case unknown(String)
    /// A migration that is not applied yet sorts before one that is.
    case outOfOrder(String, before: String)
    /// The migration itself ended its transaction.
    case notWhole(String)

    public var description: String {
        switch self {
        case .changed(let name): "the applied migration \(name) was edited since; restore its text and add a new one"
        case .unknown(let name): "the database is of a newer esiwh (it has migration \(name)); update esiwh"
        case .outOfOrder(let name, let later):
            "the migration \(name) is new, but \(later) is applied already; give it a later number"
        case .notWhole(let name): "the migration \(name) ends its own transaction; leave BEGIN, COMMIT and ROLLBACK out"
        }
    }
}

extension Connection {
    /// Applies what is missing, in order of name, each in a transaction of its own that also records its text.
    /// - Throws: `MigrationError` before anything is changed, or SQLite's error of the failing step.
    public func migrate(_ migrations: [Migration]) throws {
        let migrations = migrations.sorted { $0.name < $1.name }
        try execute(
            """
            CREATE TABLE IF NOT EXISTS migrations (
                name TEXT PRIMARY KEY, sql TEXT NOT NULL, applied_at INTEGER NOT NULL
            ) STRICT
            """)
        try check(migrations)
        let applied = Set(try query("SELECT name FROM migrations").compactMap(\.first?.text))
        // Where there is nothing to do nobody need be waited for.
        for migration in migrations where !applied.contains(migration.name) {
            try transaction {
                guard try value("SELECT 1 FROM migrations WHERE name = ?", [.text(migration.name)]) == nil else {
                    return
                }
                try execute(migration.sql)
                guard isInTransaction else { throw MigrationError.notWhole(migration.name) }
                try run(
                    "INSERT INTO migrations VALUES (?, ?, unixepoch())", [.text(migration.name), .text(migration.sql)])
            }
        }
    }

    /// Holds the applied migrations against ours, for a database that is only read.
    /// - Throws: `MigrationError`.
    public func check(_ migrations: [Migration]) throws {
        var applied: [String] = []
        for row in try query("SELECT name, sql FROM migrations ORDER BY name") {
            guard let name = row[0].text else { continue }
            guard let known = migrations.first(where: { $0.name == name }) else { throw MigrationError.unknown(name) }
            guard row[1].text == known.sql else { throw MigrationError.changed(name) }
            applied.append(name)
        }
        let missing = migrations.first { !applied.contains($0.name) }
        if let missing, let later = applied.last, missing.name < later {
            throw MigrationError.outOfOrder(missing.name, before: later)
        }
    }
}
