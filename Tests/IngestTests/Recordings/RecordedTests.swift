import Foundation
import Ingest
import SQLite
import Sandbox
import Testing
import Warehouse

/// Answers as ESI once gave them, through the whole machine: replayed, fetched, decoded, applied, and read back. Every
/// number and text of a recording stands in a table, in its row and its column, and no row stands there besides.
@Suite struct RecordedTests {
    static let shared = Recording.folder(beside: "shared/esi/samples")

    @Test(
        .enabled(if: shared.isThere, "the recordings are not beside the project (../shared/esi/samples)"),
        arguments: Recording.shared)
    func `a recorded answer is ingested without loss`(recording: Recording) async throws {
        try await ingestWithoutLoss(recording, from: Self.shared)
    }

    /// Small ones of our own (Tests/Recorded), each for something that ESI once did and nobody had expected.
    @Test(arguments: Recording.own)
    func `a lesson learnt is kept`(recording: Recording) async throws {
        try await ingestWithoutLoss(recording, from: Recording.folder(inTests: "Recorded"))
    }

    @Test(.enabled(if: shared.isThere, "the recordings are not beside the project (../shared/esi/samples)"))
    func `no recording of a public route is forgotten`() throws {
        let known = Set(Recording.shared.map(\.file))
        let forgotten = try Self.shared.recordings().filter { file in
            let folder = String(file.prefix { $0 != "/" })
            return !known.contains(file) && !Recording.isPrivate(folder) && Recording.noTables[folder] == nil
        }
        #expect(forgotten == [])
    }

    private func ingestWithoutLoss(_ recording: Recording, from folder: Recording.Folder) async throws {
        let replay = NSTemporaryDirectory() + "esiwh-replay-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: replay) }  // left behind, it is no failure of the test
        try folder.copy(recording, to: replay)
        let document = try folder.document(recording)
        try await withWorkbench(replay: try Replay(folder: replay), datasets: recording.datasets) { bench in
            for (name, text) in try recording.datasetFiles(bench.catalogue) {
                try text.write(
                    toFile: "\(bench.userFolder)/datasets/\(name).sql", atomically: true, encoding: .utf8)
            }
            let summary = try await bench.ingest(recording.datasets)
            #expect(summary.lines.map(\.dataset).sorted() == recording.datasets.sorted())
            let reasons = summary.lines.flatMap { $0.reasons.map(\.reason) + [$0.fault].compactMap { $0 } }
            try #require(!summary.isIncomplete, "\(reasons)")
            var kept: Set<String> = []
            for name in recording.datasets {
                let dataset = try #require(bench.catalogue.dataset(name))
                let answer = PlainAnswer(document, dataset, recording.parameters)
                try compare(answer, with: dataset, bench)
                kept.formUnion(answer.rows.flatMap(\.places))
            }
            let lost = document.scalars().filter { place, value in
                !kept.contains(place) && !recording.isParameter(place, value)
                    && !recording.unread.contains { (place + "/").hasPrefix($0 + "/") }
            }
            #expect(lost.map(\.place).sorted() == [])
        }
    }

    private func compare(_ answer: PlainAnswer, with dataset: Dataset, _ bench: Workbench) throws {
        let columns = dataset.columns.map(\.name)
        var table: [[Value]: [String: Value]] = [:]
        for found in try bench.rows("SELECT \(columns.joined(separator: ", ")) FROM \(dataset.name)") {
            let row = Dictionary(uniqueKeysWithValues: zip(columns, found))
            table[dataset.key.map { row[$0] ?? .null }] = row
        }
        #expect(table.count == answer.rows.count, "\(dataset.name)")
        for row in answer.rows {
            let key = dataset.key.map { row.values[$0] ?? .null }
            let found = try #require(table[key], "\(dataset.name) has no \(key)")
            for column in columns {
                if let nested = row.nested[column] {
                    let text = try #require(found[column]?.text)
                    #expect(try PlainJSON(text.utf8).isSame(as: nested), "\(dataset.name).\(column)")
                } else {
                    #expect(found[column] == row.values[column] ?? .null, "\(dataset.name).\(column)")
                }
            }
        }
    }
}
