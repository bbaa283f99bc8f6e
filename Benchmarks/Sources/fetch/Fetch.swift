import FoundationEssentials
import Glibc
import HTTP

/// `fetch URL PAGES STREAMS CONNECTIONS CAFILE`: pages 1 to PAGES of URL, STREAMS at a time, by the product's client; where PAGES
/// is a file, the paths that it lists.
/// Prints `#wall=… #cpu=…` in milliseconds, and the bytes as received and inflated.
@main struct Fetch {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 6, let paths = paths(arguments[2]), let streams = Int(arguments[3]),
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
        let (wire, body) = try await fetchAll(client, paths.map { arguments[1] + $0 }, streams)
        let wall = (clock.now - start) / .milliseconds(1)
        print("#wall=\(wall)\n#cpu=\(cpuMilliseconds() - cpu)\n#wire=\(wire)\n#body=\(body)")
        client.shutdown()
    }

    private static func paths(_ pages: String) -> [String]? {
        if let count = Int(pages) { return (1...max(count, 1)).map { "/\($0).json" } }
        // nil: there is no such file, which the usage tells.
        guard let list = try? String(contentsOfFile: pages, encoding: .utf8) else { return nil }
        return list.split(separator: "\n").map(String.init)
    }

    private static func fetchAll(
        _ client: Client, _ urls: [String], _ streams: Int
    ) async throws -> (wire: Int, body: Int) {
        try await withThrowingTaskGroup(of: Response.self) { group in
            var rest = urls[...]
            var (wire, body) = (0, 0)
            func add() {
                guard let url = rest.popFirst() else { return }
                group.addTask { try await client.send(Request(url: url)) }
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
