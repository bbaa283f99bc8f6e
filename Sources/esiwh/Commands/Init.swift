internal import ArgumentParser
internal import FoundationEssentials
internal import Warehouse

struct Init: Command {
    static let configuration = CommandConfiguration(
        abstract: "Make the folders, the warehouse and a commented esiwh.yaml.",
        discussion: """
            Makes what is missing and overwrites nothing; where all is there it does nothing. Every other command works
            without it.

              esiwh init --home ~/eve
            """)

    @OptionGroup(title: "Common options") var common: CommonOptions

    func run(in context: Context) throws -> CommandStatus {
        let paths = context.paths
        let kinds = StoredKind.allCases.compactMap { $0.folder.split(separator: "/").last }
        let folders =
            [paths.configuration, paths.warehouse, paths.cache].map(Paths.folder(of:))
            + kinds.map { paths.sql + "/" + $0 }
        var seen: Set<String> = []
        for folder in folders where seen.insert(folder).inserted {
            if try Self.makeFolder(folder) { try say("made \(folder)/", context) }
        }
        try makeConfiguration(context)
        try makeWarehouse(context)
        return .done
    }

    /// - Returns: whether it was missing.
    @discardableResult
    static func makeFolder(_ path: String) throws -> Bool {
        var isFolder = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) {
            guard isFolder else { throw CommandError(.failed, "\(path) is no folder", mend: "move it away") }
            return false
        }
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw CommandError(.failed, "\(path) cannot be made", mend: "check the permissions above it")
        }
        return true
    }

    private func makeWarehouse(_ context: Context) throws {
        let path = context.paths.warehouse
        if FileManager.default.fileExists(atPath: path) { return }
        _ = try Warehouse(path: path, catalogue: Catalogue(context.library()), now: context.clock.now)
        try say("made \(path)", context)
    }

    private func makeConfiguration(_ context: Context) throws {
        let path = context.paths.configuration
        if FileManager.default.fileExists(atPath: path) { return }
        guard FileManager.default.createFile(atPath: path, contents: Data(ConfigurationKey.template.utf8)) else {
            throw CommandError(.failed, "\(path) cannot be written", mend: "check its folder's permissions")
        }
        try say("made \(path)", context)
    }

    private func say(_ text: String, _ context: Context) throws {
        if !common.quiet { try context.out.write(text + "\n") }
    }
}
