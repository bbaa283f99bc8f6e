import Archive
import FoundationEssentials
import SQLite
import Warehouse

/// What makes an export unusable as a whole: nothing of it is applied.
public struct StaticExportError: Error, Equatable, Sendable, CustomStringConvertible {
    public var path: String
    public var message: String
    public var mend: String?

    public var description: String { "\(path): \(message)" + (mend.map { "; \($0)" } ?? "") }
}

/// CCP's static data export as JSON Lines: the archive as it is downloaded, or the folder that it unpacks to.
struct StaticExport {
    let path: String
    let build: Build
    private let isFolder: Bool

    /// The record that tells an export's build.
    static let header = "_sde.jsonl"

    /// Reads which build it is.
    init(path: String) throws {
        self.path = path
        var isDirectory = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw StaticExportError(path: path, message: "there is no such file or folder")
        }
        isFolder = isDirectory
        var found: Build?
        var names: [String] = []
        try Self.walk(path, isFolder: isDirectory) { name in
            names.append(name)
            return Self.lastComponent(name) == Self.header
        } body: { _, file in
            found = try Self.build(try file.readAll(limit: 1 << 16), path)
            return false
        }
        guard let found else { throw Self.unknownLayout(path, names) }
        build = found
    }

    /// Hands out the files of these names as they come.
    /// - Parameter body: given a file's name and an archive that is at it; false ends the walk.
    func read(_ wanted: Set<String>, _ body: (String, ArchiveReader) throws -> Bool) throws {
        try Self.walk(path, isFolder: isFolder) {
            wanted.contains(Self.lastComponent($0))
        } body: { name, file in
            try body(Self.lastComponent(name), file)
        }
    }

    private static func lastComponent(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }

    private static func walk(
        _ path: String, isFolder: Bool, where isWanted: (String) -> Bool,
        body: (String, ArchiveReader) throws -> Bool
    ) throws {
        guard isFolder else {
            let archive = try ArchiveReader(path: path)
            while let entry = try archive.next() {
                if isWanted(entry.path), try !body(entry.path, archive) { return }
            }
            return
        }
        for name in try FileManager.default.contentsOfDirectory(atPath: path).sorted() where isWanted(name) {
            let file = try ArchiveReader(path: path + "/" + name)
            if try file.next() != nil, try !body(name, file) { return }
        }
    }

    private static func build(_ text: [UInt8], _ path: String) throws -> Build {
        let plan = try DecodePlan(fields: [
            Field(name: "buildNumber", kind: .integer, mayBeAbsent: false),
            Field(name: "releaseDate", kind: .timestamp, mayBeAbsent: false),
        ])
        do throws(LineError) {
            let rows = try plan.decodeLines(text)
            if rows.rowCount == 1, case .integer(let number) = rows.value(0, 0),
                case .integer(let released) = rows.value(0, 1)
            {
                return Build(number: number, releasedAt: released)
            }
            let error = DecodeError(path: "", message: "one record is expected", isMalformed: false)
            throw LineError(line: 1, error: error)
        } catch {
            throw StaticExportError(path: path, message: "\(header):\(error)")
        }
    }

    private static func unknownLayout(_ path: String, _ names: [String]) -> StaticExportError {
        let mend = "take eve-online-static-data-<build>-jsonl.zip from developers.eveonline.com/static-data"
        if names.contains(where: { $0.hasSuffix("_sde.yaml") }) {
            return StaticExportError(path: path, message: "this is the export as YAML", mend: mend)
        }
        if names.contains(where: { $0.contains("fsd/") || $0.contains("bsd/") || ["fsd", "bsd"].contains($0) }) {
            return StaticExportError(
                path: path, message: "this is the export in its layout of before September 2025", mend: mend)
        }
        return StaticExportError(path: path, message: "no \(header) in it, so it is no static data export", mend: mend)
    }
}
