/// An answer before it goes out.
struct Reply: Sendable {
    enum Ending: Sendable {
        case whole
        /// The connection breaks after half the body, or right away.
        case cut, none
    }

    var status = 200
    var headers: [(name: String, value: String)] = []
    var body: [UInt8] = []
    var ending = Ending.whole
    /// Seconds of real time before it is sent.
    var delay: Double = 0

    static func error(_ status: Int, _ text: String) -> Reply {
        var json = JSONBytes()
        json.open("{")
        json.member("error", text)
        json.close("}")
        return Reply(status: status, headers: [("Content-Type", "application/json; charset=UTF-8")], body: json.bytes)
    }

    /// The ETag that all static routes share while a server build runs.
    static func buildTag(_ startedAt: Int) -> String { "W/" + etag(Array("\(startedAt)".utf8)) }

    /// ESI's ETag: 56 hex digits that follow from the body.
    static func etag(_ body: [UInt8]) -> String {
        var words: [UInt64] = [
            0xcbf2_9ce4_8422_2325, 0x9e37_79b9_7f4a_7c15, 0x2545_f491_4f6c_dd1d, 0xd6e8_feb8_6659_fd93,
        ]
        body.withUnsafeBytes { bytes in
            // Four lanes of FNV-1a over eight bytes at a time: enough to tell pages apart, fast enough for 400 a second.
            var index = 0
            while index + 8 <= bytes.count {
                let word = bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                words[(index >> 3) & 3] = (words[(index >> 3) & 3] ^ word) &* 0x0000_0100_0000_01b3
                index += 8
            }
            for byte in bytes[index...] { words[0] = (words[0] ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        }
        var mix = Mix(words[0], words[1], words[2], words[3], UInt64(body.count))
        var text = ""
        for _ in 0..<4 {
            let hex = String(mix.next(), radix: 16)
            text += String(repeating: "0", count: 16 - hex.count) + hex
        }
        return "\"\(text.prefix(56))\""
    }
}
