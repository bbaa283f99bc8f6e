internal import FlyingFox
internal import FlyingSocks
import Glibc

/// FlyingFox's pool, with the sockets told to send at once.
///
/// FlyingFox writes an answer's head and its body apart. With Nagle's algorithm the body then waits for the client's
/// delayed acknowledgement of the head: 40 ms for each request, a minute for a small universe.
struct PromptPool<Pool: AsyncSocketPool>: AsyncSocketPool {
    let pool: Pool

    func prepare() async throws { try await pool.prepare() }

    func run() async throws { try await pool.run() }

    func suspendSocket(_ socket: Socket, untilReadyFor events: Socket.Events) async throws {
        var yes: Int32 = 1
        // Connections inherit it from the listening socket. One that refuses is slow, and right.
        setsockopt(socket.file.rawValue, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
        try await pool.suspendSocket(socket, untilReadyFor: events)
    }
}
