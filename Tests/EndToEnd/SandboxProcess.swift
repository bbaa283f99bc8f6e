import Foundation
import Testing

/// `esi-sandbox` as a process of its own, ended with the value.
final class SandboxProcess {
    let url: String
    private let process = Process()

    init(_ arguments: [String] = ["--size", "tiny", "--seed", "1", "--still"]) throws {
        process.executableURL = URL(filePath: Shell.programs + "/esi-sandbox")
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardInput = FileHandle.nullDevice
        try process.run()
        // It prints its URL once it listens.
        var line = ""
        while !line.hasSuffix("\n") {
            let piece = pipe.fileHandleForReading.availableData
            guard !piece.isEmpty else { break }
            line += String(decoding: piece, as: UTF8.self)
        }
        url = String(line.dropLast())
        try #require(url.hasPrefix("http://127.0.0.1:"), "esi-sandbox did not start: \(line)")
    }

    deinit {
        process.terminate()
        process.waitUntilExit()
    }
}
