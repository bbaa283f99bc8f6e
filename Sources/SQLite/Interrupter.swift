internal import CSQLite
internal import Glibc

/// Interrupts a connection from any thread. It does not keep the connection open.
///
/// A statement that starts after the call runs on: to stop all that a connection does, give `setDeadline` a flag.
// @unchecked: the handle is touched under the mutex only, and SQLite lets other threads interrupt an open connection.
public final class Interrupter: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private var handle: OpaquePointer?

    init(_ handle: OpaquePointer) {
        self.handle = handle
        mutex = .allocate(capacity: 1)
        pthread_mutex_init(mutex, nil)
    }

    deinit {
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    /// Ends what the connection runs now with an interrupt error.
    public func interrupt() {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        if let handle { sqlite3_interrupt(handle) }
    }

    /// The connection closes.
    func forget() {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        handle = nil
    }
}
