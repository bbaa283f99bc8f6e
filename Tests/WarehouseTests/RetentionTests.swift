import Foundation
import SQLite
import Testing

@testable import Warehouse

/// Pruning of random histories, held against whole copies: behind the horizon nothing is shown, before it nothing is lost.
@Suite struct RetentionTests {
    private static let day: Int64 = 86_400
    private static let first = day * 20_000
    private static let steps = ProcessInfo.processInfo.environment["ESIWH_SOAK"] == "1" ? 3000 : 400

    private static let things = """
        /*---
        title: Things
        route: GET /things/{place}
        each: SELECT 1 AS place
        retention:
          versions: 2d
          rollup: things_daily
          keep: SELECT 'kept' AS kind
        archive: things
        ---*/
        CREATE TABLE things (
            place INTEGER NOT NULL, id INTEGER NOT NULL, kind TEXT NOT NULL, price REAL, valid_from INTEGER NOT NULL,
            PRIMARY KEY (place, id)
        ) STRICT, WITHOUT ROWID;
        """

    private static let daily = """
        /*---
        title: A day of things
        of: things
        columns: { day: timestamp }
        ---*/
        CREATE TABLE things_daily (
            day INTEGER NOT NULL, place INTEGER NOT NULL, versions INTEGER NOT NULL, open INTEGER NOT NULL,
            total REAL, PRIMARY KEY (day, place)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO things_daily
        SELECT :day AS day, place, count(*) AS versions, count(*) FILTER (WHERE valid_to IS NULL) AS open,
            sum(price) AS total
        FROM things_versions WHERE valid_to IS NULL OR valid_to > :day GROUP BY place
        """

    private struct Row: Hashable {
        var id: Int64
        var kind: String
        var price: Double
    }

    private final class World {
        let path: String
        var warehouse: Warehouse
        let catalogue: Catalogue
        let dataset: Dataset
        let plan: DecodePlan
        var told: [Int64: [(at: Int64, rows: Set<Row>)]] = [1: [], 2: []]

        init(daily: String = RetentionTests.daily, path: String = ":memory:") throws {
            self.path = path
            let core = embeddedFiles.filter { $0.key.hasPrefix("schema/core/") }
            catalogue = Catalogue(
                Library(
                    shipped: core.merging([
                        "schema/datasets/things.sql": RetentionTests.things, "schema/rollups/things_daily.sql": daily,
                    ]) { $1 }))
            #expect(catalogue.faults == [])
            dataset = try #require(catalogue.dataset("things"))
            plan = dataset.decodePlan()
            warehouse = try Warehouse(path: path, catalogue: catalogue, now: 0)
        }

        func apply(_ rows: Set<Row>, to place: Int64, at moment: Int64) throws {
            let body = rows.map { #"{"id":\#($0.id),"kind":"\#($0.kind)","price":\#($0.price)}"# }
            let page = try plan.decode(Array("[\(body.joined(separator: ","))]".utf8))
            let partition = Partition([.init(name: "place", value: .integer(place))])
            _ = try warehouse.apply([
                Snapshot(
                    dataset: dataset, partition: partition, observedAt: moment, fetchedAt: moment, isComplete: true,
                    pages: [page])
            ])
            told[place]?.append((moment, rows))
        }

        /// An archive's file of one sweep.
        func file(_ rows: Set<Row>, of place: Int64, at moment: Int64) throws -> ArchivedFile {
            let lines = rows.map { "\($0.id),\($0.kind),\($0.price),\(place),\(Timestamp.text(moment))" }
            let decoder = try CSVDecoder(dataset)
            try decoder.append(
                Array((["id,kind,price,place,http_last_modified"] + lines).joined(separator: "\n").utf8))
            try decoder.finish()
            return ArchivedFile(
                .init(name: "things-\(place)-\(moment).csv", size: 1, modifiedAt: 0),
                tables: [ArchivedTable(dataset, rows: decoder.take())])
        }

        func rows(_ place: Int64, asOf moment: Int64, where condition: String = "1") throws -> Set<Row> {
            let found = try warehouse.connection.query(
                """
                SELECT id, kind, price FROM things_versions
                WHERE place = ?1 AND valid_from <= ?2 AND (valid_to IS NULL OR valid_to > ?2) AND \(condition)
                """, [.integer(place), .integer(moment)])
            return Set(found.map { Row(id: $0[0].integer!, kind: $0[1].text!, price: $0[2].real!) })
        }

        func truth(_ place: Int64, at moment: Int64) -> Set<Row> {
            told[place]?.last { $0.at <= moment }?.rows ?? []
        }

        var rollup: [[Value]] {
            get throws { try warehouse.connection.query("SELECT * FROM things_daily ORDER BY day, place") }
        }
    }

