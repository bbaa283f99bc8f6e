extension ArchiveReader {
    /// The lines of the entry being read.
    /// - Parameter longest: bytes of one line; a longer one is an error, not memory.
    public func lines(longest: Int = 16 << 20) -> ArchiveLines {
        ArchiveLines(self, longest: longest)
    }
}

/// The lines of an entry, ended by `\n` or `\r\n`; the last one may lack its end.
public struct ArchiveLines {
    private let reader: ArchiveReader
    private let longest: Int
    private var chunk: ArraySlice<UInt8> = []
    /// The number of the line returned last, from 1.
    public private(set) var number = 0

    init(_ reader: ArchiveReader, longest: Int) {
        self.reader = reader
        self.longest = longest
    }

    /// The next line without its end; nil behind the last.
    public mutating func next() throws(ArchiveError) -> [UInt8]? {
        var line: [UInt8] = []
        while true {
            if let end = chunk.firstIndex(of: UInt8(ascii: "\n")) {
                line += chunk[..<end]
                chunk = chunk[(end + 1)...]
                break
            }
            line += chunk
            chunk = []
            guard line.count <= longest else { break }
            guard let more = try reader.read() else {
                guard !line.isEmpty else { return nil }
                break
            }
            chunk = more[...]
        }
        number += 1
        guard line.count <= longest else { throw reader.lineTooLong(number, longest) }
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        return line
    }
}

extension ArchiveReader {
    fileprivate func lineTooLong(_ number: Int, _ longest: Int) -> ArchiveError {
        ArchiveError(
            .tooLarge, archive: path, entry: entry?.path, message: "line \(number) is longer than \(longest) bytes")
    }
}
