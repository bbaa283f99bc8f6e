/// What an archive's name promises. A file that is something else was cut, or is a page that says so.
struct ArchiveName {
    enum Compression {
        case gzip, bzip2
    }

    let compression: Compression?
    let isTar: Bool
    let isZip: Bool
    /// What a single compressed file is called when it is not.
    let inside: String

    private static let endings: [(text: String, compression: Compression?, isTar: Bool)] = [
        (".tar.bz2", .bzip2, true), (".tbz2", .bzip2, true), (".tbz", .bzip2, true), (".tar.gz", .gzip, true),
        (".tgz", .gzip, true), (".tar", nil, true), (".bz2", .bzip2, false), (".gz", .gzip, false),
    ]

    init(_ path: String) {
        let name = String(path.split(separator: "/").last ?? "")
        let lower = name.lowercased()
        isZip = lower.hasSuffix(".zip")
        guard let ending = Self.endings.first(where: { lower.hasSuffix($0.text) }) else {
            (compression, isTar, inside) = (nil, false, name)
            return
        }
        (compression, isTar) = (ending.compression, ending.isTar)
        inside = ending.isTar ? name : String(name.dropLast(ending.text.count))
    }
}

/// What a file is by its first bytes.
enum ArchiveMagic {
    case zip, gzip, bzip2, other

    init(_ bytes: [UInt8]) {
        switch bytes {
        case let bytes where bytes.starts(with: [0x1f, 0x8b]): self = .gzip
        case let bytes where bytes.starts(with: Array("BZh".utf8)): self = .bzip2
        case let bytes where bytes.starts(with: Array("PK".utf8)) && bytes.count == 4 && bytes[2] < 0x09: self = .zip
        default: self = .other
        }
    }
}
