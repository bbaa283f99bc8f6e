import Foundation

/// Recorded answers, served as they were: pairs of `NAME.http.json` (request, status, headers) and `NAME.body.json`.
public struct Replay: Sendable {
    private struct Recording: Decodable {
        struct Request: Decodable {
            var method: String?
            var uri: String
        }
        var request: Request
        var status: Int
        var headers: [String: String]
    }

    private struct Key: Hashable {
        var method: String
        var parts: [String]
        var query: [String: String]
    }

    private let replies: [Key: Reply]
    /// Recorded 304s: only for who sends a validator.
    private let notModified: [Key: Reply]

    /// - Throws: what reading or decoding a recording throws.
    public init(folder: String) throws {
        var replies: [Key: Reply] = [:]
        var notModified: [Key: Reply] = [:]
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix(".http.json") }
        for name in names.sorted() {
            let path = folder + "/" + name
            let recording = try JSONDecoder().decode(Recording.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
            let body = FileManager.default.contents(atPath: path.dropLast(10) + ".body.json")
            guard let url = URLComponents(string: recording.request.uri) else { continue }
            let items = (url.queryItems ?? []).map { ($0.name, $0.value ?? "") }
            let ask = Exchange.Ask(
                method: recording.request.method ?? "GET", path: url.path, query: Dictionary(items) { $1 },
                headers: [:],
                body: [])
            // What describes the recorder's connection rather than the answer stays behind.
            let headers = recording.headers.filter {
                !["content-length", "content-encoding", "transfer-encoding", "connection"].contains($0.key.lowercased())
            }
            let reply = Reply(
                status: recording.status, headers: headers.sorted { $0.key < $1.key }.map { ($0.key, $0.value) },
                body: body.map(Array.init) ?? [])
            let key = Key(method: ask.method, parts: ask.parts, query: ask.query)
            if reply.status == 304 {
                notModified[key] = reply
            } else {
                replies[key] = reply
            }
        }
        self.replies = replies
        self.notModified = notModified
    }

    /// The recording for a request; page 1 may have been recorded without its number.
    func reply(to ask: Exchange.Ask) -> Reply? {
        let replies = ask.headers["if-none-match"] == nil ? replies : replies.merging(notModified) { $1 }
        var query = ask.query
        if let exact = replies[Key(method: ask.method, parts: ask.parts, query: query)] { return exact }
        guard query.removeValue(forKey: "page") == "1" else { return nil }
        return replies[Key(method: ask.method, parts: ask.parts, query: query)]
    }
}
