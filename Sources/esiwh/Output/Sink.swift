import Glibc

/// The reader of our output has gone (`esiwh query … | head`): nothing to say about it.
struct OutputClosed: Error {}

/// A buffered way to a file descriptor, or to memory in tests.
final class Sink {
    private let descriptor: Int32?
    private var buffer: [UInt8] = []
    /// A terminal obeys control characters, and texts of ESI are written by strangers: there they are shown, not obeyed.
    let isTerminal: Bool

    init(descriptor: Int32) {
        self.descriptor = descriptor
        isTerminal = isatty(descriptor) == 1
    }

    /// A sink that keeps what it is told.
    init(terminal: Bool = false) {
        descriptor = nil
        isTerminal = terminal
    }

    /// What is in the buffer; all of it in a sink without descriptor.
    var text: String { String(decoding: buffer, as: UTF8.self) }

    func write(_ text: String) throws {
        try append(isTerminal ? text.withVisibleControls(keeping: ["\n", "\t", "\r", "\r\n"]) : text)
    }

    /// Writes text of our own as it is: cursor movements of the progress line.
    func writeRaw(_ text: String) throws { try append(text) }

    /// As `writeRaw`, at once.
    func show(_ text: String) throws {
        try append(text)
        try flush()
    }

    private func append(_ text: String) throws {
        buffer.append(contentsOf: text.utf8)
        if buffer.count >= 1 << 16 { try flush() }
    }

    func flush() throws {
        guard let descriptor else { return }
        var done = 0
        defer { buffer.removeAll(keepingCapacity: true) }
        while done < buffer.count {
            let count = buffer.withUnsafeBytes { bytes in
                Glibc.write(descriptor, bytes.baseAddress.map { $0 + done }, bytes.count - done)
            }
            if count > 0 {
                done += count
            } else if errno == EPIPE {
                throw OutputClosed()
            } else if errno != EINTR {
                throw CommandError(.failed, "the output cannot be written: \(String(cString: strerror(errno)))")
            }
        }
    }
}

extension String {
    /// Control characters, and those that turn the direction of writing, as escapes that can be seen.
    func withVisibleControls(keeping kept: Set<Character> = []) -> String {
        guard unicodeScalars.contains(where: \.isUnsafeOnTerminals) else { return self }
        var result = ""
        for character in self {
            if kept.contains(character) {
                result.append(character)
                continue
            }
            for scalar in character.unicodeScalars {
                if scalar.isUnsafeOnTerminals { result += scalar.visible } else { result.unicodeScalars.append(scalar) }
            }
        }
        return result
    }
}

extension Unicode.Scalar {
    fileprivate var isUnsafeOnTerminals: Bool {
        switch value {
        case 0..<0x20, 0x7f..<0xa0, 0x202a...0x202e, 0x2066...0x2069, 0x2028, 0x2029: true
        default: false
        }
    }

    fileprivate var visible: String {
        switch self {
        case "\n": "\\n"
        case "\t": "\\t"
        case "\r": "\\r"
        default: "\\u{" + String(value, radix: 16) + "}"
        }
    }
}
