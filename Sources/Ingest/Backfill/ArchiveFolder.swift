internal import Glibc
internal import Warehouse

/// A file that may hold a part of the past.
struct ArchiveFile: Sendable, Hashable {
    var path: String
    var identity: ArchivedFile.Identity
    /// What its name says of its time, in digits; empty where it says nothing.
    var time: String

    /// The name without its compression: that of the table inside, where there is one only.
    var inside: String {
        for ending in [".bz2", ".gz"] where identity.name.hasSuffix(ending) {
            return String(identity.name.dropLast(ending.count))
        }
        return identity.name
    }

    /// Whether it holds files of their own names.
    var isContainer: Bool { [".tar", ".zip", ".tgz", ".tbz2"].contains { inside.hasSuffix($0) } }
    var isTable: Bool { inside.hasSuffix(".csv") }

    /// Whether it may fill the dataset; what is in a container shows when it is read.
    func mayFill(_ dataset: Dataset) -> Bool {
        guard let archive = dataset.archive else { return false }
        if isContainer { return archive.file.hasSuffix(".csv") }
        return isTable && archive.matches(inside)
    }
}

/// A file or folder that cannot be read.
public struct BackfillSourceError: Error, Equatable, Sendable, CustomStringConvertible {
    public var description: String
}

/// The archives below the paths that the user names.
struct ArchiveFolder {
    private(set) var files: [ArchiveFile] = []

    /// - Throws: where a path is not there.
    init(_ paths: [String]) throws(BackfillSourceError) {
        for path in paths { try add(path, isNamed: true) }
        // The oldest first; files of one time by name, so that a day's rewritten files stand together.
        files.sort { ($0.time, $0.identity.name, $0.path) < ($1.time, $1.identity.name, $1.path) }
    }

    private mutating func add(_ path: String, isNamed: Bool) throws(BackfillSourceError) {
        var facts = stat()
        guard stat(path, &facts) == 0 else {
            throw BackfillSourceError(description: "\(path): \(String(cString: strerror(errno)))")
        }
        if facts.st_mode & S_IFMT == S_IFDIR {
            for name in try Self.names(in: path) { try add("\(path)/\(name)", isNamed: false) }
            return
        }
        let name = String(path.split(separator: "/").last ?? "")
        let file = ArchiveFile(
            path: path,
            identity: .init(name: name, size: Int64(facts.st_size), modifiedAt: Int64(facts.st_mtim.tv_sec)),
            time: Self.time(in: name))
        guard isNamed || file.isContainer || file.isTable else { return }
        files.append(file)
    }

    /// A folder's entries but hidden ones, in a fixed order.
    private static func names(in folder: String) throws(BackfillSourceError) -> [String] {
        guard let directory = opendir(folder) else {
            throw BackfillSourceError(description: "\(folder): \(String(cString: strerror(errno)))")
        }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    /// The digits from the first date in a name on: `20240501001506` of `market-orders-2024-05-01_00-15-06.v3.csv.bz2`.
    static func time(in name: String) -> String {
        let characters = Array(name.utf8)
        func isDigit(_ index: Int) -> Bool { index < characters.count && (48...57).contains(characters[index]) }
        for start in characters.indices where isDigit(start) && (start == 0 || !isDigit(start - 1)) {
            var digits: [UInt8] = []
            var index = start
            while isDigit(index)
                || ([45, 95, 84].contains(index < characters.count ? characters[index] : 0) && isDigit(index + 1))
            {
                if isDigit(index) { digits.append(characters[index]) }
                index += 1
            }
            if digits.count >= 8 { return String(decoding: digits, as: UTF8.self) }
        }
        return ""
    }
}
