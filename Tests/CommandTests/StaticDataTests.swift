import FoundationEssentials
import SQLite
import Testing
import Warehouse

@testable import esiwh

/// `esiwh ingest sde` on the command line.
@Suite struct StaticDataTests {
    /// An export of types and groups alone.
    private func folder() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let header = #"{"_key": "sde", "buildNumber": 3142455, "releaseDate": "2025-12-15T11:14:02Z"}"#
        try folder.write(header + "\r\n", to: "export/_sde.jsonl")
        try folder.write(
            #"{"_key": 34, "groupID": 18, "name": {"en": "Tritanium"}, "published": true}"# + "\n",
            to: "export/types.jsonl")
        try folder.write(
            #"{"_key": 18, "categoryID": 4, "name": {"en": "Mineral"}, "published": true}"# + "\n{\n",
            to: "export/groups.jsonl")
        return folder
    }

    @Test(arguments: [
        (["sde"], "which static data export? It is a file that CCP lets download"),
        (["sde", "types", "--from", "x"], "sde is ingested on its own"),
        (["types", "--from", "x"], "--from is where the static data export is"),
        (["sde_types"], "sde_types comes from the static data export"),
        (["sde", "--from", "x", "--force"], "--where and --force are for ESI's routes"),
    ])
    func `what does not go together is usage, and says what to write`(arguments: [String], message: String) async throws
    {
        let run = await Run(
            ["ingest"] + arguments, home: try TemporaryFolder(), environment: ["ESIWH_ESI_URL": "http://127.0.0.1:1"])
        #expect(run.status == .usage)
        #expect(run.err.hasPrefix("esiwh: \(message); "))
    }

    @Test func `an export is read without asking anybody, and status shows its build`() async throws {
        let folder = try folder()
        let run = await Run(["ingest", "sde", "--from", folder.path + "/export", "--format", "csv"], home: folder)
        // Files are missing, and one is broken.
        #expect(run.status == .partial)
        #expect(run.out.contains("\r\nsde_types,1,0,0,0,0,0,0,1,0,0\r\n"))
        #expect(run.out.contains("\r\nsde_groups,0,0,0,0,0,1,0,0,0,0\r\n"))
        #expect(run.err.contains("esiwh: sde_groups: failed: groups.jsonl:2: "))
        #expect(run.err.contains("sde_blueprints: failed: blueprints.jsonl: \(folder.path)/export has no such file\n"))
        #expect(run.err.hasSuffix("build 3142455, released 2025-12-15T11:14:02Z\n"))
        let status = await Run(["status", "--section", "builds", "--format", "csv"], home: folder)
        #expect(status.out.contains("3142455,2025-12-15T11:14:02Z,"))
        let query = await Run(
            ["query", "SELECT name FROM all_types WHERE type_id = 34", "--format", "csv"], home: folder)
        #expect(query.out == "name\r\nTritanium\r\n")
    }

    @Test func `what is no export is bad data, with the way out, and a dry run reads nothing`() async throws {
        let folder = try folder()
        let none = await Run(["ingest", "sde", "--from", folder.path + "/none"], home: folder)
        #expect(none.status == .badData)
        #expect(none.err == "esiwh: \(folder.path)/none: there is no such file or folder\n")
        try folder.write("PK\u{3}\u{4}cut", to: "cut.zip")
        let cut = await Run(["ingest", "sde", "--from", folder.path + "/cut.zip"], home: folder)
        #expect(cut.status == .badData)
        #expect(cut.err.hasPrefix("esiwh: \(folder.path)/cut.zip: "))
        let dry = await Run(["ingest", "sde", "--from", folder.path + "/export", "--dry-run"], home: folder)
        #expect(dry.status == .done)
        #expect(dry.out.contains("types.jsonl of build 3142455"))
        let status = await Run(["status", "--format", "csv"], home: folder)
        #expect(status.status == .failed || !status.out.contains("sde_types"))
    }
}
