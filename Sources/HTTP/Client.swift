internal import CCurl
import Glibc

/// HTTP by libcurl: all exchanges on one thread, async outside.
///
/// The thread owns every curl handle. Others only put mail into a locked inbox and wake it with `curl_multi_wakeup`,
/// the one call that libcurl allows from another thread.
public final class Client: Sendable {
    public struct Configuration: Sendable {
        /// A file of certificates to trust instead of the system's.
        public var caFile: String?
        /// HTTP/2 carries many streams on each.
        public var connectionsPerHost = 2
        public var connectTimeout: Duration = .seconds(20)

        public init(caFile: String? = nil) {
            self.caFile = caFile
        }
    }

    private let configuration: Configuration
    private let loop: Loop

    public init(_ configuration: Configuration = Configuration()) {
        self.configuration = configuration
        loop = Loop(configuration)
    }

    deinit { loop.shutdown() }

    /// The client as the seam that others take.
    public var transport: Transport {
        Transport { [self] in try await send($0) }
    }

    /// Sends a request and waits for the whole answer.
    /// - Throws: `HTTPError`; `CancellationError` as soon as the task is cancelled, the exchange then ends at once.
    public func send(_ request: Request) async throws -> Response {
        try await run(request.url) { try Transfer(request, $0, done: $1) }
    }

    /// Has the thread begin an exchange and waits for its result.
    /// - Parameter url: where it goes, for errors.
    func run<Answer: Sendable>(
        _ url: String,
        _ begin: @escaping @Sendable (Configuration, @escaping Done<Answer>) throws -> any Exchange
    ) async throws -> Answer {
        let id = loop.nextID()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let done: Done<Answer> = { [loop] result in
                    loop.isAnswered(id)
                    continuation.resume(with: result)
                }
                let work = Loop.Work(url: url, begin: { try begin($0, done) }, fail: { done(.failure($0)) })
                loop.post(.start(id, work))
            }
        } onCancel: {
            loop.post(.cancel(id))
        }
    }

    typealias Done<Answer> = @Sendable (Result<Answer, any Error>) -> Void

    /// Ends what is under way with an error and waits for the thread. Sending afterwards fails.
    public func shutdown() { loop.shutdown() }
}

/// What is under way with one curl handle, on the loop's thread only. It answers whoever waits, exactly once.
protocol Exchange: AnyObject {
    var easy: UnsafeMutableRawPointer { get }
    var url: String { get }
    /// libcurl is done with it.
    func finish(_ code: CURLcode)
    /// It ends unfinished.
    func fail(_ error: any Error)
}

/// The thread and its inbox.
final class Loop: Sendable {
    /// What to begin, and how to say that it cannot be.
    struct Work: Sendable {
        var url: String
        var begin: @Sendable (Client.Configuration) throws -> any Exchange
        var fail: @Sendable (any Error) -> Void
    }

    enum Mail: Sendable {
        case start(UInt64, Work)
        case cancel(UInt64)
    }

    private struct State {
        var inbox: [Mail] = []
        var nextID: UInt64 = 0
        /// Ids without an answer yet: a cancellation of any other comes too late.
        var pending: Set<UInt64> = []
        var isClosed = false
        var thread: pthread_t?
    }

    private let configuration: Client.Configuration
    private let state = Locked(State())
    // libcurl's multi handle: made here, used by the thread alone but for the wake-up.
    nonisolated(unsafe) private let multi: OpaqueMulti

    typealias OpaqueMulti = UnsafeMutableRawPointer

    private static let isInitialised: Bool = {
        _ = esiwh_give_back_large_blocks()  // where it is refused, memory is only higher
        return esiwh_global_init() == CURLE_OK
    }()