    private static func change(_ rows: Set<Row>, _ random: inout InvariantTests.Generator) -> Set<Row> {
        var rows = rows
        for _ in 0..<Int.random(in: 0...3, using: &random) {
            let id = Int64.random(in: 1...8, using: &random)
            rows = rows.filter { $0.id != id }
            if Bool.random(using: &random) {
                rows.insert(
                    Row(
                        id: id, kind: id < 3 ? "kept" : "other",
                        price: Double(Int.random(in: 1...9, using: &random)) / 2))
            }
        }
        return rows
    }

    @Test(arguments: [UInt64(1), 2, 3])
    func `what is not behind the horizon stays, and roll-ups are those of a warehouse that never prunes`(
        seed: UInt64
    ) throws {
        var random = InvariantTests.Generator(state: seed)
        let (world, whole) = (try World(), try World())
        var rows: [Int64: Set<Row>] = [1: [], 2: []]
        var now = Self.first
        for step in 0..<Self.steps {
            now += .random(in: 1...9000, using: &random)
            let place = Int64.random(in: 1...2, using: &random)
            rows[place] = Self.change(rows[place] ?? [], &random)
            for world in [world, whole] { try world.apply(rows[place] ?? [], to: place, at: now) }
            if step % 40 == 39 { try Self.prune(world, now: now, stopAfter: .random(in: 0...3, using: &random)) }
        }
        let pruning = try world.warehouse.prune(world.dataset, now: now)
        let horizon = try #require(pruning.horizon)
        #expect(horizon == Retention.midnight(now - 2 * Self.day))
        // Invariants 3 and 4, from the horizon on.
        for moment in stride(from: horizon, through: now, by: 1777) + [horizon, now] {
            for place in Int64(1)...2 {
                #expect(try world.rows(place, asOf: moment) == whole.truth(place, at: moment))
            }
        }
        let gone = "SELECT count(*) FROM things_history WHERE valid_to <= ? AND kind <> 'kept'"
        #expect(try world.warehouse.connection.value(gone, [.integer(horizon)]) == 0)
        // What `keep` names is whole from the first day on: kind is 'kept' for the same ids all along.
        for moment in stride(from: Self.first, through: now, by: 7777) {
            let kept = try world.rows(1, asOf: moment, where: "kind = 'kept'")
            #expect(kept == whole.truth(1, at: moment).filter { $0.kind == "kept" })
        }
        // The roll-up does not depend on when its days were written.
        let all = try whole.warehouse.roll(
            try #require(whole.catalogue.rollup("things_daily")), of: whole.dataset, now: now, isDryRun: false
        ) { false }
        #expect(all.days > 2)
        #expect(try world.rollup == whole.rollup)
        #expect(try world.warehouse.prune(world.dataset, now: now).versions == 0)
    }

    /// Prunes, stopped after so many transactions, then once more.
    private static func prune(_ world: World, now: Int64, stopAfter count: Int) throws {
        var asked = 0
        do {
            _ = try world.warehouse.prune(world.dataset, now: now) {
                asked += 1
                return asked > count
            }
        } catch is CancellationError {
            _ = try world.warehouse.prune(world.dataset, now: now)
        }
    }

    @Test func `a day's rows are what was known at its end, and a day that nobody looked at has none`() throws {
        let world = try World()
        let day = Self.first
        try world.apply([Row(id: 5, kind: "other", price: 1)], to: 1, at: day + 10)
        try world.apply([Row(id: 5, kind: "other", price: 2)], to: 1, at: day + 20)
        // Two days later the row is gone; the day between was not observed.
        try world.apply([], to: 1, at: day + 2 * Self.day + 5)
        try world.apply([Row(id: 6, kind: "other", price: 7)], to: 1, at: day + 3 * Self.day + 5)
        let pruning = try world.warehouse.prune(world.dataset, now: day + 3 * Self.day + 5)
        #expect(pruning.days == 2)
        #expect(
            try world.rollup == [
                [.integer(day), 1, 2, 1, 3.0], [.integer(day + 2 * Self.day), 1, 1, 0, 2.0],
            ])
    }

