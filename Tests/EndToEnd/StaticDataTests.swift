import Foundation
import Testing

/// The sandbox's static data export, read by the built program as it is downloaded.
@Suite struct StaticDataTests {
    private final class Home {
        let folder = NSTemporaryDirectory() + "esiwh-static-\(UUID().uuidString)"
        var shell: Shell

        init() throws {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            shell = Shell(home: folder + "/home", folder: folder)
            shell.environment["ESIWH_REGIONS"] = "10000002"
            shell.environment["ESIWH_NOW"] = "2026-09-27T12:00:00Z"
            shell.environment["ESIWH_OWNERS_CHARACTERS"] = "90000001"
            shell.environment["ESIWH_OWNERS_CORPORATIONS"] = "98000001"
        }

        deinit { try? FileManager.default.removeItem(atPath: folder) }  // what stays is in the temporary folder

        func run(_ command: String, status: Int32 = 0) throws -> String {
            let run = try shell.run(command)
            #expect(run.status == status, "\(command)\n\(run.output)")
            return run.output
        }

        func query(_ sql: String, _ options: String = "") throws -> String {
            try run("esiwh query \"\(sql)\" --format csv --quiet \(options)")
        }

        func bytes(_ name: String) throws -> Data { try Data(contentsOf: URL(filePath: folder + "/" + name)) }
        func write(_ bytes: Data, _ name: String) throws { try bytes.write(to: URL(filePath: folder + "/" + name)) }
    }

    @Test func `with the export ESI is asked for little, and everything says the same`() throws {
        let home = try Home()
        _ = try home.run("esi-sandbox --write-sde a.zip && esi-sandbox --write-sde b.zip && cmp a.zip b.zip")
        _ = try home.run("esi-sandbox --write-sde folder")
        let read = try home.run("esiwh ingest sde --from a.zip")
        #expect(read.contains("build 3000001, released 2026-08-28T12:00:00Z"))
        #expect(try home.run("esiwh ingest sde --from folder --format csv").contains("sde_types,0,1,"))
        let stations = "SELECT station_id, name FROM all_stations ORDER BY 1"
        let composed = try home.query(stations)
        #expect(composed.contains("60003760,Jita IV - Moon 4 - Caldari Navy Assembly Plant"))
        #expect(composed.contains("60008494,Amarr VIII (Oris) - Emperor Family Academy"))

        let sandbox = try SandboxProcess()
        home.shell.environment["ESIWH_ESI_URL"] = sandbox.url
        _ = try home.run("esiwh ingest --quiet")
        #expect(try home.query(stations) == composed, "ESI calls a station something else")
        // Ships may be packaged, and the newest type is not in the first build.
        let asked = """
            SELECT dataset, count(*) AS partitions FROM partitions
            WHERE dataset IN ('types', 'groups', 'categories', 'regions', 'constellations', 'systems', 'stargates',
                'stations') AND active GROUP BY 1
            """
        #expect(
            try home.query(asked).split(separator: "\r\n").map { $0.split(separator: ",")[0] } == ["dataset", "types"])
        #expect(
            try home.query(
                "SELECT count(*) AS n FROM types AS t JOIN sde_types AS s USING (type_id) WHERE s.group_id NOT IN (25, 26)"
            )
                == "n\r\n0\r\n")

        let verdicts = "esiwh rules run contract-outbid --format csv --quiet"
        let (withExport, jumps) = (try home.run(verdicts), "SELECT count(*) AS n FROM jumps")
        #expect(withExport.contains("firing"))
        let places = "SELECT location_id, system_name, region_name FROM locations WHERE region_id = 10000002 ORDER BY 1"
        let (withPlaces, withJumps) = (try home.query(places), try home.query(jumps))
        home.shell.environment["ESIWH_HOME"] = home.folder + "/without"
        _ = try home.run("esiwh ingest --quiet")
        #expect(try home.run(verdicts) == withExport)
        #expect(try home.query(places) == withPlaces)
        #expect(withJumps != "n\r\n0\r\n")
        withExtendedLifetime(sandbox) {}
    }

    @Test func `builds follow each other, and the past is that of its build`() throws {
        let home = try Home()
        for build in 1...3 { _ = try home.run("esi-sandbox --write-sde \(build).zip --sde-build \(build)") }
        _ = try home.run("esiwh ingest sde --from 1.zip --quiet")
        let sum = "SELECT count(*) AS types, sum(mass) AS mass FROM all_types"
        let first = try home.query(sum)
        _ = try home.run("esiwh ingest sde --from 3.zip --quiet")
        let third = try home.query(sum)
        #expect(first != third)
        #expect(try home.query(sum, "--as-of 2026-08-29T00:00:00Z") == first)
        // The second is older than what is there.
        #expect(try home.run("esiwh ingest sde --from 2.zip").contains("is older than 3000003, which was applied"))
        #expect(try home.query(sum) == third)
        let status = try home.run("esiwh status --section builds --format csv")
        #expect(status.contains("3000003,2026-08-30T12:00:00Z,"))
        #expect(!status.contains("3000002"))
        #expect(
            try home.run("esiwh diff sde_types --from 2026-08-29T00:00:00Z --to 2026-08-31T00:00:00Z --format csv")
                .contains("removed"))
    }

    @Test func `a cut zip is refused whole, and one with a damaged file gives the others`() throws {
        let home = try Home()
        _ = try home.run("esi-sandbox --write-sde whole.zip")
        let whole = try home.bytes("whole.zip")
        for length in [0, 4, whole.count / 2, whole.count - 1] {
            try home.write(whole.prefix(length), "cut.zip")
            #expect(try home.run("esiwh ingest sde --from cut.zip", status: 65).contains("cut.zip: "))
        }
        #expect(try home.run("esiwh status", status: 1).contains("no warehouse"))
        // In the midst of what types.jsonl was packed into: behind its local header.
        var damaged = whole
        let name = try #require(damaged.range(of: Data("types.jsonl".utf8)))
        for index in (name.upperBound + 400)..<(name.upperBound + 420) { damaged[index] ^= 0x5a }
        try home.write(damaged, "damaged.zip")
        let output = try home.run("esiwh ingest sde --from damaged.zip", status: 2)
        #expect(output.contains("sde_types: failed: ") && output.contains("types.jsonl"), "\(output)")
        #expect(
            try home.query("SELECT (SELECT count(*) FROM sde_types) AS t, (SELECT count(*) FROM sde_groups) AS g")
                == "t,g\r\n0,7\r\n")
        _ = try home.run("esiwh ingest sde --from whole.zip --quiet")
        #expect(try home.query("SELECT count(*) > 40 AS there FROM sde_types") == "there\r\n1\r\n")
    }
}
