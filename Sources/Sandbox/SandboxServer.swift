internal import FlyingFox
internal import FlyingSocks
import Foundation

/// ESI as far as a client can tell, on a loopback port.
public final class SandboxServer: Sendable {
    public let universe: Universe
    public let clock: SandboxClock
    private let state: SandboxState
    private let server: HTTPServer
    private let task: Task<Void, any Error>
    /// `http://127.0.0.1:PORT`
    public let url: String

    /// Starts a server and returns once it listens.
    /// - Parameters:
    ///   - port: 0 for any.
    ///   - ticks: whether the clock runs on by itself, or stands until it is moved.
    ///   - replay: serve these recordings instead of a universe.
    public init(
        universe: Universe, port: UInt16 = 0, ticks: Bool = false, replay: Replay? = nil
    ) async throws {
        self.universe = universe
        clock = SandboxClock(now: universe.start, ticks: ticks)
        let state = SandboxState(clock)
        self.state = state
        let exchange = Exchange(answers: Answers(universe: universe), state: state, replay: replay)
        let control = Control(universe: universe, clock: clock, state: state)
        let server = HTTPServer(
            address: try .inet(ip4: "127.0.0.1", port: port), timeout: 120,
            pool: PromptPool(pool: HTTPServer.defaultPool()), logger: .disabled,
            handler: ClosureHTTPHandler { request in
                let ask = try await Exchange.Ask(request)
                if let reply = await control.reply(to: ask) { return await reply.response() }
                return await exchange.reply(to: ask).response()
            })
        self.server = server
        task = Task { try await server.run() }
        // Longer than the default of 5 s: dozens of them start at once in the suite, perhaps on a busy machine.
        try await server.waitUntilListening(timeout: 120)
        guard case .ip4(_, let bound) = await server.listeningAddress else { throw SandboxError.notListening }
        url = "http://127.0.0.1:\(bound)"
    }

    /// Waits until the server ends.
    public func wait() async throws { try await task.value }

    public func stop() async {
        await server.stop()
        task.cancel()
    }

    // MARK: Control, for tests in the same process

    public var now: Int { get async { clock.now } }
    public func advance(_ seconds: Int) async { clock.advance(seconds) }
    public func add(_ fault: Fault) async { await state.add(fault) }
    public func clearFaults() async { await state.clearFaults() }

    /// Requests so far: method, path with query, and status.
    public func log() async -> [(
        method: String, path: String, status: Int, errorsRemaining: Int, tokensRemaining: Int?
    )] {
        await state.lines().map { ($0.method, $0.path, $0.status, $0.errorsRemaining, $0.tokensRemaining) }
    }

    public func clearLog() async { await state.clearLog() }

    /// How the limits were kept since the server began: requests behind the end of a budget that the client itself had
    /// spent, requests before what was shown had expired with the last one's path, and the least that was left of each
    /// budget.
    public func limits() async -> (
        overErrors: Int, overTokens: Int, early: Int, earlyPath: String?, leastErrors: Int, leastTokens: Int
    ) {
        let account = await state.account
        return (
            account.overErrors, account.overTokens, account.early, account.earlyPath, account.leastErrors,
            account.leastTokens
        )
    }
}

public enum SandboxError: Error {
    case notListening
}

extension Exchange.Ask {
    init(_ request: HTTPRequest) async throws {
        method = request.method.rawValue
        path = request.path
        query = Dictionary(request.query.map { ($0.name, $0.value) }) { $1 }
        headers = [:]
        for (header, value) in request.headers { headers[header.rawValue.lowercased()] = value }
        body = Array(try await request.bodyData)
    }
}

extension Reply {
    func response() async -> HTTPResponse {
        if delay > 0 {
            try? await Task.sleep(for: .seconds(delay))  // a cancelled wait only answers sooner
        }
        var fields = HTTPHeaders()
        for (name, value) in headers { fields[HTTPHeader(name)] = value }
        let code = HTTPStatusCode(status, phrase: "Status")
        guard ending == .whole else {
            let sent = ending == .cut ? body.count / 2 : 0
            return HTTPResponse(
                statusCode: code, headers: fields,
                body: HTTPBodySequence(from: Broken(bytes: Array(body.prefix(sent))), count: max(body.count, 1)))
        }
        return HTTPResponse(statusCode: code, headers: fields, body: Data(body))
    }
}

/// A body that breaks off: the connection ends in its midst.
private struct Broken: AsyncBufferedSequence {
    typealias Element = UInt8

    struct Cut: Error {}

    let bytes: [UInt8]

    func makeAsyncIterator() -> Iterator { Iterator(rest: bytes[...]) }

    struct Iterator: AsyncBufferedIteratorProtocol {
        var rest: ArraySlice<UInt8>

        mutating func next() async throws -> UInt8? {
            guard let byte = rest.popFirst() else { throw Cut() }
            return byte
        }

        mutating func nextBuffer(suggested count: Int) async throws -> ArraySlice<UInt8>? {
            guard !rest.isEmpty else { throw Cut() }
            defer { rest = rest.dropFirst(count) }
            return rest.prefix(count)
        }
    }
}
