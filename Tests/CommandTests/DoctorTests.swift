import FoundationEssentials
import SQLite
import Testing
import Warehouse

@testable import esiwh

@Suite struct DoctorTests {
    /// A specification of one route, `GET /meta/players`, whose answer has one member.
    private static let specification = """
        { "openapi": "3.1.0", "info": { "version": "2026-07-21" }, "paths": { "/meta/players": { "get": { "responses": {
          "200": { "content": { "application/json": { "schema": { "type": "object", "required": ["players"],
            "properties": { "players": { "type": "integer" } } } } } } } } } } }
        """

    private static func home(column: String) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try folder.write(specification, to: "spec.json")
        try folder.write(
            """
            /*---
            title: Status
            route: GET /meta/players
            ---*/
            CREATE TABLE server (
                \(column) INTEGER NOT NULL PRIMARY KEY,
                valid_from INTEGER NOT NULL
            ) STRICT;
            """, to: "sql/datasets/server.sql")
        return folder
    }

    @Test func `a finding is a row with the file, the line and the mend, and the exit code says it`() async throws {
        let folder = try Self.home(column: "player_count")
        let run = await Run(["doctor", "esi", "--spec", folder.path + "/spec.json", "--format", "csv"], home: folder)
        #expect(run.status == .badData)
        let file = folder.path + "/sql/datasets/server.sql"
        #expect(
            run.out.contains(
                "server,error,column,\(file),6,player_count: ESI's answer has no player_count,"
                    + "\"take the column out, or have it read one of players\"\r\n"))
        #expect(run.out.contains("server,note,field,\(file),3,no column takes /players,"))
        // The shipped datasets ask for routes that this specification lacks.
        #expect(run.out.contains("market_orders,error,route,schema/datasets/market_orders.sql,6,"))
        #expect(run.err.hasSuffix("datasets against ESI as of 2026-07-21: \(Self.errors(run.out)) errors, 1 note\n"))
        let short = await Run(
            ["doctor", "esi", "--no-notes", "--spec", folder.path + "/spec.json", "--format", "csv"], home: folder)
        #expect(!short.out.contains(",note,"))
    }

    private static func errors(_ out: String) -> Int { out.split(separator: ",error,").count - 1 }

    @Test func `a file that is no specification, or none at all, is named`() async throws {
        let folder = try Self.home(column: "players")
        let mine = folder.path + "/sql/datasets/server.sql"
        let wrong = await Run(["doctor", "esi", "--spec", mine], home: folder)
        #expect(wrong.status == .badData)
        #expect(wrong.err.hasPrefix("esiwh: \(mine): not ESI's specification: no JSON; "))
        let none = await Run(["doctor", "esi", "--spec", folder.path + "/none.json"], home: folder)
        #expect(none.status == .badData)
        #expect(none.err == "esiwh: \(folder.path)/none.json cannot be read; give a file or a URL\n")
    }

    @Test func `an ESI that does not answer is unavailable`() async throws {
        let folder = try TemporaryFolder()
        let run = await Run(["doctor", "esi", "--set", "esi.url=http://127.0.0.1:1"], home: folder)
        #expect(run.status == .unavailable)
        #expect(run.err.contains("http://127.0.0.1:1/meta/openapi.json: "))
    }

    // MARK: doctor

    private func states(_ run: Run) -> [String] {
        run.out.split(separator: "\r\n").dropFirst().map {
            $0.split(separator: ",").prefix(2).joined(separator: " ")
        }
    }

    @Test func `where all is well each line says so`() async throws {
        let folder = try marketHome()
        let run = await Run(
            ["doctor", "--format", "csv"], home: folder, environment: ["ESIWH_CONTACT": "me@example.org"])
        #expect(run.status == .done)
        #expect(
            states(run) == [
                "configuration ok", "contact ok", "stored SQL ok", "warehouse ok", "integrity ok", "last run ok",
                "free pages ok", "cache ok", "clock ok",
            ])
        #expect(run.err == "")
    }

    @Test func `nothing there yet is no fault, but a contact is missing`() async throws {
        let run = await Run(["doctor", "--format", "csv"], home: try TemporaryFolder())
        #expect(run.status == .badConfiguration)
        #expect(
            states(run) == [
                "configuration ok", "contact error", "stored SQL ok", "warehouse ok", "cache ok", "clock ok",
            ])
    }

    @Test func `damage, a broken file and a wrong clock are told beside what is well`() async throws {
        let folder = try marketHome()
        let path = folder.path + "/warehouse.sqlite"
        let connection = try Connection(path: path, mode: .readWrite)
        try connection.run("INSERT INTO notes VALUES ('server_offset:http://127.0.0.1:1', '-90.0')")
        try connection.run("INSERT INTO runs (command, started_at) VALUES ('ingest', 1)")
        let page = try connection.value("SELECT rootpage FROM sqlite_schema WHERE name = 'market_orders'")?.integer ?? 0
        let size = try connection.value("PRAGMA page_size")?.integer ?? 0
        try connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        var bytes = try Data(contentsOf: URL(filePath: path))
        for offset in 0..<64 { bytes[Int((page - 1) * size) + offset] = 0xAA }
        try bytes.write(to: URL(filePath: path))
        try folder.write("no front matter", to: "sql/views/mine.sql")
        let run = await Run(
            ["doctor", "--format", "csv"], home: folder, environment: ["ESIWH_ESI_URL": "http://127.0.0.1:1"])
        #expect(run.status == .badData)
        #expect(
            states(run) == [
                "configuration ok", "contact ok", "stored SQL error", "warehouse ok", "integrity error",
                "last run warning", "free pages ok", "cache ok", "clock warning",
            ])
        #expect(run.out.contains("90 s ahead of ESI's"))
    }

    @Test func `a warehouse of a newer program and a broken configuration are errors`() async throws {
        let folder = try marketHome()
        let connection = try Connection(path: folder.path + "/warehouse.sqlite", mode: .readWrite)
        try connection.run("INSERT INTO migrations VALUES ('9999-later', '', 0)")
        let newer = await Run(
            ["doctor", "--format", "csv"], home: folder, environment: ["ESIWH_CONTACT": "me@example.org"])
        #expect(newer.status == .badData)
        #expect(newer.out.contains("warehouse,error,the database is of a newer esiwh"))
        try folder.write("colour: red\n", to: "esiwh.yaml")
        let broken = await Run(["doctor", "--format", "csv"], home: folder)
        #expect(broken.status == .badConfiguration)
        #expect(states(broken).prefix(2) == ["configuration error", "contact warning"])
    }
}
