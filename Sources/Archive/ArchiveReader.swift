internal import CArchive
internal import Glibc

/// A file inside an archive.
public struct ArchiveEntry: Sendable, Hashable {
    /// The path as the archive gives it, to be compared and shown. Nothing here writes to it, and nobody should:
    /// it may be absolute or climb with `..`.
    public var path: String
    /// Bytes, where the archive tells before it is read.
    public var size: Int64?

    /// The path's last component.
    public var name: String { String(path.split(separator: "/").last ?? "") }
}

/// Reads the files in a zip, a tar (also bzip2 or gzip), or a single file (plain, bzip2 or gzip), in order and with
/// bounded memory: what is read of an entry is handed out piece by piece. A tar is one by its name, the rest by content.
///
/// An archive that was cut short or changed is an error, at the latest where its end is reached: `next()` returns nil only
/// when the whole of it has been found sound.
public final class ArchiveReader {
    public struct Limits: Sendable {
        /// Bytes that the whole archive may unpack to: some kilobytes can be made to unpack to petabytes.
        public var inflatedBytes: Int64

        public init(inflatedBytes: Int64 = 16 << 30) {
            self.inflatedBytes = inflatedBytes
        }
    }

    public let path: String
    private let name: ArchiveName
    private let limits: Limits
    private let magic: ArchiveMagic
    private let archive: OpaquePointer
    private let gzip: GzipSource?
    private let fileSize: Int64
    /// The file being read.
    public private(set) var entry: ArchiveEntry?
    private var isEntryRead = true
    private var isAtEnd = false
    /// Bytes handed out.
    private var read: Int64 = 0

    /// Opens a file.
    /// - Throws: where it cannot be opened; what it is shows at the first `next()`.
    public init(path: String, limits: Limits = Limits()) throws(ArchiveError) {
        self.path = path
        self.limits = limits
        name = ArchiveName(path)
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            throw ArchiveError(.unreadable, archive: path, message: String(cString: strerror(errno)))
        }
        var facts = stat()
        var first = [UInt8](repeating: 0, count: 4)
        let count = pread(file, &first, first.count, 0)
        guard fstat(file, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG, count >= 0,
            let archive = archive_read_new()
        else {
            close(file)
            throw ArchiveError(.unreadable, archive: path, message: "not a file that can be read")
        }
        fileSize = Int64(facts.st_size)
        self.archive = archive
        magic = ArchiveMagic(Array(first.prefix(count)))
        if magic == .gzip {
            gzip = GzipSource(file)
        } else {
            gzip = nil
            close(file)
        }
        try start()
    }

    deinit { archive_read_free(archive) }

    private func start() throws(ArchiveError) {
        if magic == .zip {
            // Only by its directory, which stands last: a zip that was cut has none.
            archive_read_support_format_zip_seekable(archive)
        } else if name.isTar {
            archive_read_support_format_tar(archive)
            // Read on behind the end mark, so that what is compressed is checked to its end.
            archive_read_set_options(archive, "tar:read_concatenated_archives=1")
        } else {
            archive_read_support_format_raw(archive)
            archive_read_support_format_empty(archive)
        }
        if magic == .bzip2 { archive_read_support_filter_bzip2(archive) }
        let code: Int32
        if let gzip {
            code = archive_read_open(
                archive, Unmanaged.passUnretained(gzip).toOpaque(), nil,
                { _, client, buffer in
                    guard let client, let buffer else { return -1 }
                    let gzip = Unmanaged<GzipSource>.fromOpaque(client).takeUnretainedValue()
                    guard let count = gzip.fill() else { return -1 }
                    buffer.pointee = UnsafeRawPointer(gzip.output)
                    return count
                }, nil)
        } else {
            code = archive_read_open_filename(archive, path, 1 << 16)
        }
        guard code == ARCHIVE_OK else { throw damage() }
    }

    /// The next file; what was not read of the one before is passed over. Folders and links are left out.
    /// - Returns: nil at the end of an archive that is whole.
    public func next() throws(ArchiveError) -> ArchiveEntry? {
        // A zip finds the next by its directory; the others are gone through anyway, and bounded while they are.
        while magic != .zip, try !readChunk(1 << 16, { _ in }) {}
        isEntryRead = true
        entry = nil
        guard !isAtEnd else { return nil }
        while true {
            var header: OpaquePointer?
            let code = archive_read_next_header(archive, &header)
            if code == ARCHIVE_EOF {
                isAtEnd = true
                try checkEnd()
                return nil
            }
            // A warning is about a name or an attribute, not about content.
            guard code == ARCHIVE_OK || code == ARCHIVE_WARN, let header else { throw damage() }
            try checkKind()
            guard archive_entry_filetype(header) == S_IFREG, archive_entry_hardlink(header) == nil else { continue }
            let found = ArchiveEntry(
                path: isRaw ? name.inside : Self.path(header),
                size: archive_entry_size_is_set(header) != 0 ? archive_entry_size(header) : nil)
            entry = found
            isEntryRead = false
            return found
        }
    }

