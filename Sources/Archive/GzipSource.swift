internal import CArchive
internal import Glibc

/// A gzip file's content, inflated and checked: libarchive 3.6 inflates too, but compares neither checksum nor length.
///
/// Several members in a row are one content, as gzip itself has it.
final class GzipSource {
    private static let chunk = 1 << 16
    private let file: Int32
    private var stream = z_stream()
    private let input = UnsafeMutablePointer<UInt8>.allocate(capacity: GzipSource.chunk)
    let output = UnsafeMutablePointer<UInt8>.allocate(capacity: GzipSource.chunk)
    /// Whether the last member read has ended, so that the file may.
    private var isBetweenMembers = false
    /// What is wrong with the file, once it is known.
    private(set) var fault: String?

    /// - Parameter file: a descriptor, which is closed at the end.
    init(_ file: Int32) {
        self.file = file
        // Fails only where memory does: then the first read says so.
        if esiwh_gzip_open(&stream) != Z_OK { fault = "zlib does not start" }
    }

    deinit {
        inflateEnd(&stream)
        input.deallocate()
        output.deallocate()
        close(file)
    }

    /// Fills `output` with the next bytes.
    /// - Returns: their number; 0 at the end; nil where the file is damaged, and `fault` says how.
    func fill() -> Int? {
        stream.next_out = output
        stream.avail_out = UInt32(Self.chunk)
        while fault == nil, stream.avail_out == UInt32(Self.chunk) {
            if stream.avail_in == 0 {
                let count = Glibc.read(file, input, Self.chunk)
                guard count > 0 else {
                    if count == 0, isBetweenMembers { return 0 }
                    fault = count == 0 ? "truncated gzip input" : String(cString: strerror(errno))
                    break
                }
                stream.next_in = input
                stream.avail_in = UInt32(count)
            }
            if isBetweenMembers { inflateReset(&stream) }
            isBetweenMembers = false
            switch inflate(&stream, Z_NO_FLUSH) {
            case Z_OK, Z_BUF_ERROR: break
            case Z_STREAM_END: isBetweenMembers = true
            default: fault = stream.msg.map { "gzip: \(String(cString: $0))" } ?? "gzip decompression failed"
            }
        }
        return fault == nil ? Self.chunk - Int(stream.avail_out) : nil
    }
}
