public import SQLite

/// A build of CCP's static data export: numbered, and true from its release on.
public struct Build: Sendable, Hashable {
    public var number: Int64
    /// Unix seconds.
    public var releasedAt: Int64

    public init(number: Int64, releasedAt: Int64) {
        self.number = number
        self.releasedAt = releasedAt
    }
}

/// How a build stands to the newest one that the warehouse has.
public enum BuildOrder: Sendable, Hashable {
    case first, newer, same
    /// Refused as stale (invariant 6).
    case older(than: Build)
    /// Number and release disagree with what is recorded: the two would be mistaken for each other.
    case contradicts(Build)

    init(_ build: Build, after newest: Build?) {
        guard let newest else {
            self = .first
            return
        }
        let isLater = build.releasedAt > newest.releasedAt
        switch build.number {
        case newest.number: self = build == newest ? .same : .contradicts(newest)
        case ..<newest.number: self = isLater ? .contradicts(newest) : .older(than: newest)
        default: self = isLater ? .newer : .contradicts(newest)
        }
    }
}

extension Warehouse {
    public func newestBuild() throws(SQLiteError) -> Build? {
        let rows = try connection.query("SELECT build, released_at FROM main.builds ORDER BY build DESC LIMIT 1")
        return rows.first.map { Build(number: $0[0].integer ?? 0, releasedAt: $0[1].integer ?? 0) }
    }

    public func order(of build: Build) throws(SQLiteError) -> BuildOrder {
        BuildOrder(build, after: try newestBuild())
    }

    /// Applies all that one file of a build holds, or nothing of it, in one transaction.
    /// - Throws: `DecodeError` where its rows contradict each other.
    public func apply(
        _ snapshots: [Snapshot], of build: Build, source: String, run: Int64? = nil
    ) throws -> [Attempt] {
        try connection.transaction {
            try connection.run(
                "INSERT INTO main.builds VALUES (?, ?, ?, ?) ON CONFLICT (build) DO NOTHING",
                [
                    .integer(build.number), .integer(build.releasedAt), .integer(snapshots.first?.fetchedAt ?? 0),
                    .text(source),
                ])
            return try snapshots.map { try apply($0, run) }
        }
    }
}