    init(_ configuration: Client.Configuration) {
        precondition(Self.isInitialised, "libcurl cannot be initialised")
        self.configuration = configuration
        guard let multi = curl_multi_init() else { fatalError("libcurl: out of memory") }
        self.multi = multi
        _ = esiwh_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, configuration.connectionsPerHost)
        _ = esiwh_multi_set_long(multi, CURLMOPT_PIPELINING, Int(CURLPIPE_MULTIPLEX))
        let context = Unmanaged.passRetained(self).toOpaque()
        var thread = pthread_t()
        let code = pthread_create(
            &thread, nil,
            { context in
                Unmanaged<Loop>.fromOpaque(context!).takeUnretainedValue().run()  // retained by init, below
                return nil
            }, context)
        precondition(code == 0, "no thread for HTTP")
        state.withLock { $0.thread = thread }
    }

    func nextID() -> UInt64 {
        state.withLock {
            $0.nextID += 1
            $0.pending.insert($0.nextID)
            return $0.nextID
        }
    }

    func isAnswered(_ id: UInt64) {
        state.withLock { _ = $0.pending.remove(id) }
    }

    func post(_ mail: Mail) {
        let isClosed = state.withLock { state in
            if !state.isClosed {
                state.inbox.append(mail)
                curl_multi_wakeup(multi)
            }
            return state.isClosed
        }
        guard isClosed, case .start(_, let work) = mail else { return }
        work.fail(HTTPError(.shutDown, "the client is shut down", url: work.url))
    }

    func shutdown() {
        let thread = state.withLock { state in
            defer { state.thread = nil }
            state.isClosed = true
            if state.thread != nil { curl_multi_wakeup(multi) }
            return state.thread
        }
        guard let thread else { return }
        pthread_join(thread, nil)
        Unmanaged.passUnretained(self).release()  // what the thread held
    }

    private func run() {
        var transfers: [UInt64: any Exchange] = [:]
        var ids: [UnsafeMutableRawPointer: UInt64] = [:]
        // A cancellation may overtake its start: `onCancel` runs at once in a task that is cancelled already.
        var cancelledEarly: Set<UInt64> = []
        while true {
            let (mail, isClosed) = state.withLock { state in
                defer { state.inbox.removeAll() }
                return (state.inbox, state.isClosed)
            }
            for letter in mail { handle(letter, &transfers, &ids, &cancelledEarly) }
            if isClosed { break }
            // A transfer that ends makes room for one that waited for its connection.
            var running: Int32 = 0
            repeat { curl_multi_perform(multi, &running) } while finishDone(&transfers, &ids)
            // Idle, only mail can bring work; else libcurl is looked after at least twice a second.
            curl_multi_poll(multi, nil, 0, transfers.isEmpty ? 60_000 : 500, nil)
        }
        for (_, transfer) in transfers {
            curl_multi_remove_handle(multi, transfer.easy)
            transfer.fail(HTTPError(.shutDown, "the client was shut down", url: transfer.url))
        }
        curl_multi_cleanup(multi)
    }

    private func handle(
        _ mail: Mail, _ transfers: inout [UInt64: any Exchange], _ ids: inout [UnsafeMutableRawPointer: UInt64],
        _ cancelledEarly: inout Set<UInt64>
    ) {
        switch mail {
        case .start(let id, let work):
            if cancelledEarly.remove(id) != nil {
                work.fail(CancellationError())
                return
            }
            do {
                let transfer = try work.begin(configuration)
                guard curl_multi_add_handle(multi, transfer.easy) == CURLM_OK else {
                    throw HTTPError(.protocolError, "libcurl took no more work", url: work.url)
                }
                transfers[id] = transfer
                ids[transfer.easy] = id
            } catch {
                work.fail(error)
            }
        case .cancel(let id):
            guard let transfer = transfers.removeValue(forKey: id) else {
                if state.withLock({ $0.pending.contains(id) }) { cancelledEarly.insert(id) }
                return
            }
            ids[transfer.easy] = nil
            curl_multi_remove_handle(multi, transfer.easy)
            transfer.fail(CancellationError())
        }
    }

    /// Answers what has ended; whether anything had.
    private func finishDone(
        _ transfers: inout [UInt64: any Exchange], _ ids: inout [UnsafeMutableRawPointer: UInt64]
    ) -> Bool {
        var left: Int32 = 0
        var hasEnded = false
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle else { continue }
            // Read before the handle is removed: the message lives in it.
            let result = esiwh_result(message)
            curl_multi_remove_handle(multi, easy)
            guard let id = ids.removeValue(forKey: easy), let transfer = transfers.removeValue(forKey: id) else {
                continue
            }
            transfer.finish(result)
            hasEnded = true
        }
        return hasEnded
    }
}
