import ArgumentParser
import Foundation
import Sandbox

@main
struct SandboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "esi-sandbox",
        abstract: "An ESI of your own on this machine, for demos and tests.",
        discussion: """
            Serves a made-up New Eden that follows from its seed, on a clock that POST /control/clock moves; \
            docs/sandbox.md has the rest. Prints its URL once it listens.
            """)

    @Option(help: "The port on 127.0.0.1; 0 takes any free one.")
    var port: UInt16 = 0

    @Option(help: "tiny, small, forge, universe, or a number of orders.")
    var size = "tiny"

    @Option(help: "The universe follows from it.")
    var seed: UInt64 = 1

    @Option(help: "Where the clock begins.")
    var start = "2026-09-27T12:00:00Z"

    @Flag(help: "Let the clock stand until it is moved.")
    var still = false

    @Option(help: "Serve the recordings in this folder instead.", completion: .directory)
    var replay: String?

    @Option(
        name: .customLong("write-sde"),
        help: ArgumentHelp(
            "Write the universe's static data export into this folder, or FILE.zip, and serve nothing.",
            valueName: "path"), completion: .file())
    var writeSDE: String?

    @Option(
        name: .customLong("sde-build"),
        help: "Which build to write, from 1: each is a day newer and a little different.")
    var build = 1

    @Option(
        help: ArgumentHelp(
            "Write the days before the clock's beginning as public archives into this folder, and serve nothing.",
            valueName: "dir"), completion: .directory)
    var writeArchives: String?

    @Option(help: "How many days of archives to write.")
    var days = 3

    @Option(help: "Write the URL into this file once it listens.", completion: .file())
    var urlFile: String?

    func run() async throws {
        guard let start = SandboxTime.parse(start) else {
            throw ValidationError("--start takes a time such as 2026-09-27T12:00:00Z")
        }
        guard let size = Universe.Size(size) else {
            throw ValidationError("--size takes tiny, small, forge, universe, or a number of orders up to 10,000,000")
        }
        let universe = Universe(size: size, seed: seed, start: start)
        if let writeSDE {
            guard build >= 1 else { throw ValidationError("--sde-build counts from 1") }
            return try StaticData(universe: universe, build: build).write(to: writeSDE)
        }
        if let writeArchives {
            guard (1...1000).contains(days) else { throw ValidationError("--days takes 1 to 1000") }
            return try PublicArchives(universe: universe).write(days: days, to: writeArchives)
        }
        let recordings = try replay.map { try Replay(folder: $0) }
        let server = try await SandboxServer(universe: universe, port: port, ticks: !still, replay: recordings)
        if let urlFile { try server.url.write(toFile: urlFile, atomically: true, encoding: .utf8) }
        // Unbuffered: whoever started us may be waiting for the line.
        FileHandle.standardOutput.write(Data((server.url + "\n").utf8))
        try await server.wait()
    }
}
