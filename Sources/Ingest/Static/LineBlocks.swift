import Archive

/// A file's text in blocks of whole lines, so that memory is that of a block and not of the file.
struct LineBlocks {
    private let file: ArchiveReader
    private var rest: [UInt8] = []
    private var isAtEnd = false
    /// The number of the last line of the blocks before.
    private(set) var linesBefore = 0
    private var linesInBlock = 0

    /// Bytes of one line; a longer one is an error, not memory.
    static let longest = 64 << 20

    struct LineTooLong: Error, CustomStringConvertible {
        let description = "a line of more than \(LineBlocks.longest >> 20) MiB"
    }

    /// - Parameter file: an archive at the entry to be read.
    init(_ file: ArchiveReader) { self.file = file }

    /// The next block; nil at the end. The last line may lack its end.
    mutating func next() throws -> [UInt8]? {
        linesBefore += linesInBlock
        linesInBlock = 0
        while !isAtEnd {
            guard let more = try file.read(atMost: 1 << 20) else {
                isAtEnd = true
                break
            }
            rest += more
            guard let end = more.lastIndex(of: UInt8(ascii: "\n")) else {
                guard rest.count <= Self.longest else { throw LineTooLong() }
                continue
            }
            let behind = more.count - end - 1
            let block = Array(rest.dropLast(behind))
            rest = Array(rest.suffix(behind))
            linesInBlock = block.count { $0 == UInt8(ascii: "\n") }
            return block
        }
        defer { rest = [] }
        return rest.isEmpty ? nil : rest
    }
}
