import Foundation
import SQLite
import Testing
import Warehouse

/// A recorded answer and the datasets that read it.
struct Recording: Sendable, CustomTestStringConvertible {
    /// Its path in the folder of recordings, without `.http.json` and `.body.json`.
    var file: String
    var datasets: [String]
    /// What the path binds.
    var parameters: [String: Value] = [:]
    /// The ids of a POST.
    var ids: [Int64] = []
    /// The request, where the recorder did not keep it or asked for less than a dataset does.
    var asked: String?
    /// Pages recorded, where there were more.
    var pages: Int?
    /// Recorded before the compatibility date: what a place in the datasets' files was called then.
    var renamed: [String: String] = [:]
    /// Likewise: columns of what ESI did not tell yet.
    var untold: [String] = []
    /// Places that no column is for: members that ESI has dropped since, or what is no data.
    var unread: [String] = []
    /// A dataset's file of the test's own, for a route that no shipped one reads.
    var dataset: String?

    var testDescription: String { file }

    /// A route's parameters stand in its answer too; a table has them once.
    func isParameter(_ place: String, _ value: PlainJSON) -> Bool {
        let known = place.split(separator: "/").last.flatMap { parameters[String($0)] }
        return switch value {
        case .number(let number): known?.plainText == "\(number)"
        case .text(let text): known == .text(text)
        default: false
        }
    }

    /// The datasets' files, pointed at what was recorded.
    func datasetFiles(_ catalogue: Catalogue) throws -> [(name: String, text: String)] {
        if let dataset { return [(datasets[0], dataset)] }
        return try datasets.map { name in
            var text = try #require(catalogue.dataset(name), "\(name)").file.text
            for (place, older) in renamed { text = text.replacing(place, with: older) }
            for column in untold {
                let line = try Regex("(?m)^( +\(column) .*?) NOT NULL")
                text = text.replacing(line) { String($0.output[1].substring ?? "") }
            }
            return (name, pointed(text))
        }
    }

    /// With an `each` that yields what was recorded.
    private func pointed(_ text: String) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard let first = lines.firstIndex(where: { $0.hasPrefix("each:") }) else { return text }
        var end = first + 1
        while lines[end].hasPrefix(" ") { end += 1 }
        let bound = parameters.map { "\($0.value.literal) AS \($0.key)" }.joined(separator: ", ")
        let each = ids.isEmpty ? "SELECT \(bound)" : "SELECT value AS id FROM json_each('\(ids)')"
        lines.replaceSubrange(first..<end, with: ["each: \"\(each)\""])
        return lines.joined(separator: "\n")
    }
}

extension Value {
    fileprivate var literal: String {
        if case .text(let text) = self { "'\(text)'" } else { plainText }
    }
}

// MARK: Where they are

extension Recording {
    /// A folder of pairs `NAME.http.json` (request, status, headers) and `NAME.body.json`.
    struct Folder: Sendable {
        var path: String
        var isThere: Bool { FileManager.default.fileExists(atPath: path) }

        /// Those of answers with rows.
        func recordings() throws -> [String] {
            try FileManager.default.subpathsOfDirectory(atPath: path).filter { $0.hasSuffix(".http.json") }
                .map { String($0.dropLast(".http.json".count)) }.sorted()
        }

        func document(_ recording: Recording) throws -> PlainJSON {
            try PlainJSON(try data(recording.file + ".body.json"))
        }

        /// Puts one recording where a sandbox replays it.
        func copy(_ recording: Recording, to target: String) throws {
            try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
            var record = try #require(
                JSONSerialization.jsonObject(with: try data(recording.file + ".http.json")) as? [String: Any])
            var request = record["request"] as? [String: Any] ?? [:]
            if let asked = recording.asked { request["uri"] = "https://esi.evetech.net" + asked }
            record["request"] = request
            if let pages = recording.pages {
                var headers = record["headers"] as? [String: String] ?? [:]
                headers["X-Pages"] = String(pages)
                record["headers"] = headers
            }
            try JSONSerialization.data(withJSONObject: record).write(to: URL(filePath: target + "/one.http.json"))
            try data(recording.file + ".body.json").write(to: URL(filePath: target + "/one.body.json"))
        }

        private func data(_ name: String) throws -> Data { try Data(contentsOf: URL(filePath: "\(path)/\(name)")) }
    }

    private static let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func folder(inTests name: String) -> Folder { Folder(path: tests.appending(path: name).path) }

    static func folder(beside name: String) -> Folder {
        Folder(path: tests.deletingLastPathComponent().deletingLastPathComponent().appending(path: name).path)
    }
}
