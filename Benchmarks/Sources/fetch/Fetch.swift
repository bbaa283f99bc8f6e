import Glibc
import HTTP

/// `fetch URL PAGES STREAMS CONNECTIONS CAFILE`: pages 1 to PAGES of URL, STREAMS at a time, by the product's client.
/// Prints `#wall=… #cpu=…` in milliseconds, and the bytes as received and inflated.
@main struct Fetch {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 6, let pages = Int(arguments[2]), let streams = Int(arguments[3]),
            let connections = Int(arguments[4])
        else {
            print("usage: fetch URL PAGES STREAMS CONNECTIONS CAFILE")
            exit(64)
        }
        var configuration = Client.Configuration(caFile: arguments[5])
        configuration.connectionsPerHost = connections
        let client = Client(configuration)
        let clock = ContinuousClock()
        let (start, cpu) = (clock.now, cpuMilliseconds())
        let (wire, body) = try await fetchAll(client, arguments[1], pages, streams)
        let wall = (clock.now - start) / .milliseconds(1)
        print("#wall=\(wall)\n#cpu=\(cpuMilliseconds() - cpu)\n#wire=\(wire)\n#body=\(body)")
        client.shutdown()
    }

    static func fetchAll(
        _ client: Client, _ url: String, _ pages: Int, _ streams: Int
    ) async throws -> (wire: Int, body: Int) {
        try await withThrowingTaskGroup(of: Response.self) { group in
            var next = 1
            var (wire, body) = (0, 0)
            func add() {
                guard next <= pages else { return }
                let page = next
                next += 1
                group.addTask { try await client.send(Request(url: "\(url)/\(page).json")) }
            }
            for _ in 0..<streams { add() }
            while let response = try await group.next() {
                guard response.status == 200, response.httpVersion == "2" else {
                    fatalError("status \(response.status) by HTTP/\(response.httpVersion)")
                }
                wire += response.wireBytes
                body += response.body.count
                add()
            }
            return (wire, body)
        }
    }

    static func cpuMilliseconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) * 1000 + Double(time.tv_nsec) / 1_000_000
    }
}
