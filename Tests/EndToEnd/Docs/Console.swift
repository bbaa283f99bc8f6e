import Foundation

/// A ```` ```console ```` block of a page: commands behind `$ `, each followed by what it prints.
struct Console {
    struct Step {
        var command: String
        var output: String
    }

    static let fence = "```console"

    /// The page's text between its console blocks, and the blocks' steps: one text more than blocks.
    static func split(_ page: String) -> (texts: [String], blocks: [[Step]]) {
        var texts = [""]
        var blocks: [[Step]] = []
        var isInside = false
        // By bytes: a line of CSV ends with \r\n, which is one Character and no "\n".
        for bytes in page.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            let line = Substring(bytes)
            if !isInside {
                texts[texts.count - 1] += line + "\n"
                if line == fence {
                    isInside = true
                    blocks.append([])
                    texts.append("")
                }
            } else if line == "```" {
                isInside = false
                texts[texts.count - 1] += line + "\n"
            } else {
                add(line, to: &blocks[blocks.count - 1])
            }
        }
        texts[texts.count - 1].removeLast()  // the line end that the split took
        return (texts, blocks)
    }

    private static func add(_ line: Substring, to steps: inout [Step]) {
        if line.hasPrefix("$ ") {
            steps.append(Step(command: String(line.dropFirst(2)), output: ""))
        } else if let last = steps.last, last.output.isEmpty, last.command.hasSuffix("\\") {
            steps[steps.count - 1].command += "\n" + line
        } else if !steps.isEmpty {
            steps[steps.count - 1].output += line + "\n"
        }
    }

    /// The page with other outputs.
    static func join(_ texts: [String], _ blocks: [[Step]]) -> String {
        var page = texts[0]
        for (block, text) in zip(blocks, texts.dropFirst()) {
            for step in block { page += "$ " + step.command + "\n" + step.output }
            page += text
        }
        return page
    }
}

/// The built programs, run as a person would.
struct Shell {
    var environment: [String: String]
    var folder: String

    /// The folder of the programs that were built with this test.
    static let programs: String = {
        let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return (own ?? CommandLine.arguments[0]).split(separator: "/", omittingEmptySubsequences: false)
            .dropLast().joined(separator: "/")
    }()

    /// - Parameter home: becomes ESIWH_HOME.
    init(home: String, folder: String) {
        var environment = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("ESIWH_") }
        environment["PATH"] = Self.programs + ":" + (environment["PATH"] ?? "/usr/bin:/bin")
        environment["ESIWH_HOME"] = home
        environment["LC_ALL"] = "C.UTF-8"
        self.environment = environment
        self.folder = folder
    }

    /// Runs a line of bash; stdout and stderr together, as a terminal shows them.
    func run(_ command: String) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = ["-c", command]
        process.environment = environment
        process.currentDirectoryURL = URL(filePath: folder)
        let pipe = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }
}
