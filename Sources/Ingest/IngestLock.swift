import FoundationEssentials
import Glibc

/// One ingest at a time. The kernel gives the lock back however its holder ends.
public final class IngestLock {
    /// Another process ingests.
    public struct Held: Error, Equatable, Sendable, CustomStringConvertible {
        /// As the holder wrote it: its process id and since when.
        public var holder: String

        public var description: String { "another ingest is running (\(holder))" }
    }

    private let descriptor: Int32

    /// - Parameter since: the moment for people to read.
    /// - Throws: `Held`.
    public init(path: String, since: String) throws(Held) {
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Held(holder: "\(path) cannot be opened") }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let text = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
            close(descriptor)
            throw Held(holder: text.flatMap { $0.isEmpty ? nil : $0 } ?? "its lock is \(path)")
        }
        let text = Array("process \(getpid()) since \(since)".utf8)
        ftruncate(descriptor, 0)
        pwrite(descriptor, text, text.count, 0)
    }

    deinit {
        ftruncate(descriptor, 0)
        close(descriptor)
    }
}
