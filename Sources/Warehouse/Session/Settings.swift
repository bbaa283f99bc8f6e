import SQLite

/// What the user has settled that SQL can see: whose the warehouse is, and what it follows. Today's at every moment,
/// also as of the past.
public struct Settings: Sendable, Hashable {
    public enum Regions: Sendable, Hashable {
        case all
        case some([Int64])
    }

    public struct Party: Sendable, Hashable {
        /// character, corporation, alliance or order.
        public var kind: String
        public var id: Int64

        public init(kind: String, id: Int64) {
            self.kind = kind
            self.id = id
        }
    }

    public var owners: [Party]
    public var friends: [Party]
    public var regions: Regions
    public var watchedTypes: [Int64]

    public init(
        owners: [Party] = [], friends: [Party] = [], regions: Regions = .some([]), watchedTypes: [Int64] = []
    ) {
        self.owners = owners
        self.friends = friends
        self.regions = regions
        self.watchedTypes = watchedTypes
    }

    /// Writes the settings into tables of a schema: `main` for the file, `temp` for a reader's own.
    func write(to schema: String, of connection: Connection) throws {
        for (table, parties) in [("owners", owners), ("friends", friends)] {
            if schema == "temp" {
                try connection.execute(
                    "CREATE TEMP TABLE \(table) (kind TEXT, id INTEGER, PRIMARY KEY (kind, id)) WITHOUT ROWID")
            }
            try connection.run("DELETE FROM \(schema).\(table)")
            for party in Set(parties) {
                try connection.run(
                    "INSERT INTO \(schema).\(table) VALUES (?, ?)", [.text(party.kind), .integer(party.id)])
            }
        }
        try write(watchedTypes, to: "watched_types", "type_id", of: schema, connection)
        try writeRegions(schema, connection)
    }

    /// Ids into a table of one column, for a reader into one of its own.
    private func write(
        _ ids: [Int64], to table: String, _ column: String, of schema: String, _ connection: Connection
    ) throws {
        if schema == "temp" { try connection.execute("CREATE TEMP TABLE \(table) (\(column) INTEGER PRIMARY KEY)") }
        try connection.run("DELETE FROM \(schema).\(table)")
        for id in Set(ids) { try connection.run("INSERT INTO \(schema).\(table) VALUES (?)", [.integer(id)]) }
    }

    private func writeRegions(_ schema: String, _ connection: Connection) throws {
        guard case .some(let regions) = regions else {
            // In the file the ids as last known; for a reader, and for `each`, always the list itself.
            if schema == "temp" {
                return try connection.execute(
                    "CREATE TEMP VIEW tracked_regions AS SELECT region_id FROM main.region_ids")
            }
            try connection.run("DELETE FROM main.tracked_regions")
            try connection.run("INSERT INTO main.tracked_regions SELECT region_id FROM main.region_ids")
            return
        }
        try write(regions, to: "tracked_regions", "region_id", of: schema, connection)
    }
}
