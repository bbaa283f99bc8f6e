import ArgumentParser
import FoundationEssentials
import Testing

@testable import esiwh

/// A command line run in this process, with what it wrote.
struct Run {
    var status: CommandStatus
    var out: String
    var err: String

    /// - Parameter terminal: whether stdout and stderr are terminals.
    init(_ arguments: [String], environment: [String: String] = [:], terminal: Bool = false) async {
        let out = Sink(terminal: terminal)
        let err = Sink(terminal: terminal)
        status = await Program.run(arguments, environment: environment, out: out, err: err)
        self.out = out.text
        self.err = err.text
    }

    /// With the test's folder as the home.
    init(_ arguments: [String], home: TemporaryFolder, environment: [String: String] = [:]) async {
        self = await Run(arguments + ["--home", home.path], environment: environment)
        withExtendedLifetime(home) {}
    }
}

/// A folder of a test's own, gone when the test ends.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/esiwh-test-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }  // what stays behind is in the temporary folder

    func write(_ text: String, to name: String) throws {
        let file = path + "/" + name
        try FileManager.default.createDirectory(atPath: Paths.folder(of: file), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(filePath: file))
    }

    func read(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: path + "/" + name)), as: UTF8.self)
    }
}
