/// The head of a mail (RFC 5322), its texts encoded where they are not plain (RFC 2047), its lines folded.
///
/// No value can begin a line of its own: line breaks and other controls become spaces before anything else is done.
enum MailHeader {
    /// A line that is better not passed (RFC 5322, 2.1.1).
    private static let width = 78
    /// The most that a word may be to stand beside the name of its header; an encoded word may be 75 (RFC 2047, 2).
    private static let wordLimit = 64

    /// A header whose value is text for people.
    static func text(_ name: String, _ value: String) -> String {
        let value = value.oneLine
        return fold(name, isPlain(value) ? words(of: value) : encodedWords(value))
    }

    /// A header of addresses, ids and the like, each of which stays whole.
    static func tokens(_ name: String, _ tokens: [String]) -> String {
        fold(name, tokens.map(\.oneLine))
    }

    /// A display name before an address.
    static func phrase(_ name: String) -> String {
        let name = name.oneLine
        guard isPlain(name) else { return encodedWords(name).joined(separator: " ") }
        let quoted = name.map { "\"\\".contains($0) ? "\\\($0)" : String($0) }.joined()
        return "\"\(quoted)\""
    }

    /// Whether a text can stand as it is: ASCII, nothing that looks like an encoded word, no word that no line could hold,
    /// and no space that folding would lose.
    private static func isPlain(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } && !text.contains("=?")
            && text == text.split(separator: " ").joined(separator: " ")
            && text.split(separator: " ").allSatisfy { $0.utf8.count <= wordLimit }
    }

    private static func words(of text: String) -> [String] { text.split(separator: " ").map(String.init) }

    /// `=?utf-8?B?…?=`, each holding whole scalars.
    private static func encodedWords(_ text: String) -> [String] {
        let room = (wordLimit - "=?utf-8?B??=".utf8.count) / 4 * 3
        var words: [String] = []
        var bytes: [UInt8] = []
        for scalar in text.unicodeScalars {
            let next = Array(String(scalar).utf8)
            if bytes.count + next.count > room {
                words.append("=?utf-8?B?\(Base64.text(bytes))?=")
                bytes = []
            }
            bytes += next
        }
        return words + ["=?utf-8?B?\(Base64.text(bytes))?="]
    }

    private static func fold(_ name: String, _ words: [String]) -> String {
        var lines: [String] = []
        var line = "\(name):"
        for word in words {
            if line.utf8.count + 1 + word.utf8.count > width, line.utf8.count > name.utf8.count + 1 || !lines.isEmpty {
                lines.append(line)
                line = ""
            }
            line += " " + word
        }
        return (lines + [line]).joined(separator: "\r\n") + "\r\n"
    }
}

/// Base64 (RFC 4648), without line breaks.
enum Base64 {
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func text(_ bytes: [UInt8]) -> String {
        var result: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for place in 0..<4 {
                result.append(place <= group.count ? digits[bits >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}

extension String {
    /// The text on one line: line breaks, other controls, and the marks that turn the direction of writing become spaces.
    /// What somebody called a thing in EVE can then neither add a line nor show something else than it is.
    var oneLine: String {
        guard unicodeScalars.contains(where: \.breaksLines) else { return self }
        var result = ""
        for scalar in unicodeScalars { result.unicodeScalars.append(scalar.breaksLines ? " " : scalar) }
        return result
    }

    /// At most so many UTF-16 units, as chat services count at the strictest; what is cut ends in an ellipsis.
    func cut(to limit: Int) -> String {
        guard utf16.count > limit else { return self }
        var result = ""
        var count = 1
        for character in self {
            count += character.utf16.count
            if count > limit { break }
            result.append(character)
        }
        return result + "…"
    }
}

extension Unicode.Scalar {
    fileprivate var breaksLines: Bool {
        switch value {
        case 0..<0x20, 0x7F..<0xA0, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
