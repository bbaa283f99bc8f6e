import Glibc

/// Who is delivering what: each process at it holds a lock on one byte of a file, whose number is its lease.
///
/// The kernel gives the lock back however the process ends, so what a killed one had in hand is free at once, and what
/// a slow one has in hand never is. Open file description locks, as several connections of one process count apart.
final class LeaseLock {
    /// F_OFD_GETLK and F_OFD_SETLK of Linux, which Glibc's module leaves out.
    private static let (get, set): (Int32, Int32) = (36, 37)

    let lease: Int64
    private let descriptor: Int32

    /// - Parameters:
    ///   - path: a file beside the warehouse; made where it is missing.
    ///   - lease: a number that no other process has.
    /// - Throws: the system's error.
    init(path: String, lease: Int64) throws(LeaseError) {
        self.lease = lease
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw LeaseError(path: path, reason: String(cString: strerror(errno))) }
        var lock = Self.byte(lease)
        guard fcntl(descriptor, Self.set, &lock) == 0 else {
            let reason = String(cString: strerror(errno))
            close(descriptor)
            throw LeaseError(path: path, reason: reason)
        }
    }

    deinit { close(descriptor) }

    /// Whether another process, or another lock of this one, holds a lease.
    func isHeldElsewhere(_ lease: Int64) -> Bool {
        guard lease != self.lease else { return false }
        var lock = Self.byte(lease)
        return fcntl(descriptor, Self.get, &lock) == 0 && lock.l_type != Int16(F_UNLCK)
    }

    private static func byte(_ lease: Int64) -> flock {
        flock(l_type: Int16(F_WRLCK), l_whence: Int16(SEEK_SET), l_start: off_t(lease), l_len: 1, l_pid: 0)
    }
}

/// The file that tells who is delivering cannot be used.
public struct LeaseError: Error, Equatable, Sendable, CustomStringConvertible {
    public var path: String
    public var reason: String

    public var description: String { "\(path) cannot be locked: \(reason); check its permissions" }
}
