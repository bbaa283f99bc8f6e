internal import ArgumentParser
internal import FoundationEssentials
import Glibc
internal import SQLite
internal import Warehouse

struct Backup: Command {
    static let configuration = CommandConfiguration(
        abstract: "Copy the warehouse into a file, consistent as of one moment, while others go on using it.",
        discussion: """
            The file appears under its name only when it is whole. To restore, put it in the warehouse's place while nothing
            runs.

              esiwh backup ~/backups/esiwh-$(date +%F).sqlite
            """)

    @Argument(help: "The file to make.", completion: .file()) var file: String
    @Flag(help: "Replace the file where there is one.") var force = false
    @OptionGroup(title: "Common options") var common: CommonOptions

    func run(in context: Context) throws -> CommandStatus {
        let source = context.paths.warehouse
        guard FileManager.default.fileExists(atPath: source) else { throw WarehouseError.missing(source) }
        guard force || !FileManager.default.fileExists(atPath: file) else {
            throw CommandError(.failed, "\(file) is there already", mend: "give another name, or --force")
        }
        let unfinished = file + ".part"
        unlink(unfinished)
        do {
            try copy(source, to: unfinished, context)
        } catch {
            unlink(unfinished)
            throw error
        }
        guard rename(unfinished, file) == 0 else {
            throw CommandError(.failed, "\(file) cannot be made: \(String(cString: strerror(errno)))")
        }
        return .done
    }

    private func copy(_ source: String, to target: String, _ context: Context) throws {
        let connection = try Connection(path: source, mode: .readOnly)
        var progress = ProgressLine(now: context.clock.precise)
        try connection.backup(to: target) { remaining, total in
            guard context.showsProgress else { return }
            let text = progress.update(
                done: total - remaining, total: total, label: "pages", width: context.width, now: context.clock.precise)
            // Progress that cannot be shown is no reason to end the copy.
            if let text { try? context.err.show(text) }
        }
        try? context.err.show(progress.clearing())  // as above
    }
}
