internal import Dispatch

/// Runs an actor on a queue of its own: applying blocks its thread for as long as SQLite and the disk need, and Swift's
/// pool has a thread for each core only, which are wanted for decoding.
final class WriterQueue: SerialExecutor {
    private let queue = DispatchQueue(label: "esiwh.writer")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
    }
}
