internal import CArchive
internal import Glibc

/// Writes files into a zip, a tar (also bzip2 or gzip) or a single compressed file, as its name says; the same bytes for the
/// same files.
public final class ArchiveWriter {
    public let path: String
    private let archive: OpaquePointer

    /// Makes the file, or makes it anew.
    public init(path: String) throws(ArchiveError) {
        self.path = path
        guard let archive = archive_write_new() else {
            throw ArchiveError(.unreadable, archive: path, message: "out of memory")
        }
        self.archive = archive
        let name = ArchiveName(path)
        if name.isZip {
            archive_write_set_format_zip(archive)
        } else if name.isTar {
            archive_write_set_format_ustar(archive)
        } else {
            archive_write_set_format_raw(archive)
        }
        switch name.compression {
        case .bzip2: archive_write_add_filter_bzip2(archive)
        case .gzip:
            archive_write_add_filter_gzip(archive)
            // The moment of writing would make other bytes of the same content.
            archive_write_set_filter_option(archive, "gzip", "timestamp", nil)
        case nil: break
        }
        guard archive_write_open_filename(archive, path) == ARCHIVE_OK else { throw fault(nil) }
    }

    deinit { archive_write_free(archive) }

    /// Adds a file; what is neither zip nor tar takes one, and no name.
    public func add(_ name: String, _ content: [UInt8]) throws(ArchiveError) {
        guard let entry = archive_entry_new() else { throw fault(name) }
        defer { archive_entry_free(entry) }
        archive_entry_set_pathname_utf8(entry, name)
        archive_entry_set_size(entry, Int64(content.count))
        archive_entry_set_filetype(entry, S_IFREG)
        archive_entry_set_perm(entry, 0o644)
        // A zip's times begin in 1980.
        archive_entry_set_mtime(entry, 315_576_000, 0)
        guard archive_write_header(archive, entry) == ARCHIVE_OK else { throw fault(name) }
        let written = content.withUnsafeBytes { archive_write_data(archive, $0.baseAddress, $0.count) }
        guard written == content.count else { throw fault(name) }
    }

    /// Writes the end, without which it is no archive.
    public func close() throws(ArchiveError) {
        guard archive_write_close(archive) == ARCHIVE_OK else { throw fault(nil) }
    }

    private func fault(_ name: String?) -> ArchiveError {
        let message = archive_error_string(archive).map { String(cString: $0) } ?? "it cannot be written"
        return ArchiveError(.unreadable, archive: path, entry: name, message: message)
    }
}
