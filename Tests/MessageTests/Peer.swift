import Foundation

/// A program of Tests/Peers, spoken to by lines: each of its own is a JSON object.
final class Peer {
    let port: Int
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private var unread: [UInt8] = []

    struct Gone: Error {}

    /// Debian's aiosmtpd is a module of Debian's Python.
    static let hasMailServer = run("/usr/bin/python3", ["-c", "import aiosmtpd"]) == 0

    /// A mail server whose certificate is `cert.pem` in the folder.
    static func mail(_ folder: String, _ arguments: String...) throws -> Peer {
        try Peer("/usr/bin/python3", "mail.py", [folder] + arguments)
    }

    static func webhook() throws -> Peer { try Peer("/usr/bin/env", "webhook.py", []) }

    private init(_ program: String, _ script: String, _ arguments: [String]) throws {
        let path = URL(filePath: #filePath).deletingLastPathComponent().path + "/../Peers/" + script
        process.executableURL = URL(filePath: program)
        process.arguments = (program.hasSuffix("env") ? ["python3"] : []) + [path] + arguments
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        let first = try Self.next(output, &unread)
        port = first["port"] as? Int ?? 0
    }

    /// Its end of file is the peer's sign to go.
    deinit {
        try? input.fileHandleForWriting.close()  // a peer that has gone already has closed it
        process.waitUntilExit()
    }

    /// Waits for its next line.
    func next() throws -> [String: Any] { try Self.next(output, &unread) }

    /// Says a line, and waits until it was heard.
    func say(_ line: String) throws {
        try input.fileHandleForWriting.write(contentsOf: Data("\(line)\n".utf8))
        _ = try next()
    }

    /// The next message that the mail server took.
    func message() throws -> Received { Received(try next()["message"] as? [String: Any] ?? [:]) }

    /// The next request that the receiver of webhooks was sent.
    func request() throws -> (path: String, headers: [String: String], body: String) {
        let request = try next()["request"] as? [String: Any] ?? [:]
        return (
            request["path"] as? String ?? "", request["headers"] as? [String: String] ?? [:],
            request["body"] as? String ?? ""
        )
    }

    private static func next(_ pipe: Pipe, _ unread: inout [UInt8]) throws -> [String: Any] {
        while true {
            if let end = unread.firstIndex(of: 10) {
                let line = Data(unread[..<end])
                unread.removeSubrange(...end)
                return try JSONSerialization.jsonObject(with: line) as? [String: Any] ?? [:]
            }
            // What should come comes at once; a test that waits for what never comes is to fail, not to hang.
            var state = pollfd(fd: pipe.fileHandleForReading.fileDescriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&state, 1, 60_000) > 0 else { throw Gone() }
            let more = pipe.fileHandleForReading.availableData
            guard !more.isEmpty else { throw Gone() }
            unread += more
        }
    }

    static func run(_ program: String, _ arguments: [String]) -> Int32 {
        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        do { try process.run() } catch { return -1 }
        process.waitUntilExit()
        return process.terminationStatus
    }
}

/// A mail as Python's parser understands it.
struct Received {
    let from: String
    let to: [String]
    let user: String?
    let isEncrypted: Bool
    let headers: [(name: String, value: String)]
    let defects: [String]
    let type: String
    let text: String
    let html: String
    /// The longest line, in bytes.
    let width: Int
    /// Line feeds without a return before them.
    let bareFeeds: Int
    let source: String

    init(_ object: [String: Any]) {
        from = object["from"] as? String ?? ""
        to = object["to"] as? [String] ?? []
        user = object["user"] as? String
        isEncrypted = object["tls"] as? Bool ?? false
        headers = (object["headers"] as? [[String]] ?? []).map { ($0[0], $0[1]) }
        defects = object["defects"] as? [String] ?? []
        type = object["type"] as? String ?? ""
        let parts = object["parts"] as? [String: String] ?? [:]
        text = parts["text/plain"] ?? ""
        html = parts["text/html"] ?? ""
        width = object["lines"] as? Int ?? 0
        bareFeeds = object["bare"] as? Int ?? -1
        source = object["source"] as? String ?? ""
    }

    func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
    func count(_ name: String) -> Int { headers.count { $0.name == name } }
}

/// A folder of a test's own, gone when the test ends.
final class Folder {
    let path = NSTemporaryDirectory() + "esiwh-messages-\(UUID().uuidString)"

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: path) }  // what stays behind is in the temporary folder

    func write(_ text: String, to name: String, mode: Int = 0o644) throws {
        let file = URL(filePath: path + "/" + name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file.path)
    }
}
