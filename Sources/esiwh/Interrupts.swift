import Dispatch
import Glibc
import Synchronization

/// Ctrl-C and `kill`: the first asks what runs to stop cleanly, the second ends the program at once.
final class Interrupts: Sendable {
    private let count = Atomic<Int>(0)

    /// Whether somebody asked us to stop.
    var isInterrupted: Bool { count.load(ordering: .relaxed) > 0 }

    /// What a signal does; tests call it in the place of one.
    /// - Returns: whether this is the first.
    @discardableResult
    func interrupt() -> Bool { count.add(1, ordering: .relaxed).oldValue == 0 }

    /// Takes over SIGINT and SIGTERM for as long as what it returns is kept.
    func install() -> [any DispatchSourceSignal] {
        [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { [self] in
                if !interrupt() { _exit(128 + number) }
            }
            source.activate()
            return source
        }
    }

    /// Runs `body` in a task that the first signal cancels.
    /// - Parameter onInterrupt: called before that, once.
    func start<T: Sendable>(
        onInterrupt: @escaping @Sendable () -> Void = {}, running body: sending @escaping () async throws -> T
    ) -> Task<T, any Error> {
        let work = Task { try await body() }
        let watch = Task { [self] in
            while !isInterrupted { try await Task.sleep(for: .milliseconds(50)) }
            onInterrupt()
            work.cancel()
        }
        return Task {
            defer { watch.cancel() }
            return try await work.value
        }
    }
}
