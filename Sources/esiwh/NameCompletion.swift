internal import ArgumentParser
internal import Warehouse

extension CompletionKind {
    /// The names of the stored files in force of a kind, the user's own among them.
    static func names(of kind: StoredKind) -> CompletionKind {
        .custom { _, _, prefix in
            let environment = Program.environment()
            // Without a folder of the user's there are the shipped files.
            let folder = try? Paths(home: nil, environment: environment).sql
            let names = Library(userFolder: folder, kinds: [kind]).files(kind).map(\.name)
            return names.filter { $0.hasPrefix(prefix) }
        }
    }
}
