import Foundation
import Testing

@testable import HTTP

/// Against a real web server with a throw-away certificate authority: TLS, HTTP/2, gzip.
@Suite struct SecureTests {
    private static let nginx = ["/usr/sbin/nginx", "/usr/bin/nginx"].first {
        FileManager.default.isExecutableFile(atPath: $0)
    }

    private final class Nginx {
        let folder = NSTemporaryDirectory() + "esiwh-nginx-\(UUID().uuidString)"
        var ca: String { folder + "/ca.pem" }
        var url: String { "https://localhost:\(port)" }
        private let port = UInt16.random(in: 20_000...29_999)
        private let process = Process()

        init(_ program: String) throws {
            try FileManager.default.createDirectory(atPath: folder + "/www", withIntermediateDirectories: true)
            try run(
                "openssl", "req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=esiwh-test -keyout ca.key -out ca.pem")
            try run("openssl", "req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout key.pem -out csr.pem")
            try "subjectAltName=DNS:localhost".write(toFile: folder + "/ext", atomically: true, encoding: .utf8)
            try run(
                "openssl",
                "x509 -req -in csr.pem -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile ext -out cert.pem")
            try String(repeating: "[1,2,3]\n", count: 5_000).write(
                toFile: folder + "/www/page.json", atomically: true, encoding: .utf8)
            let user = getuid() == 0 ? "user root;" : ""
            let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
                .map { "\($0)_temp_path \(folder)/\($0);" }.joined(separator: "\n")
            try """
            \(user) daemon off; pid \(folder)/pid; error_log stderr; worker_processes 1;
            events { worker_connections 256; }
            http {
                access_log off; \(temporary)
                types { application/json json; } gzip on; gzip_types application/json; gzip_min_length 10;
                server {
                    listen 127.0.0.1:\(port) ssl http2; ssl_certificate \(folder)/cert.pem;
                    ssl_certificate_key \(folder)/key.pem; root \(folder)/www;
                }
            }
            """.write(toFile: folder + "/nginx.conf", atomically: true, encoding: .utf8)
            process.executableURL = URL(fileURLWithPath: program)
            process.arguments = ["-e", folder + "/error.log", "-c", folder + "/nginx.conf", "-p", folder]
            process.standardError = FileHandle.nullDevice
            try process.run()
        }

        private func run(_ program: String, _ arguments: String) throws {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = [program] + arguments.split(separator: " ").map(String.init)
            process.currentDirectoryURL = URL(fileURLWithPath: folder)
            process.standardError = FileHandle.nullDevice
            process.standardOutput = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
            #expect(process.terminationStatus == 0, "\(program) \(arguments)")
        }

        /// Until it answers: each try is an event of the network's, not of a clock.
        func waitUntilUp(_ client: Client) async throws {
            for _ in 0..<10_000 {
                do {
                    _ = try await client.send(Request(url: url + "/page.json"))
                    return
                } catch let error as HTTPError where error.kind == .connect {
                    await Task.yield()
                }
            }
        }

        func stop() {
            process.terminate()
            process.waitUntilExit()
            try? FileManager.default.removeItem(atPath: folder)  // a folder left behind is no failure of the test
        }
    }

    @Test(.enabled(if: nginx != nil, "nginx is not installed; ./dev setup installs it"))
    func `many streams share a verified HTTP 2 connection, and an unknown authority is refused`() async throws {
        let server = try Nginx(try #require(Self.nginx))
        defer { server.stop() }
        let client = Client(Client.Configuration(caFile: server.ca))
        defer { client.shutdown() }
        try await server.waitUntilUp(client)
        let url = server.url + "/page.json"
        let responses = try await withThrowingTaskGroup(of: Response.self) { group in
            for _ in 0..<100 { group.addTask { try await client.send(Request(url: url)) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(responses.count == 100)
        #expect(responses.allSatisfy { $0.httpVersion == "2" && $0.body.count == 40_000 && $0.wireBytes < 2_000 })

        let stranger = Client()
        defer { stranger.shutdown() }
        let error = await #expect(throws: HTTPError.self) { try await stranger.send(Request(url: url)) }
        #expect(error?.kind == .tls)
    }
}
