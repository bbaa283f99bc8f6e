import FoundationEssentials

/// All stored files in force: the shipped ones, and the user's, which add to them or replace them by path.
public struct Library: Sendable {
    public private(set) var files: [StoredFile]
    /// Files that cannot be used, each with its reason. One bad file never hides the others.
    public private(set) var faults: [FileError]
    /// Other texts by path: rule tests, the core schema.
    public let texts: [String: String]
    /// Which were read.
    let kinds: Set<StoredKind>

    /// - Parameters:
    ///   - shipped: texts by path below the project's root, as embedded.
    ///   - userFolder: the user's `sql/` folder; one that does not exist is an empty one.
    ///   - kinds: which to read; a short command reads what it needs.
    ///   - sql: what is going to run: shipped datasets and views that it cannot lead to are left out. Nil: none are.
    public init(
        shipped: [String: String] = embeddedFiles, userFolder: String? = nil,
        kinds: Set<StoredKind> = Set(StoredKind.allCases), for sql: String? = nil
    ) {
        self.kinds = kinds
        var sources = shipped.mapValues { (origin: StoredFile.Origin.shipped, text: $0) }
        var faults: [FileError] = []
        for (path, found) in Self.userFiles(userFolder, &faults) {
            sources[path] = (.user(path: found.path, replaces: shipped[path] != nil), found.text)
        }
        let needed = sql.flatMap { Mentions.paths(in: $0, among: sources) }
        var files: [StoredFile] = []
        for (path, source) in sources.sorted(by: { $0.key < $1.key }) {
            guard let (kind, name) = StoredKind.named(by: path), kinds.contains(kind) else { continue }
            if let needed, source.origin == .shipped, !needed.contains(path) { continue }
            do throws(FileError) {
                files.append(
                    try StoredFile(kind: kind, name: name, path: path, origin: source.origin, text: source.text))
            } catch {
                faults.append(error)
            }
        }
        self.files = files
        self.faults = faults
        texts = sources.mapValues(\.text).filter { !$0.key.hasSuffix(".sql") || $0.key.hasPrefix("schema/core/") }
    }

    public func files(_ kind: StoredKind) -> [StoredFile] {
        files.filter { $0.kind == kind }
    }

    public func file(_ kind: StoredKind, _ name: String) -> StoredFile? {
        files.first { $0.kind == kind && $0.name == name }
    }

    /// The user's files by the path they stand for, with their own path and text.
    private static func userFiles(
        _ folder: String?, _ faults: inout [FileError]
    ) -> [String: (path: String, text: String)] {
        guard let folder, let names = try? FileManager.default.subpathsOfDirectory(atPath: folder) else {
            return [:]  // no folder: no files of the user's
        }
        var found: [String: (path: String, text: String)] = [:]
        for name in names.sorted() where name.hasSuffix(".sql") || name.hasSuffix(".yaml") {
            let path = folder + "/" + name
            let standsFor = canonicalPath(name)
            guard let standsFor else {
                faults.append(
                    FileError(
                        file: path, line: 0, message: "no such kind of file",
                        mend: "put it into datasets/, views/, rollups/, reports/, rules/ or explain/"))
                continue
            }
            guard let data = FileManager.default.contents(atPath: path) else {
                faults.append(FileError(file: path, line: 0, message: "cannot be read", mend: "check its permissions"))
                continue
            }
            guard let text = String(validating: data, as: UTF8.self) else {
                faults.append(FileError(file: path, line: 0, message: "not UTF-8", mend: "save it as UTF-8"))
                continue
            }
            if let other = found[standsFor] {
                faults.append(FileError(file: path, line: 0, message: "the same as \(other.path)", mend: "keep one"))
                continue
            }
            found[standsFor] = (path, text)
        }
        return found
    }

    /// `reports/x.sql` and `queries/reports/x.sql` are the same file; nil for a folder we do not know.
    private static func canonicalPath(_ name: String) -> String? {
        for kind in StoredKind.allCases {
            let short = kind.folder.split(separator: "/").last.map(String.init) ?? ""
            for prefix in [kind.folder + "/", short + "/"] where name.hasPrefix(prefix) {
                let rest = name.dropFirst(prefix.count)
                return rest.contains("/") ? nil : kind.folder + "/" + rest
            }
        }
        return nil
    }
}
