import Foundation

/// A server on loopback that says exactly the bytes it is told, so that faults can be made.
final class RawServer: @unchecked Sendable {
    // Unchecked: everything but the counters is written before the thread starts, and the lock guards those.

    /// What is done with a request: bytes to send, then whether to go on with the connection.
    enum Step {
        case send([UInt8])
        /// Says nothing until the peer goes away.
        case hang
        case close
    }

    let port: UInt16
    private let listener: Int32
    private let answer: @Sendable (String) -> [Step]
    private let lock = NSLock()
    private var seen: [String] = []
    private var accepted = 0

    var url: String { "http://127.0.0.1:\(port)" }
    /// Requests, each with its head and body.
    var requests: [String] { lock.withLock { seen } }
    var connections: Int { lock.withLock { accepted } }

    init(_ answer: @escaping @Sendable (String) -> [Step]) {
        self.answer = answer
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let listener = listener
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                precondition(bind(listener, $0, length) == 0 && listen(listener, 512) == 0)
                getsockname(listener, $0, &length)
            }
        }
        port = UInt16(bigEndian: address.sin_port)
        Thread.detachNewThread { [self] in
            while true {
                let connection = accept(listener, nil, nil)
                guard connection >= 0 else {
                    // Closed here and not in stop(): else the next accept might meet another server's socket of that number.
                    close(listener)
                    return
                }
                lock.withLock { accepted += 1 }
                Thread.detachNewThread { self.serve(connection) }
            }
        }
    }

    func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
    }

    private func serve(_ connection: Int32) {
        defer { close(connection) }
        while let request = Self.read(connection) {
            lock.withLock { seen.append(request) }
            for step in answer(request) {
                switch step {
                case .send(let bytes): guard Self.write(bytes, connection) else { return }
                case .hang:
                    var byte: UInt8 = 0
                    while recv(connection, &byte, 1, 0) > 0 {}
                    return
                case .close: return
                }
            }
        }
    }

    private static func write(_ bytes: [UInt8], _ connection: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    private static func read(_ connection: Int32) -> String? {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let text = String(decoding: bytes, as: UTF8.self)
            if let end = text.range(of: "\r\n\r\n") {
                let length = text.range(of: "Content-Length: ").flatMap {
                    Int(text[$0.upperBound...].prefix { $0.isNumber })
                }
                if text[end.upperBound...].utf8.count >= length ?? 0 { return text }
            }
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return nil }
            bytes += buffer[..<count]
        }
    }

    static func response(_ body: [UInt8], status: Int = 200, headers: [String] = [], length: Int? = nil) -> [UInt8] {
        let lines = ["HTTP/1.1 \(status) Word", "Content-Length: \(length ?? body.count)"] + headers
        return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body
    }
}
