import Foundation
import SQLite
import Testing

@testable import ESI

@Suite struct ResponseCacheTests {
    private func withFile(_ body: (String) async throws -> Void) async throws {
        let path = NSTemporaryDirectory() + "esiwh-cache-\(UUID().uuidString).sqlite"
        defer {
            for suffix in ["", "-wal", "-shm"] {
                try? FileManager.default.removeItem(atPath: path + suffix)  // not every file was made
            }
        }
        try await body(path)
    }

    /// Bytes that zstd cannot shrink.
    private func noise(_ seed: UInt64, _ count: Int = 1000) -> [UInt8] {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 33)
        }
    }

    private func entry(_ body: [UInt8], expires: Int64 = 500) -> ResponseCache.Entry {
        ResponseCache.Entry(etag: "W/\"e\"", lastModified: 100, expires: expires, pages: 3, body: body)
    }

    @Test func `what is kept is the same in memory, after a flush and in the next process`() async throws {
        try await withFile { path in
            let cache = try ResponseCache(path: path)
            let kept = entry(noise(1))
            try await cache.store(kept, for: "a", at: 10)
            try await cache.store(entry([]), for: "empty", at: 10)
            #expect(try await cache.entry("a", at: 11) == kept)
            try await cache.flush()
            #expect(try await cache.entry("a", at: 12) == kept)
            let next = try ResponseCache(path: path)
            #expect(try await next.entry("a", at: 13) == kept)
            #expect(try await next.entry("empty", at: 13)?.body == [])
            #expect(try await next.entry("b", at: 13) == nil)
            let statistics = try await next.statistics()
            #expect(statistics.entries == 2)
            #expect((statistics.hits, statistics.misses) == (3, 1), "one hit was told by the first process's flush")
        }
    }

    @Test(arguments: [false, true])
    func `a 304 renews the headers and leaves the body`(isFlushed: Bool) async throws {
        let cache = try ResponseCache(path: ":memory:")
        try await cache.store(entry(noise(1)), for: "a", at: 10)
        if isFlushed { try await cache.flush() }
        try await cache.renew("a", expires: 900, lastModified: 600, pages: nil, at: 20)
        var renewed = entry(noise(1), expires: 900)
        renewed.lastModified = 600
        #expect(try await cache.entry("a", at: 21) == renewed)
    }

    @Test func `over the limit, the least recently used go`() async throws {
        var limits = ResponseCache.Limits()
        limits.bytes = 3500
        let cache = try ResponseCache(path: ":memory:", limits: limits)
        for index in 1...3 { try await cache.store(entry(noise(UInt64(index))), for: "\(index)", at: Int64(index)) }
        try await cache.flush()
        #expect(try await cache.entry("1", at: 10) != nil)
        try await cache.store(entry(noise(4)), for: "4", at: 11)
        try await cache.flush()
        #expect(try await cache.entry("2", at: 12) == nil, "the one that nobody used for longest")
        for key in ["1", "3", "4"] { #expect(try await cache.entry(key, at: 12) != nil, "\(key)") }
    }

    @Test func `what nobody used for its time to live goes`() async throws {
        var limits = ResponseCache.Limits()
        limits.timeToLive = 100
        let cache = try ResponseCache(path: ":memory:", limits: limits)
        for key in ["old", "used"] { try await cache.store(entry(noise(1)), for: key, at: 0) }
        try await cache.flush()
        _ = try await cache.entry("used", at: 90)
        try await cache.store(entry(noise(2)), for: "new", at: 150)
        try await cache.flush()
        #expect(try await cache.entry("old", at: 150) == nil)
        #expect(try await cache.entry("used", at: 150) != nil)
    }

    @Test func `cleaning drops all, or what has expired`() async throws {
        let cache = try ResponseCache(path: ":memory:")
        for (key, expires) in [("a", 100), ("b", 300)] {
            try await cache.store(entry(noise(1), expires: Int64(expires)), for: key, at: 0)
        }
        #expect(try await cache.clean(expiredBefore: 200) == 1)
        #expect(try await cache.entry("b", at: 200) != nil)
        #expect(try await cache.clean() == 1)
        #expect(try await cache.statistics().entries == 0)
    }

    @Test func `a file that cannot be read is made anew, as it is only a cache`() async throws {
        try await withFile { path in
            try Data(noise(7, 10_000)).write(to: URL(fileURLWithPath: path))
            let cache = try ResponseCache(path: path)
            try await cache.store(entry(noise(1)), for: "a", at: 0)
            try await cache.flush()
            #expect(try await ResponseCache(path: path).entry("a", at: 1) != nil)
        }
    }

    @Test func `another program's database is refused and left alone`() async throws {
        try await withFile { path in
            try Connection(path: path, mode: .create).execute("CREATE TABLE mine (x); INSERT INTO mine VALUES (1)")
            #expect(throws: SQLiteError.self) { try ResponseCache(path: path) }
            let count = try Connection(path: path, mode: .readOnly).value("SELECT count(*) FROM mine")
            #expect(count == .integer(1))
        }
    }
}
