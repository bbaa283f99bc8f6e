import Foundation
import SQLite
import Testing

@testable import Warehouse

/// Random histories that are observed by ingest, and whose past is back-filled from archives in between, held against naive
/// full copies of what was true.
@Suite struct PastTests {
    static let rounds = ProcessInfo.processInfo.environment["ESIWH_SOAK"] == "1" ? 400 : 40

    typealias Rows = [Int: Double]

    /// What is true, moment by moment, and how it is told.
    private final class World {
        let warehouse: Warehouse
        let dataset: Dataset
        let plan: DecodePlan
        var random: InvariantTests.Generator
        /// For each place what was true from a moment on. No price returns: an observation tells its moment.
        var truth: [Int: [(at: Int64, rows: Rows)]] = [1: [], 2: []]
        private var price = 1.0

        init(absence: String, seed: UInt64) throws {
            let (catalogue, things) = try archivedThings(absence: absence)
            warehouse = try Warehouse(path: ":memory:", catalogue: catalogue, now: 0)
            dataset = things
            plan = things.decodePlan()
            random = InvariantTests.Generator(state: seed)
            for place in 1...2 {
                var rows: Rows = [:]
                for moment in stride(from: Int64(100), to: 2100, by: 10) {
                    for _ in 0..<Int.random(in: 0...2, using: &random) {
                        price += 0.25
                        let isGone = absence == "closes" && Int.random(in: 0..<3, using: &random) == 0
                        rows[Int.random(in: 1...10, using: &random)] = isGone ? nil : price
                    }
                    truth[place]!.append((moment, rows))
                }
            }
        }

        func rows(_ place: Int, at moment: Int64) -> Rows { truth[place]!.last { $0.at <= moment }?.rows ?? [:] }

        func ingest(_ place: Int, at moment: Int64) throws {
            let body = rows(place, at: moment).map { "{\"id\":\($0.key),\"price\":\($0.value)}" }
            let page = try plan.decode(Array("[\(body.joined(separator: ","))]".utf8))
            let snapshot = Snapshot(
                dataset: dataset, partition: Partition([.init(name: "place", value: .integer(Int64(place)))]),
                observedAt: moment, fetchedAt: moment, pages: [page])
            _ = try warehouse.apply([snapshot])
        }

        func file(_ name: String, _ sweeps: [(place: Int, at: Int64)]) throws -> ArchivedFile {
            var lines = ["http_last_modified,price,place,id"]
            for sweep in sweeps {
                let rows = rows(sweep.place, at: sweep.at).map {
                    "\(Timestamp.text(sweep.at)),\($0.value),\(sweep.place),\($0.key)"
                }
                lines += rows
            }
            let decoder = try CSVDecoder(dataset)
            try decoder.append(
                Array(([lines[0]] + lines.dropFirst().shuffled(using: &random)).joined(separator: "\n").utf8))
            try decoder.finish()
            return ArchivedFile(
                .init(name: name, size: Int64(lines.count), modifiedAt: 0),
                tables: [ArchivedTable(dataset, rows: decoder.take())])
        }

        func stored(_ place: Int, asOf moment: Int64) throws -> Rows {
            var rows: Rows = [:]
            for row in try warehouse.connection.query(
                """
                SELECT id, price FROM things_versions
                WHERE place = ?1 AND valid_from <= ?2 AND (valid_to IS NULL OR valid_to > ?2)
                """, [.integer(Int64(place)), .integer(moment)])
            {
                #expect(
                    rows.updateValue(row[1].real!, forKey: Int(row[0].integer!)) == nil, "two versions of \(row[0])")
            }
            return rows
        }

        /// Every version with its end, for those that have one.
        func ended() throws -> [[Value]] {
            try warehouse.connection.query("SELECT * FROM things_history ORDER BY version_id")
        }

