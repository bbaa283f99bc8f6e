import Foundation
import Testing
import Warehouse

/// What the docs show is what the commands print. The demo is played once, into a folder of its own; the pages' console
/// blocks are run over the warehouse that it leaves.
@Suite(.serialized) struct ExampleTests {
    /// The demo's end, by esiwh's clock.
    static let now = "2026-09-27T13:00:00Z"

    @Test func `the demo plays, and the docs show what commands print over its warehouse`() throws {
        let folder = NSTemporaryDirectory() + "esiwh-docs-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }  // what stays is in the temporary folder
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        var shell = Shell(home: folder + "/.demo", folder: folder)
        let demo = try shell.run("bash '\(Document.root)/docs/demo.sh' '\(Shell.programs)' \"$ESIWH_HOME\"")
        try #require(demo.status == 0, "\(demo.output)")
        #expect(demo.output.contains("firing"), "no verdict fires: \(demo.output)")
        shell.environment["ESIWH_NOW"] = Self.now
        try check("README.md", shell)
        try check("docs/reports.md", shell)
    }

    @Test func `docs/reports.md shows every report`() throws {
        let (_, blocks) = Console.split(try Document(path: "docs/reports.md").text)
        let commands = blocks.flatMap { $0 }.map(\.command)
        for report in Library().files(.report) {
            #expect(commands.contains { ($0 + " ").hasPrefix("esiwh query \(report.name) ") }, "\(report.name)")
        }
    }

    @Test func `the dataset that docs/add-a-dataset.md walks through works as it says`() throws {
        let folder = NSTemporaryDirectory() + "esiwh-docs-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }  // what stays is in the temporary folder
        let page = Document(path: "docs/add-a-dataset.md")
        let files = try page.text.components(separatedBy: "```sql\n").dropFirst()
            .map { String($0.components(separatedBy: "```\n")[0]) }
        let names = ["datasets/route_health.sql", "datasets/loyalty_offer_items.sql", "reports/health.sql"]
        try #require(files.count == names.count)
        for (name, text) in zip(names, files) {
            let file = URL(filePath: folder + "/sql/" + name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        let sandbox = try SandboxProcess()
        var shell = Shell(home: folder, folder: folder)
        shell.environment["ESIWH_ESI_URL"] = sandbox.url
        shell.environment["ESIWH_NOW"] = "2026-09-27T12:00:00Z"
        try check(page.path, shell)
        withExtendedLifetime(sandbox) {}
    }

    /// Runs a page's blocks, each command after the other.
    private func check(_ path: String, _ shell: Shell) throws {
        let page = Document(path: path)
        let (texts, shownBlocks) = Console.split(try page.text)
        var blocks = shownBlocks
        #expect(!blocks.isEmpty, "\(path) shows nothing")
        for block in blocks.indices {
            for step in blocks[block].indices {
                let command = blocks[block][step].command
                let shown = blocks[block][step].output
                let run = try shell.run(command)
                #expect(run.status == 0, "\(path): $ \(command)\n\(run.output)")
                let isShown = run.output == shown || Document.isWriting
                #expect(isShown, "\(path): $ \(command)\n\(run.output)")
                blocks[block][step].output = run.output
            }
        }
        if Document.isWriting { try page.expect(Console.join(texts, blocks)) }
    }

    @Test func `a page with console blocks is read and written back as it was`() {
        let page = "a\n```console\n$ one \\\n  two\nout\r\n\nmore\r\n$ three\n```\nb\n```sh\n$ not run\n```\n"
        let (texts, blocks) = Console.split(page)
        #expect(blocks.map { $0.map(\.command) } == [["one \\\n  two", "three"]])
        #expect(blocks[0].map(\.output) == ["out\r\n\nmore\r\n", ""])
        #expect(Console.join(texts, blocks) == page)
    }
}
