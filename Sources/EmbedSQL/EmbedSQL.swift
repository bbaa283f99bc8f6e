import Foundation
import PackagePlugin

/// Compiles `schema/`, `queries/` and `templates/` into the module that uses this plugin.
@main
struct EmbedSQL: BuildToolPlugin {
    func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
        let root = context.package.directoryURL
        let files: [URL] = ["schema", "queries", "templates"].flatMap { self.files(below: root.appending(path: $0)) }
        let output = context.pluginWorkDirectoryURL.appending(path: "EmbeddedFiles.swift")
        return [
            .buildCommand(
                displayName: "Embedding schema/, queries/ and templates/",
                executable: try context.tool(named: "embed-sql").url,
                arguments: [output.path, root.path] + files.map(\.path),
                inputFiles: files,
                outputFiles: [output])
        ]
    }

    private func files(below folder: URL) -> [URL] {
        let all = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        return (all?.compactMap { $0 as? URL } ?? [])
            .filter { ["sql", "yaml", "mustache"].contains($0.pathExtension) }
            .sorted { $0.path < $1.path }
    }
}