        func checkInvariants() throws {
            // Invariant 3.
            let overlapping = """
                SELECT count(*) FROM things_versions a JOIN things_versions b USING (place, id)
                WHERE a.valid_from < b.valid_from AND coalesce(a.valid_to, 1 << 60) > b.valid_from
                """
            #expect(try warehouse.connection.value(overlapping) == 0)
            #expect(
                try warehouse.connection.value("SELECT count(*) FROM things_history WHERE valid_from >= valid_to") == 0)
        }
    }

    /// Moments of observations, in random order of telling: ingest looks at some; archives bring the others, those of one
    /// run together.
    @Test(arguments: ["closes", "keeps"], Array(1...4) as [UInt64])
    func `the past is extended as if it had been seen in order, and nothing that is there changes`(
        absence: String, seed: UInt64
    ) throws {
        for round in 0..<Self.rounds / 4 {
            let world = try World(absence: absence, seed: seed &* 1000 &+ UInt64(round))
            // What the warehouse should know: a copy for each observation that counts.
            var observed: [Int: [Int64: Rows]] = [1: [:], 2: [:]]
            var liveAt: Int64 = 1100
            for step in 0..<6 {
                let before = try world.ended()
                if Bool.random(using: &world.random) {
                    let place = Int.random(in: 1...2, using: &world.random)
                    liveAt += Int64.random(in: 1...200, using: &world.random)
                    try world.ingest(place, at: liveAt)
                    let seen = observed[place]!
                    if absence == "keeps" {
                        // By row: what an archive told of a later moment stays.
                        observed[place]![liveAt] = world.rows(place, at: liveAt).filter { row in
                            seen.allSatisfy { $0.key < liveAt || $0.value[row.key] == nil }
                        }
                    } else if seen.keys.allSatisfy({ $0 < liveAt }) {
                        observed[place]![liveAt] = world.rows(place, at: liveAt)
                    }
                } else {
                    try backfill(step, world, &observed, absence)
                }
                // History is append-only.
                #expect(try Array(world.ended().prefix(before.count)) == before)
            }
            try world.checkInvariants()
            try compare(world, observed, absence)
        }
    }

    private func backfill(
        _ step: Int, _ world: World, _ observed: inout [Int: [Int64: Rows]], _ absence: String
    ) throws {
        let start = Int64.random(in: 90...1500, using: &world.random)
        var moments: Set<Int64> = []
        for _ in 0..<Int.random(in: 1...5, using: &world.random) {
            moments.insert(start + Int64.random(in: 0...400, using: &world.random))
        }
        let before = observed
        // Of a partition, or of a key, all between its first and its last observation is known.
        func isKnown(_ place: Int, _ key: Int, _ moment: Int64) -> Bool {
            let moments = before[place]!.filter { absence == "closes" || $0.value[key] != nil }.keys
            return moments.contains { $0 <= moment } && moments.contains { $0 >= moment }
        }
        let files = try moments.sorted().map { moment in
            try world.file("things-\(step)-\(moment).csv", [(1, moment), (2, moment)])
        }
        _ = try world.warehouse.keep(files, run: nil, at: 5000)
        try world.warehouse.settlePast(of: world.dataset, run: nil)
        for place in 1...2 {
            for moment in moments {
                // A place of which a file has no row is not in it.
                let news = world.rows(place, at: moment).filter { !isKnown(place, $0.key, moment) }
                if !news.isEmpty { observed[place]![moment, default: [:]].merge(news) { $1 } }
            }
        }
        // Invariant 5: the same files again write nothing.
        let versions = try world.ended().count
        _ = try world.warehouse.keep(files, run: nil, at: 5001)
        try world.warehouse.settlePast(of: world.dataset, run: nil)
        #expect(try world.ended().count == versions)
    }

    /// Invariant 4, at every moment.
    private func compare(_ world: World, _ observed: [Int: [Int64: Rows]], _ absence: String) throws {
        for place in 1...2 {
            let moments = observed[place]!.keys.sorted()
            for moment in stride(from: Int64(95), to: 2400, by: 7) {
                var told: Rows = [:]
                for seen in moments where seen <= moment {
                    let rows = observed[place]![seen]!
                    told = absence == "closes" ? rows : told.merging(rows) { $1 }
                }
                #expect(
                    try world.stored(place, asOf: moment) == told, "place \(place) at \(moment), seen at \(moments)")
            }
        }
    }
}
