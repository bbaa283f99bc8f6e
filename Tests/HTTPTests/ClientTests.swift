import Foundation
import Testing

@testable import HTTP

@Suite struct ClientTests {
    private func with<T>(
        _ answer: @escaping @Sendable (String) -> [RawServer.Step], _ body: (RawServer, Client) async throws -> T
    ) async throws -> T {
        let server = RawServer(answer)
        let client = Client()
        defer {
            client.shutdown()
            server.stop()
        }
        return try await body(server, client)
    }

    private static let plain: @Sendable (String) -> [RawServer.Step] = { _ in
        [.send(RawServer.response(Array("hi".utf8)))]
    }

    @Test func `an answer comes with status, headers and body, and the connection is used again`() async throws {
        try await with({ _ in [.send(RawServer.response(Array("hi".utf8), status: 404, headers: ["X-Pages: 7"]))] }) {
            server, client in
            for _ in 0..<3 {
                let response = try await client.send(Request(url: server.url + "/a?b=c"))
                #expect(response.status == 404)
                #expect(response.header("x-pages") == "7")
                #expect(response.body == Array("hi".utf8))
                #expect(response.wireBytes == 2)
            }
            // Two where the machine let two minutes pass between requests: libcurl takes no connection as old as that.
            #expect(server.connections < 3)
        }
    }

    @Test func `a POST goes out whole, without Expect`() async throws {
        try await with(Self.plain) { server, client in
            let body = [UInt8](repeating: UInt8(ascii: "x"), count: 5_000)
            _ = try await client.send(
                Request(
                    method: "POST", url: server.url, headers: [Header("Content-Type", "application/json")], body: body))
            let request = try #require(server.requests.first)
            #expect(request.hasPrefix("POST / HTTP/1.1\r\n"))
            #expect(request.hasSuffix(String(repeating: "x", count: 5_000)))
            #expect(!request.lowercased().contains("expect:"))
        }
    }

    @Test(arguments: [
        ("gzip", "1f8b0800000000000203cb48cdc9c957c8402701e3513d8d17000000"),
        ("zstd", "28b52ffd24176500003068656c6c6f200100994b11175eae0d"),
        ("br", "a1b000c06fa474f326aa32b46403790b79e200c701"),
    ])
    func `a compressed body is inflated, and its size on the wire is told`(encoding: String, hex: String) async throws {
        let packed = stride(from: 0, to: hex.count, by: 2).map { offset in
            UInt8(hex.dropFirst(offset).prefix(2), radix: 16)!
        }
        try await with({ _ in [.send(RawServer.response(packed, headers: ["Content-Encoding: \(encoding)"]))] }) {
            server, client in
            let response = try await client.send(Request(url: server.url))
            #expect(response.body == Array("hello hello hello hello".utf8))
            #expect(response.wireBytes == packed.count)
            #expect(server.requests.first?.contains(encoding) == true)
        }
    }

