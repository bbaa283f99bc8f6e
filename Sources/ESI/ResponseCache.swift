internal import CZstd
internal import Glibc
public import SQLite

/// Answers that are worth keeping, compressed, in a file of their own (`cache.sqlite`). It is only a cache: a file that
/// cannot be read is made anew, and a killed process loses at most the batch in memory.
public actor ResponseCache {
    public struct Entry: Sendable, Equatable {
        public var etag: String?
        public var lastModified: Int64?
        public var expires: Int64
        public var pages: Int?
        public var body: [UInt8]
    }

    /// An entry without its body: what tells whether to ask, and how.
    struct Head: Sendable, Equatable {
        var etag: String?
        var expires: Int64
    }

    public struct Statistics: Sendable, Equatable {
        public var entries = 0
        /// Compressed.
        public var bytes = 0
        public var inflatedBytes = 0
        public var hits = 0
        public var misses = 0
    }

    public struct Limits: Sendable {
        public var bytes = 512 << 20
        /// Seconds after which an entry that nobody used goes.
        public var timeToLive: Int64 = 7 * 86_400

        public init() {}
    }

    /// An entry on its way to the file, its body compressed.
    private struct Packed {
        var entry: Entry
        var body: [UInt8]
        var size: Int
        var storedAt: Int64

        /// With its body as it came.
        var inflated: Entry? {
            var whole = entry
            guard let body = Zstd.inflate(body, size: size) else { return nil }
            whole.body = body
            return whole
        }
    }

    private let connection: Connection
    private let limits: Limits
    private var unwritten: [String: Packed] = [:]
    /// Compressed.
    private var unwrittenBytes = 0
    private var used: [String: Int64] = [:]
    private var hits = 0
    private var misses = 0

    private static let schema = """
        CREATE TABLE responses (
            key TEXT PRIMARY KEY, etag TEXT, last_modified INTEGER, expires INTEGER NOT NULL, pages INTEGER,
            size INTEGER NOT NULL, body BLOB NOT NULL, stored_at INTEGER NOT NULL, used_at INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX responses_by_use ON responses (used_at, length(body));
        CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
        """
    private static let pragmas = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL"
    private static let applicationID: Int64 = 0x6573_6963

    /// - Parameter path: the file, or `:memory:`.
    public init(path: String, limits: Limits = Limits()) throws(SQLiteError) {
        self.limits = limits
        connection = try Self.open(path)
    }

    private static func open(_ path: String) throws(SQLiteError) -> Connection {
        let connection: Connection
        do throws(SQLiteError) {
            connection = try readable(path)
        } catch {
            guard [11 /* SQLITE_CORRUPT */, 26 /* SQLITE_NOTADB */].contains(error.code & 0xFF) else { throw error }
            for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) }
            connection = try readable(path)
        }
        try prepare(connection, path)
        return connection
    }

    private static func readable(_ path: String) throws(SQLiteError) -> Connection {
        let connection = try Connection(path: path, mode: .create)
        _ = try connection.value("SELECT count(*) FROM sqlite_schema")
        return connection
    }

    private static func prepare(_ connection: Connection, _ path: String) throws(SQLiteError) {
        let identity = try connection.value("PRAGMA application_id")?.integer
        let isEmpty = try connection.value("SELECT count(*) FROM sqlite_schema") == .integer(0)
        if identity == applicationID, try connection.value("PRAGMA user_version") == .integer(1) {
            return try connection.execute(pragmas)
        }
        guard isEmpty || identity == applicationID else {
            throw SQLiteError(code: 26, message: "\(path) is not esiwh's response cache")
        }
        try connection.execute(pragmas)
        try connection.execute("DROP TABLE IF EXISTS responses; DROP TABLE IF EXISTS counters")
        try connection.execute(schema)
        try connection.execute("PRAGMA application_id = \(applicationID); PRAGMA user_version = 1")
    }

    // MARK: Use

    /// What is kept for a key, without reading and inflating its body.
    func head(_ key: String) throws(SQLiteError) -> Head? {
        if let known = unwritten[key] { return Head(etag: known.entry.etag, expires: known.entry.expires) }
        let rows = try connection.query("SELECT etag, expires FROM responses WHERE key = ?", [.text(key)])
        guard let row = rows.first else {
            misses += 1
            return nil
        }
        return Head(etag: row[0].text, expires: row[1].integer ?? 0)
    }

    /// The kept answer for a key.
    public func entry(_ key: String, at now: Int64) throws(SQLiteError) -> Entry? {
        if let known = unwritten[key] {
            hits += 1
            return known.inflated
        }
        let rows = try connection.query(
            "SELECT etag, last_modified, expires, pages, size, body FROM responses WHERE key = ?", [.text(key)])
        guard let row = rows.first, case .blob(let packed) = row[5], let size = row[4].integer,
            let body = Zstd.inflate(packed, size: Int(size))
        else {
            misses += 1
            return nil
        }
        hits += 1
        used[key] = now
        return Entry(
            etag: row[0].text, lastModified: row[1].integer, expires: row[2].integer ?? 0,
            pages: row[3].integer.map(Int.init), body: body)
    }

    /// Keeps an answer. It is written with others, at the latest by `flush`. The caller's task compresses it: many do so
    /// at once, and what waits to be written is small.
    public nonisolated func store(_ entry: Entry, for key: String, at now: Int64) async throws {
        var head = entry
        head.body = []
        let packed = Packed(entry: head, body: Zstd.deflate(entry.body), size: entry.body.count, storedAt: now)
        try await keep(packed, key)
    }

    private func keep(_ packed: Packed, _ key: String) throws {
        unwrittenBytes += packed.body.count - (unwritten[key]?.body.count ?? 0)
        unwritten[key] = packed
        if unwritten.count >= 256 || unwrittenBytes >= 4 << 20 { try flush() }
    }

    /// Notes a 304: the kept body lives on with fresh headers.
    public func renew(_ key: String, expires: Int64, lastModified: Int64?, pages: Int?, at now: Int64) throws {
        if var known = unwritten[key] {
            known.entry.expires = expires
            known.entry.lastModified = lastModified ?? known.entry.lastModified
            known.entry.pages = pages ?? known.entry.pages
            unwritten[key] = known
            return
        }
        try connection.run(
            """
            UPDATE responses SET expires = ?2, last_modified = coalesce(?3, last_modified),
                pages = coalesce(?4, pages), used_at = ?5 WHERE key = ?1
            """,
            [.text(key), .integer(expires), lastModified.sqlValue, pages.map(Int64.init).sqlValue, .integer(now)])
    }

    /// Writes what is in memory, and drops what is over the limits.
    public func flush() throws {
        guard !unwritten.isEmpty || !used.isEmpty || hits + misses > 0 else { return }
        try connection.transaction {
            for (key, packed) in unwritten { try write(key, packed) }
            for (key, time) in used {
                try connection.run("UPDATE responses SET used_at = ? WHERE key = ?", [.integer(time), .text(key)])
            }
            for (name, count) in [("hits", hits), ("misses", misses)] {
                try connection.run(
                    "INSERT INTO counters VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = value + excluded.value",
                    [.text(name), .integer(Int64(count))])
            }
            try evict()
        }
        unwritten.removeAll()
        used.removeAll()
        (unwrittenBytes, hits, misses) = (0, 0, 0)
    }

    private func write(_ key: String, _ packed: Packed) throws {
        let entry = packed.entry
        try connection.run(
            "INSERT OR REPLACE INTO responses VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                .text(key), entry.etag.sqlValue, entry.lastModified.sqlValue, .integer(entry.expires),
                entry.pages.map(Int64.init).sqlValue, .integer(Int64(packed.size)), .blob(packed.body),
                .integer(packed.storedAt), .integer(packed.storedAt),
            ])
    }

    /// The least recently used go first.
    private func evict() throws {
        let newest = try connection.value("SELECT max(used_at) FROM responses")?.integer ?? 0
        try connection.run("DELETE FROM responses WHERE used_at < ?", [.integer(newest - limits.timeToLive)])
        try connection.run(
            """
            DELETE FROM responses WHERE key IN (
                SELECT key FROM (
                    SELECT key, sum(length(body)) OVER (ORDER BY used_at DESC, key) AS total FROM responses)
                WHERE total > ?)
              AND (SELECT sum(length(body)) FROM responses) > ?
            """, [.integer(Int64(limits.bytes)), .integer(Int64(limits.bytes))])
    }

    // MARK: Care

    public func statistics() throws(SQLiteError) -> Statistics {
        var statistics = Statistics()
        let row = try connection.query("SELECT count(*), total(length(body)), total(size) FROM responses").first
        statistics.entries = Int(row?[0].integer ?? 0) + unwritten.count
        statistics.bytes = Int(row?[1].real ?? 0) + unwrittenBytes
        statistics.inflatedBytes = Int(row?[2].real ?? 0) + unwritten.values.reduce(0) { $0 + $1.size }
        for row in try connection.query("SELECT name, value FROM counters") {
            if row[0].text == "hits" { statistics.hits = Int(row[1].integer ?? 0) }
            if row[0].text == "misses" { statistics.misses = Int(row[1].integer ?? 0) }
        }
        statistics.hits += hits
        statistics.misses += misses
        return statistics
    }

    /// Drops entries, all or only those that expired, and gives their space back.
    /// - Returns: how many.
    public func clean(expiredBefore moment: Int64? = nil) throws -> Int {
        try flush()
        let dropped = try moment.map {
            try connection.run("DELETE FROM responses WHERE expires < ?", [.integer($0)])
        }
        let all = try dropped ?? connection.run("DELETE FROM responses")
        try connection.execute("VACUUM")
        return all
    }
}

/// zstd at its fast end: a page of JSON shrinks to a sixth.
enum Zstd {
    static func deflate(_ bytes: [UInt8]) -> [UInt8] {
        let bound = ZSTD_compressBound(bytes.count)
        return [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
            let size = ZSTD_compress(buffer.baseAddress, bound, bytes, bytes.count, 1)
            count = ZSTD_isError(size) == 0 ? size : 0
        }
    }

    /// nil where the bytes are not what `deflate` made.
    static func inflate(_ bytes: [UInt8], size: Int) -> [UInt8]? {
        guard size <= 256 << 20 else { return nil }
        let inflated = [UInt8](unsafeUninitializedCapacity: max(size, 1)) { buffer, count in
            let length = ZSTD_decompress(buffer.baseAddress, size, bytes, bytes.count)
            count = ZSTD_isError(length) == 0 ? length : 0
        }
        return inflated.count == size ? inflated : nil
    }
}
