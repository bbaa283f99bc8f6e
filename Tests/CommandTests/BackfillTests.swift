import Archive
import Foundation
import SQLite
import Sandbox
import Testing

@testable import esiwh

/// `esiwh backfill`, over archives that the sandbox wrote and over tables written here.
@Suite struct BackfillTests {
    private static let size = Universe.Size(
        regions: 2, forgeOrders: 200, otherOrders: 60, forgeContracts: 40, types: 40)
    /// 2026-09-27T12:00:00Z
    private static let start = 1_790_510_400

    private func sandboxArchives(days: Int) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try FileManager.default.createDirectory(atPath: folder.path + "/archives", withIntermediateDirectories: true)
        try PublicArchives(universe: Universe(size: Self.size, seed: 3, start: Self.start))
            .write(days: days, to: folder.path + "/archives")
        return folder
    }

    private func rows(_ sql: String, _ home: TemporaryFolder, asOf: String? = nil) async throws -> [String] {
        let run = await Run(["query", sql, "--format", "csv"] + (asOf.map { ["--as-of", $0] } ?? []), home: home)
        try #require(run.status == .done, "\(run.err)")
        return run.out.split(whereSeparator: \.isNewline).dropFirst().map(String.init)
    }

    /// Rows of a table in an archive, its header left out.
    private func lines(_ path: String, _ name: String? = nil) throws -> Int {
        let reader = try ArchiveReader(path: path)
        while let entry = try reader.next() {
            guard name == nil || entry.name == name else { continue }
            var lines = reader.lines()
            var count = -1
            while try lines.next() != nil { count += 1 }
            return count
        }
        return 0
    }

    @Test func `archives fill the past of every dataset that has some, and are read once`() async throws {
        let home = try sandboxArchives(days: 2)
        let archives = home.path + "/archives"
        let run = await Run(["backfill", "--from", archives, "--format", "csv"], home: home)
        #expect(run.status == .done, "\(run.err)")
        for day in ["2026-09-25", "2026-09-26"] {
            for time in ["00-00-00", "12-00-00"] {
                let moment = "\(day)T\(time.replacing("-", with: ":"))Z"
                let orders = try lines("\(archives)/market-orders-\(day)_\(time).v3.csv.bz2")
                #expect(orders > 0)
                #expect(try await rows("SELECT count(*) FROM market_orders", home, asOf: moment) == ["\(orders)"])
                let sweep = "\(archives)/public-contracts-\(day)_\(time).v2.tar.bz2"
                let contracts = try lines(sweep, "contracts.csv")
                #expect(try await rows("SELECT count(*) FROM public_contracts", home, asOf: moment) == ["\(contracts)"])
                let bids = try lines(sweep, "contract_bids.csv")
                #expect(bids > 0)
                let known = try await rows("SELECT count(*) FROM public_contract_bids", home, asOf: moment)
                // Bids of auctions that have ended stay: a file of all auctions does not tell which were asked.
                #expect(try #require(Int(known[0])) >= bids)
            }
            let history = try lines("\(archives)/market-history-\(day).csv.bz2")
            #expect(history > 0)
            #expect(
                try await rows("SELECT count(*) FROM market_history WHERE date = '\(day)'", home) == ["\(history)"])
        }
        // A contract's items hold since ever; a day's history since ESI told of it.
        #expect(
            try await rows("SELECT DISTINCT valid_from FROM public_contract_items", home) == ["1970-01-01T00:00:00Z"])
        let early = try await rows("SELECT count(*) FROM market_history", home, asOf: "2026-09-26T11:00:00Z")
        #expect(early == ["0"])

        let again = await Run(["backfill", "--from", archives, "--format", "csv"], home: home)
        #expect(again.status == .done)
        #expect(again.out.contains("market_history,0,2,0,0,0,0,0,0,0"))
        #expect(again.out.contains("market_orders,0,4,0,0,0,0,0,0,0"))
    }

    @Test func `sweeps older than what is known go in before it, in order, and change nothing of it`() async throws {
        let home = try sandboxArchives(days: 2)
        let whole = try sandboxArchives(days: 2)
        let archives = home.path + "/archives"
        let newest = "market-orders-2026-09-26_12-00-00.v3.csv.bz2"
        let first = await Run(["backfill", "market_orders", "--from", archives + "/" + newest], home: home)
        #expect(first.status == .done, "\(first.err)")
        let before = try await rows("SELECT * FROM market_orders ORDER BY 1, 2", home)
        let rest = await Run(["backfill", "market_orders", "--from", archives], home: home)
        #expect(rest.status == .done, "\(rest.err)")
        #expect(try await rows("SELECT * FROM market_orders ORDER BY 1, 2", home) == before)
        let straight = await Run(["backfill", "market_orders", "--from", whole.path + "/archives"], home: whole)
        #expect(straight.status == .done)
        for hours in stride(from: -1, through: 40, by: 3) {
            let moment = SandboxTime.text(Self.start - 129_600 + hours * 3600)
            let sql = "SELECT order_id, price, volume_remain FROM market_orders ORDER BY order_id"
            #expect(try await rows(sql, home, asOf: moment) == rows(sql, whole, asOf: moment), "\(moment)")
        }
        // What was observed when is told in the order of the observations, too.
        let sweeps = "SELECT partition, observed_at FROM sweeps WHERE dataset = 'market_orders' ORDER BY partition"
        #expect(try await rows(sweeps, home) == rows(sweeps, whole))
        // From between the last of the past and what was known: versions are not numbered in the order of their ends.
        let diff = [
            "diff", "market_orders", "--from", "2026-09-26T06:00:00Z", "--to", "2026-09-26T13:00:00Z", "--format",
            "csv",
        ]
        let changes = await Run(diff, home: whole).out
        #expect(changes.split(whereSeparator: \.isNewline).count > 10)
        #expect(await Run(diff, home: home).out == changes)
        let left = try await rows("SELECT name FROM sqlite_schema WHERE name LIKE 'market_orders_past%'", home)
        #expect(left == [])
    }

    @Test func `markets of structures, read at other moments, leave a region's sweep whole`() async throws {
        let home = try TemporaryFolder()
        func order(_ id: Int, _ place: Int, _ moment: String) -> String {
            "90,false,2024-04-30T10:00:00Z,\(place),1,\(id),5.5,region,30000142,34,10,20,10000002,\(moment)\n"
        }
        let header =
            "duration,is_buy_order,issued,location_id,min_volume,order_id,price,range,system_id,type_id,volume_remain,"
            + "volume_total,region_id,http_last_modified\n"
        let (jita, keepstar) = (60_003_760, 1_022_734_985_679)
        try home.write(
            header + order(1, jita, "2024-05-01T00:10:00Z") + order(2, jita, "2024-05-01T00:10:00Z")
                + order(3, keepstar, "2024-05-01T00:07:30Z"), to: "a/market-orders-2024-05-01_00-15-00.v3.csv")
        try home.write(
            header + order(2, jita, "2024-05-01T00:40:00Z") + order(3, keepstar, "2024-05-01T00:37:30Z"),
            to: "a/market-orders-2024-05-01_00-45-00.v3.csv")
        let run = await Run(["backfill", "--from", home.path + "/a", "--format", "csv"], home: home)
        #expect(run.out.contains("market_orders,2,0,0,0,3,2,0,1,0"), "\(run.out)\(run.err)")
        #expect(try await rows("SELECT outcome FROM snapshots ORDER BY id", home) == ["complete", "complete"])
        // Order 1 is gone, which only a whole sweep tells.
        #expect(try await rows("SELECT order_id FROM market_orders", home) == ["2"])
    }

    // MARK: A table of one's own

    private static let things = """
        /*---
        title: Things
        route: GET /things/{place}
        each: SELECT 1 AS place
        absence: keeps
        archive: things
        columns: { price: isk }
        ---*/
        CREATE TABLE things (
            place INTEGER NOT NULL, id INTEGER NOT NULL, price REAL NOT NULL, valid_from INTEGER NOT NULL,
            PRIMARY KEY (place, id)
        ) STRICT, WITHOUT ROWID;
        """
    private static let header = "id,place,price,http_last_modified\n"

    private func thingsHome() throws -> TemporaryFolder {
        let home = try TemporaryFolder()
        try home.write(Self.things, to: "sql/datasets/things.sql")
        return home
    }

    @Test func `a day that is rewritten is a new version, and a user's table is filled like any other`() async throws {
        let home = try thingsHome()
        try home.write(
            Self.header + "1,1,5,2024-05-02T11:00:00Z\n2,1,6,2024-05-02T11:00:00Z\n", to: "a/things-2024-05-01.csv")
        #expect(await Run(["backfill", "things", "--from", home.path + "/a"], home: home).status == .done)
        try home.write(
            Self.header + "1,1,5.5,2024-05-03T11:00:00Z\n2,1,6.0,2024-05-02T11:00:00Z\n3,1,7,2024-05-03T11:00:00Z\n",
            to: "a/things-2024-05-01.csv")
        let run = await Run(["backfill", "things", "--from", home.path + "/a", "--format", "csv"], home: home)
        #expect(run.out.contains("things,1,0,0,0,3,1,1,0,1"), "\(run.out)")
        let history = await Run(["history", "things", "1", "1", "--format", "csv"], home: home)
        #expect(history.out.contains("2024-05-02T11:00:00Z,2024-05-03T11:00:00Z"), "\(history.out)")
        #expect(
            try await rows("SELECT id, price FROM things ORDER BY id", home, asOf: "2024-05-02T12:00:00Z") == [
                "1,5", "2,6",
            ])
    }

    @Test func `of a broken file the line is named, what is whole is kept, and a mended one is read`() async throws {
        let home = try thingsHome()
        let good = "1,1,5,2024-05-02T11:00:00Z\n"
        try home.write(
            Self.header + good + "2,1,x,2024-05-02T11:00:00Z\n" + "3,1,7,2024-05-02T11:00:00Z\n",
            to: "a/things-2024-05-01.csv")
        try home.write("id,price\n1,2\n", to: "a/things-2024-05-02.csv")
        try home.write(Self.header + "4,1,8,2024-05-04T11:00:00Z\n5,1,9,2024-0", to: "a/things-2024-05-03.csv")
        try home.write("<html>Not Found</html>", to: "a/things-2024-05-04.csv.bz2")
        let run = await Run(["backfill", "things", "--from", home.path + "/a", "--format", "csv"], home: home)
        #expect(run.status == .partial)
        #expect(run.out.contains("things,4,0,2,2,3,3,0,0,0"), "\(run.out)")
        #expect(run.err.contains("a/things-2024-05-01.csv: line 3: price: \"x\" is no number"), "\(run.err)")
        #expect(run.err.contains("a/things-2024-05-02.csv: line 1: the header lacks place, http_last_modified"))
        #expect(run.err.contains("a/things-2024-05-03.csv: line 3: http_last_modified: \"2024-0\" is no ISO 8601 time"))
        #expect(run.err.contains("a/things-2024-05-04.csv.bz2: this is no bzip2 file, or one cut short"))
        #expect(try await rows("SELECT id FROM things", home) == ["1", "3", "4"])
        let files = try await rows("SELECT name, outcome FROM archive_files ORDER BY name", home)
        #expect(files[0] == "things-2024-05-01.csv,partial" && files[1] == "things-2024-05-02.csv,failed")

        try home.write(Self.header + good + "2,1,6,2024-05-02T11:00:00Z\n", to: "a/things-2024-05-01.csv")
        let mended = await Run(["backfill", "things", "--from", home.path + "/a/things-2024-05-01.csv"], home: home)
        #expect(mended.status == .done)
        #expect(try await rows("SELECT id FROM things", home) == ["1", "2", "3", "4"])
    }

    @Test func `an archive that was cut keeps the rows before the cut`() async throws {
        let home = try thingsHome()
        let path = home.path + "/things-2024-05-01.csv.gz"
        let body = (1...50_000).map { "\($0),1,\($0 * 7919 % 10_007),2024-05-02T11:00:00Z\n" }.joined()
        let archive = try ArchiveWriter(path: path)
        try archive.add("data", Array((Self.header + body).utf8))
        try archive.close()
        let bytes = try Data(contentsOf: URL(filePath: path))
        try bytes.prefix(bytes.count / 2).write(to: URL(filePath: path))
        let run = await Run(["backfill", "things", "--from", path], home: home)
        #expect(run.status == .partial)
        #expect(run.err.contains("truncated gzip input behind row "), "\(run.err)")
        let kept = try #require(Int(try await rows("SELECT count(*) FROM things", home)[0]))
        #expect(kept > 10_000 && kept < 40_000)
    }

    @Test func `what would be read is listed, and what cannot be asked is refused`() async throws {
        let home = try thingsHome()
        try home.write(Self.header, to: "a/deep/things-2024-05-01.csv")
        try home.write("", to: "a/readme.txt")
        let list = await Run(["backfill", "--from", home.path + "/a", "--dry-run", "--format", "csv"], home: home)
        #expect(
            list.status == .done && list.out.contains("things,\(home.path)/a/deep/things-2024-05-01.csv,34"),
            "\(list.out)")
        #expect(try await rows("SELECT count(*) FROM archive_files", home) == ["0"])
        let missing = await Run(["backfill", "--from", home.path + "/b"], home: home)
        #expect(missing.status == .badData && missing.err.contains("b: No such file or directory"))
        let none = await Run(["backfill", "market_orders", "--from", home.path + "/a"], home: home)
        #expect(none.status == .badData && none.err.contains("no archive that fills market_orders"))
        let unknown = await Run(["backfill", "nothing", "--from", home.path + "/a"], home: home)
        #expect(unknown.status == .usage && unknown.err.contains("no dataset nothing; archives fill"))
        let unfillable = await Run(["backfill", "types", "--from", home.path + "/a"], home: home)
        #expect(unfillable.status == .usage && unfillable.err.contains("no archive fills types"))
        #expect(await Run(["backfill"], home: home).status == .usage)
        #expect(await Run(["backfill", "--from", home.path, "--max-gib", "0"], home: home).status == .usage)
    }

    @Test func `an archive that unpacks to more than is allowed is refused, and the rest is read`() async throws {
        let home = try thingsHome()
        try FileManager.default.createDirectory(atPath: home.path + "/a", withIntermediateDirectories: true)
        let archive = try ArchiveWriter(path: home.path + "/a/things-2024-05-01.csv.bz2")
        try archive.add("data", Array(Self.header.utf8) + [UInt8](repeating: 10, count: (1 << 20) + 1))
        try archive.close()
        try home.write(Self.header + "1,1,5,2024-05-02T11:00:00Z\n", to: "a/things-2024-05-02.csv")
        let run = await Run(["backfill", "--from", home.path + "/a", "--max-gib", "0.0009765625"], home: home)
        #expect(run.status == .partial && run.err.contains("it unpacks to more than 1048576 bytes"), "\(run.err)")
        #expect(try await rows("SELECT id FROM things", home) == ["1"])
    }
}