    @Test func `a body is cut off at its limit, also one that grows while it inflates`() async throws {
        let bomb = "1f8b0800000000000203cb48cdc9c957c8402701e3513d8d17000000"
        let packed = stride(from: 0, to: bomb.count, by: 2).map { UInt8(bomb.dropFirst($0).prefix(2), radix: 16)! }
        let steps: [[UInt8]] = [
            RawServer.response([UInt8](repeating: 0, count: 40)),
            RawServer.response(packed, headers: ["Content-Encoding: gzip"]),
        ]
        for (index, bytes) in steps.enumerated() {
            try await with({ _ in [.send(bytes)] }) { server, client in
                let limit = index == 0 ? 39 : 22
                let error = await #expect(throws: HTTPError.self) {
                    try await client.send(Request(url: server.url, bodyLimit: limit))
                }
                #expect(error?.kind == .bodyTooLarge)
                let whole = try await client.send(Request(url: server.url, bodyLimit: limit + 1))
                #expect(whole.status == 200)
            }
        }
    }

    @Test func `headers without end are refused`() async throws {
        let line = "X-Filler: " + String(repeating: "a", count: 60_000)
        let head = Array(("HTTP/1.1 200 OK\r\n" + String(repeating: line + "\r\n", count: 10) + "\r\n").utf8)
        try await with({ _ in [.send(head), .close] }) { server, client in
            let error = await #expect(throws: HTTPError.self) { try await client.send(Request(url: server.url)) }
            #expect(error.map { [.headersTooLarge, .protocolError].contains($0.kind) } == true)
        }
    }

    @Test func `a body that ends early is an error, as is no answer`() async throws {
        try await with({ _ in [.send(RawServer.response(Array("half".utf8), length: 100)), .close] }) {
            server, client in
            let error = await #expect(throws: HTTPError.self) { try await client.send(Request(url: server.url)) }
            #expect(error?.kind == .truncated)
        }
        try await with({ _ in [.close] }) { server, client in
            let error = await #expect(throws: HTTPError.self) { try await client.send(Request(url: server.url)) }
            #expect(error?.kind == .truncated)
        }
    }

    @Test func `no redirect is followed, so credentials stay where they were meant for`() async throws {
        let other = RawServer(Self.plain)
        defer { other.stop() }
        let location = other.url
        try await with({ _ in [.send(RawServer.response([], status: 302, headers: ["Location: \(location)/"]))] }) {
            server, client in
            let headers = [Header("Authorization", "Bearer secret")]
            let response = try await client.send(Request(url: server.url, headers: headers))
            #expect(response.status == 302)
            #expect(other.requests.isEmpty)
        }
    }

    @Test func `errors name no password, token or query`() async throws {
        let client = Client()
        defer { client.shutdown() }
        for url in [
            "http://user:hunter2@127.0.0.1:1/path?token=hunter2", "ftp://user:hunter2@127.0.0.1/?token=hunter2",
        ] {
            let error = await #expect(throws: HTTPError.self) { try await client.send(Request(url: url)) }
            #expect(error.map { !"\($0)".contains("hunter2") } == true, "\(String(describing: error))")
        }
    }

    @Test(arguments: [
        Header("User-Agent", "esiwh\r\nX-Smuggled: yes"), Header("X-One\nX-Smuggled", "yes"), Header("", "x"),
        Header("X Y", "z"), Header("X-Nul", "a\0b"),
    ])
    func `a header that would smuggle in another is refused before it is sent`(header: Header) async throws {
        try await with(Self.plain) { server, client in
            let error = await #expect(throws: HTTPError.self) {
                try await client.send(Request(url: server.url, headers: [header]))
            }
            #expect(error?.kind == .badRequest)
            #expect(server.requests.isEmpty)
        }
    }

    @Test(arguments: ["GET /x HTTP/1.1\r\nX: y", "", "PO ST"])
    func `a method that is no word is refused`(method: String) async throws {
        try await with(Self.plain) { server, client in
            let error = await #expect(throws: HTTPError.self) {
                try await client.send(Request(method: method, url: server.url))
            }
            #expect(error?.kind == .badRequest)
            #expect(server.requests.isEmpty)
        }
    }

    @Test func `time that is up ends a request`() async throws {
        try await with({ _ in [.hang] }) { server, client in
            let error = await #expect(throws: HTTPError.self) {
                try await client.send(Request(url: server.url, timeout: .milliseconds(30)))
            }
            #expect(error?.kind == .timeout)
        }
    }

    @Test func `cancelled before, during or after: each request ends once, and the client goes on`() async throws {
        let count = ProcessInfo.processInfo.environment["ESIWH_SOAK"] == "1" ? 20_000 : 2_000
        try await with({ $0.contains("/hang") ? [.hang] : Self.plain($0) }) { server, client in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<count {
                    group.addTask {
                        let task = Task {
                            try await client.send(Request(url: server.url + (index % 3 == 0 ? "/hang" : "/quick")))
                        }
                        if index % 3 != 2 { task.cancel() }
                        switch await task.result {
                        case .success(let response): #expect(response.status == 200 && index % 3 != 0)
                        case .failure(let error): #expect(error is CancellationError && index % 3 != 2, "\(error)")
                        }
                    }
                    if index % 64 == 63 { while try await group.next() != nil {} }
                }
                while try await group.next() != nil {}
            }
            let last = try await client.send(Request(url: server.url))
            #expect(last.status == 200)
        }
    }

    @Test func `shutting down fails what is under way and all that comes later`() async throws {
        try await with({ _ in [.hang] }) { server, client in
            let task = Task { try await client.send(Request(url: server.url)) }
            while server.requests.isEmpty { await Task.yield() }
            client.shutdown()
            let error = await #expect(throws: HTTPError.self) { try await task.value }
            #expect(error?.kind == .shutDown)
            let late = await #expect(throws: HTTPError.self) { try await client.send(Request(url: server.url)) }
            #expect(late?.kind == .shutDown)
        }
    }
}