    /// The next bytes of the entry, at most `count`.
    /// - Returns: nil at the entry's end.
    public func read(atMost count: Int = 1 << 18) throws(ArchiveError) -> [UInt8]? {
        var bytes: [UInt8] = []
        let isEnd = try readChunk(count) { bytes = Array($0) }
        return isEnd ? nil : bytes
    }

    /// All of the entry, for what is known to be small.
    public func readAll(limit: Int) throws(ArchiveError) -> [UInt8] {
        var bytes: [UInt8] = []
        while let chunk = try read() {
            bytes += chunk
            guard bytes.count <= limit else {
                throw ArchiveError(
                    .tooLarge, archive: path, entry: entry?.path, message: "more than \(limit) bytes")
            }
        }
        return bytes
    }

    private lazy var buffer = [UInt8]()

    /// - Returns: whether the entry has ended.
    private func readChunk(_ count: Int, _ use: (UnsafeBufferPointer<UInt8>) -> Void) throws(ArchiveError) -> Bool {
        guard !isEntryRead else { return true }
        if buffer.count < count { buffer = [UInt8](repeating: 0, count: count) }
        let length = buffer.withUnsafeMutableBytes { archive_read_data(archive, $0.baseAddress, count) }
        guard length >= 0 else { throw damage() }
        read += Int64(length)
        try checkSize()
        guard length > 0 else {
            isEntryRead = true
            return true
        }
        buffer.withUnsafeBufferPointer { use(UnsafeBufferPointer(rebasing: $0[..<length])) }
        return false
    }

    // MARK: What is wrong

    private var isRaw: Bool { archive_format(archive) == ARCHIVE_FORMAT_RAW }
    private var isTar: Bool { archive_format(archive) & ARCHIVE_FORMAT_BASE_MASK == ARCHIVE_FORMAT_TAR }

    private static func path(_ header: OpaquePointer) -> String {
        (archive_entry_pathname_utf8(header) ?? archive_entry_pathname(header)).map { String(cString: $0) } ?? ""
    }

    private func damage() -> ArchiveError {
        let message = gzip?.fault ?? archive_error_string(archive).map { String(cString: $0) } ?? "it cannot be read"
        let isUnknown = message == "Unrecognized archive format"
        let kind = magic == .zip || name.isZip ? "zip" : "tar"
        return ArchiveError(
            isUnknown ? .unrecognised : .damaged, archive: path, entry: entry?.path,
            message: isUnknown ? "this is no \(kind) file, or one cut short" : message)
    }

    /// That it is what its name says: the first bytes of a cut file can be anything.
    private func checkKind() throws(ArchiveError) {
        func refuse(_ kind: String) -> ArchiveError {
            ArchiveError(.unrecognised, archive: path, message: "this is no \(kind) file, or one cut short")
        }
        if name.isZip, magic != .zip { throw refuse("zip") }
        if name.compression == .gzip, magic != .gzip { throw refuse("gzip") }
        let isBzip2 = magic == .bzip2 && archive_filter_code(archive, 0) == ARCHIVE_FILTER_BZIP2
        if isBzip2 != (magic == .bzip2 || name.compression == .bzip2) { throw refuse("bzip2") }
    }

    private func checkSize() throws(ArchiveError) {
        let inflated = magic == .zip ? read : max(read, archive_filter_bytes(archive, 0))
        guard inflated <= limits.inflatedBytes else {
            throw ArchiveError(
                .tooLarge, archive: path, entry: entry?.path,
                message: "it unpacks to more than \(limits.inflatedBytes) bytes")
        }
    }

    /// That nothing is missing at the end, and nothing is behind it.
    private func checkEnd() throws(ArchiveError) {
        func refuse(_ message: String) -> ArchiveError { ArchiveError(.damaged, archive: path, message: message) }
        if archive_format(archive) == ARCHIVE_FORMAT_EMPTY { throw refuse("there is nothing in it") }
        if isTar {
            // libarchive takes a tar without its end mark, two empty blocks; so does one end that was cut between files.
            let mark = archive_filter_bytes(archive, 0) - archive_read_header_position(archive)
            guard mark >= 1024 else { throw refuse("truncated tar archive: its end mark is missing") }
        }
        if let gzip {
            guard let more = gzip.fill() else { throw damage() }
            guard more == 0 else { throw refuse("more behind the end of the archive") }
        } else if magic == .bzip2 {
            // libarchive stops at what is not the start of another bzip2 stream, be it one that was cut.
            let rest = fileSize - archive_filter_bytes(archive, -1)
            guard rest == 0 else { throw refuse("\(rest) bytes behind the end of the bzip2 data") }
        }
    }
}
