import Foundation
import Sandbox
import Testing

/// `esiwh doctor esi` against a server that answers a specification.
@Suite struct DoctorTests {
    @Test func `the specification is asked of ESI itself, or of the URL that is given`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "esiwh-doctor-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }  // what stays is in the temporary folder
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        // Of two dates, so that it shows which of them was asked for.
        try record("/meta/openapi.json", version: "2026-07-21", as: "ours", in: folder)
        try record("/meta/openapi.json?compatibility_date=2026-08-18", version: "2026-08-18", as: "next", in: folder)
        let server = try SandboxProcess(["--replay", folder.path])
        let home = folder.path + "/home"
        let ours = try doctor(home, server.url, [])
        #expect(ours.status == 65)
        #expect(ours.err.contains("datasets against ESI as of 2026-07-21: "))
        #expect(ours.out.contains("market_orders,error,route,schema/datasets/market_orders.sql,6,"))
        let next = try doctor(
            home, server.url, ["--spec", server.url + "/meta/openapi.json?compatibility_date=2026-08-18"])
        #expect(next.err.contains("esiwh asks ESI as of 2026-07-21: "))
        #expect(next.err.contains("datasets against ESI as of 2026-08-18: "))
    }

    private func record(_ uri: String, version: String, as name: String, in folder: URL) throws {
        let http = """
            { "request": { "uri": "https://esi.evetech.net\(uri)" }, "status": 200,
              "headers": { "Content-Type": "application/json", "Last-Modified": "Sun, 27 Sep 2026 11:05:00 GMT" } }
            """
        let body = "{ \"openapi\": \"3.1.0\", \"info\": { \"version\": \"\(version)\" }, \"paths\": {} }"
        try Data(http.utf8).write(to: folder.appending(path: name + ".http.json"))
        try Data(body.utf8).write(to: folder.appending(path: name + ".body.json"))
    }

    private func doctor(_ home: String, _ url: String, _ arguments: [String]) throws -> (
        status: Int32, out: String, err: String
    ) {
        let process = Process()
        process.executableURL = URL(filePath: Shell.programs + "/esiwh")
        process.arguments = ["doctor", "esi", "--format", "csv"] + arguments
        process.environment = ["ESIWH_HOME": home, "ESIWH_ESI_URL": url, "PATH": "/usr/bin:/bin"]
        let (out, err) = (Pipe(), Pipe())
        (process.standardInput, process.standardOutput, process.standardError) = (FileHandle.nullDevice, out, err)
        try process.run()
        let output = String(decoding: out.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let errors = String(decoding: err.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, output, errors)
    }
}