    @Test func `a horizon waits for roll-up, protection and lookback, and never goes back`() throws {
        let world = try World()
        for step in Int64(0)..<20 {
            let row = Row(id: 5, kind: "other", price: Double(step))
            try world.apply([row], to: 1, at: Self.first + step * Self.day / 2 + 7)
        }
        let now = Self.first + 10 * Self.day
        func prune(_ lookbacks: [Lookback] = [], isDryRun: Bool = false) throws -> Pruning {
            try world.warehouse.prune(world.dataset, now: now, lookbacks: lookbacks, isDryRun: isDryRun)
        }
        let dry = try prune(isDryRun: true)
        #expect(dry.horizon == now - 2 * Self.day)
        #expect(dry.days == 9)
        #expect(dry.versions == 15)
        #expect(try world.warehouse.horizon(of: "things") == nil)
        #expect(try world.rollup.isEmpty)

        try world.warehouse.protect("ledger:posts", since: Self.first + 2 * Self.day)
        let held = try prune([Lookback(name: "slow", dataset: "things", seconds: 5 * Self.day)])
        #expect(held.horizon == Self.first + 2 * Self.day)
        #expect(held.heldBy == "ledger:posts")
        #expect(held.versions == 3)

        try world.warehouse.protect("ledger:posts", since: nil)
        let looking = try prune([Lookback(name: "slow", dataset: "things", seconds: 5 * Self.day)])
        #expect(looking.horizon == now - 5 * Self.day)
        #expect(looking.heldBy == "slow")
        // Another dataset's lookback holds nothing.
        #expect(
            try prune([Lookback(name: "slow", dataset: "others", seconds: 9 * Self.day)]).horizon == now - 2 * Self.day)
        try world.warehouse.protect("late", dataset: "things", since: Self.first)
        #expect(try prune().horizon == now - 2 * Self.day)
    }

    @Test func `days of which an archive tells more are rolled up anew, and nothing behind the horizon is kept`() throws
    {
        let (world, whole) = (try World(), try World())
        func rows(_ step: Int64) -> Set<Row> { [Row(id: 5, kind: "other", price: Double(step))] }
        for step in Int64(0)..<12 {
            for world in [world, whole] { try world.apply(rows(step), to: 1, at: Self.first + step * Self.day / 2 + 7) }
        }
        let now = Self.first + 6 * Self.day
        let horizon = try #require(try world.warehouse.prune(world.dataset, now: now).horizon)
        #expect(horizon == now - 2 * Self.day)
        for step in Int64(2)..<12 {
            let moment = Self.first + step * Self.day / 2 + 3600
            let results = try world.warehouse.keep(
                [world.file(rows(step + 100), of: 2, at: moment)], run: nil, at: now)
            #expect(results.map(\.pruned) == [moment < horizon ? 1 : 0])
            if moment >= horizon { try whole.apply(rows(step + 100), to: 2, at: moment) }
        }
        try world.warehouse.settlePast(of: world.dataset, run: nil)
        #expect(
            try world.warehouse.connection.value(
                "SELECT min(valid_from) >= \(horizon) FROM things_versions WHERE place = 2") == 1)
        #expect(try world.warehouse.prune(world.dataset, now: now).days == 1)
        let rollup = try #require(whole.catalogue.rollup("things_daily"))
        _ = try whole.warehouse.roll(rollup, of: whole.dataset, now: now, isDryRun: false) { false }
        #expect(try world.rollup == whole.rollup)
    }

    @Test func `a day is rolled up with what an archive told later, whatever the versions' numbers`() throws {
        let world = try World()
        let row = Row(id: 5, kind: "other", price: 1)
        for day in [Int64(3), 5] { try world.apply([row], to: 1, at: Self.first + day * Self.day + 7) }
        _ = try world.warehouse.keep(
            [world.file([Row(id: 5, kind: "other", price: 9)], of: 1, at: Self.first + Self.day + 7)], run: nil, at: 0)
        try world.warehouse.settlePast(of: world.dataset, run: nil)
        let rollup = try #require(world.catalogue.rollup("things_daily"))
        _ = try world.warehouse.roll(rollup, of: world.dataset, now: Self.first + 6 * Self.day, isDryRun: false) {
            false
        }
        // On the third day both stood, the archive's until it was seen.
        let third = try world.rollup.first { $0[0] == .integer(Self.first + 3 * Self.day) }
        #expect(third == [.integer(Self.first + 3 * Self.day), 1, 2, 1, 10.0])
    }

    @Test func `a partition that fails holds the roll-up for a day, no longer`() throws {
        let world = try World()
        let day = Self.first
        try world.apply([Row(id: 5, kind: "other", price: 1)], to: 1, at: day + 10)
        try world.apply([Row(id: 5, kind: "other", price: 1)], to: 2, at: day + 10)
        try world.apply([Row(id: 5, kind: "other", price: 2)], to: 1, at: day + Self.day + 10)
        #expect(try world.warehouse.prune(world.dataset, now: day + Self.day + 20).days == 0)
        #expect(try world.warehouse.prune(world.dataset, now: day + 2 * Self.day).days == 1)
    }

    @Test func `a changed SELECT fills the days anew that still have versions, changed columns are refused`() throws {
        let path = FileManager.default.temporaryDirectory.path + "/esiwh-rollup-\(UUID().uuidString).sqlite"
        defer { for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) } }
        let world = try World(path: path)
        for step in Int64(0)..<8 {
            try world.apply(
                [Row(id: 5, kind: "other", price: Double(step + 1))], to: 1, at: Self.first + step * Self.day)
        }
        let now = Self.first + 8 * Self.day
        _ = try world.warehouse.prune(world.dataset, now: now)
        let before = try world.rollup
        #expect(before.count == 7)
        let changed = try World(
            daily: changing(Self.daily, "sum(price) AS total", to: "1000 + sum(price) AS total"), path: path)
        _ = try changed.warehouse.prune(changed.dataset, now: now)
        let after = try changed.rollup
        let isNew = zip(before, after).map { $1[4].real! - $0[4].real! == 1000 }
        #expect(isNew == [false, false, false, false, false, false, true])
        let error = #expect(throws: FileError.self) {
            try World(daily: changing(Self.daily, "open INTEGER", to: "open REAL"), path: path)
        }
        #expect(error?.message == "the table things_daily is another one in the warehouse")
    }

    @Test(arguments: [
        ("versions: 2d", "versions: 90m", "6: versions is not a number of days; write versions: 30d; one day at least"),
        ("versions: 2d", "version: 2d", "6: unknown key \"version\" in retention; known are keep, rollup, versions"),
        (
            "things_daily", "things_weekly",
            "5: there is no roll-up things_weekly of things; write schema/rollups/things_weekly.sql, or name another"
        ),
        (
            "retention:", "refresh: 30d\nretention:",
            "6: what hardly ever changes has no past to drop; leave it out"
        ),
    ])
    func `a retention that cannot be used is named with its line`(part: String, other: String, expected: String) throws
    {
        let library = Library(
            shipped: [
                "schema/datasets/things.sql": try changing(Self.things, part, to: other),
                "schema/rollups/things_daily.sql": Self.daily,
            ])
        let faults = Catalogue(library).faults.map(\.description)
        #expect(faults.contains("schema/datasets/things.sql:\(expected)"), "\(faults)")
    }

    @Test(arguments: [
        ("of: things", "of: nothing", "3: nothing is no dataset with a past; name one: of: market_orders"),
        ("of: things\n", "", "1: no dataset; name the one whose versions it sums up: of: market_orders"),
        (
            "PRIMARY KEY (day, place)", "PRIMARY KEY (place, day)",
            "6: a roll-up makes a STRICT table of its name whose primary key begins with day; "
                + "CREATE TABLE things_daily (day INTEGER NOT NULL, …, PRIMARY KEY (day, …)) STRICT, WITHOUT ROWID"
        ),
        ("{ day: timestamp }", "{ dai: timestamp }", "4: the table has no column dai"),
        (
            "INSERT INTO things_daily", "INSERT INTO other",
            "6: no INSERT INTO things_daily; end the file with INSERT INTO things_daily and, on the next line, "
                + "the SELECT of :day"
        ),
    ])
    func `a roll-up that cannot be used is named with its line`(part: String, other: String, expected: String) throws {
        let library = Library(
            shipped: [
                "schema/datasets/things.sql": Self.things,
                "schema/rollups/things_daily.sql": try changing(Self.daily, part, to: other),
            ])
        let faults = Catalogue(library).faults.map(\.description)
        #expect(faults.contains("schema/rollups/things_daily.sql:\(expected)"), "\(faults)")
    }
}
