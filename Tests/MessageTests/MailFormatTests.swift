import Foundation
import Testing

@testable import Rules

/// The form of a mail, over texts of all kinds.
@Suite struct MailFormatTests {
    /// Letters, marks, line breaks, and what headers and encodings give a meaning to.
    private static func text(_ numbers: inout SeededNumbers, upTo limit: Int) -> String {
        let pieces = [
            "a", "word ", " ", "  ", "\t", "\r\n", "\n", "\r", ".", "..", "=", "=?utf-8?q?x?=", "é", "漢字", "👩‍🚀", "\u{0}",
            "\u{7F}", "\u{2028}", "Bcc: x@example.com", "\"", "\\", "<", ">", ",", "--", "=_", "e\u{301}",
            String(repeating: "x", count: 90),
        ]
        return (0..<Int.random(in: 0...limit, using: &numbers)).map { _ in
            pieces.randomElement(using: &numbers) ?? ""
        }.joined()
    }

    private static func decoded(_ lines: String) -> String {
        var bytes: [UInt8] = []
        var rest = Array(lines.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "=") else {
                bytes.append(byte)
                continue
            }
            let next = rest.prefix(2)
            rest = rest.dropFirst(2)
            if !next.elementsEqual("\r\n".utf8) {
                bytes.append(UInt8(String(decoding: next, as: UTF8.self), radix: 16) ?? 0)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func `a body comes back as it was, in short lines of ASCII`() {
        var numbers = SeededNumbers(1)
        for _ in 0..<500 {
            let text = Self.text(&numbers, upTo: 60)
            let sent = QuotedPrintable.text(text)
            for line in sent.components(separatedBy: "\r\n") {
                #expect(line.utf8.count <= 76)
                #expect(line.utf8.allSatisfy { (0x20...0x7E).contains($0) || $0 == 0x09 })
                #expect(line.last != " " && line.last != "\t")
            }
            let ends = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
            #expect(Self.decoded(sent).utf8.elementsEqual(ends.joined(separator: "\r\n").utf8))
        }
    }

    /// Undoes folding and encoded words.
    private static func decodedHeader(_ lines: String) throws -> String {
        // A CR and LF are one character.
        let unfolded = lines.replacingOccurrences(of: "\r\n ", with: " ").dropLast(1)
        let value = unfolded.drop { $0 != ":" }.dropFirst(2)
        var bytes: [UInt8] = []
        var wasEncoded = false
        for word in value.split(separator: " ", omittingEmptySubsequences: false) {
            let isEncoded = word.hasPrefix("=?utf-8?B?") && word.hasSuffix("?=")
            if !bytes.isEmpty || wasEncoded, !(isEncoded && wasEncoded) { bytes.append(0x20) }
            if isEncoded {
                bytes += try #require(Data(base64Encoded: String(word.dropFirst(10).dropLast(2))))
            } else {
                bytes += Array(word.utf8)
            }
            wasEncoded = isEncoded
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func `a header comes back on one line, folded and in ASCII`() throws {
        var numbers = SeededNumbers(2)
        for _ in 0..<500 {
            let text = Self.text(&numbers, upTo: 30)
            let header = MailHeader.text("Subject", text)
            #expect(header.hasSuffix("\r\n"))
            for line in header.dropLast().components(separatedBy: "\r\n") {
                #expect(line.utf8.count <= 78)
                #expect(line.utf8.allSatisfy { (0x20...0x7E).contains($0) })
                #expect(line.hasPrefix("Subject:") || line.hasPrefix(" "))
                // A line of blanks alone would end the head.
                #expect(!line.allSatisfy { $0 == " " })
            }
            #expect(try Self.decodedHeader(header).utf8.elementsEqual(text.oneLine.utf8))
        }
    }

    @Test(
        arguments: [
            ("a@example.com", nil, "a@example.com"), ("Me <a.b+c@mail.example.com>", "Me", "a.b+c@mail.example.com"),
            ("\"Me, too\" <a@b>", "Me, too", "a@b"), ("<a@b>", nil, "a@b"),
        ] as [(String, String?, String)])
    func `addresses are read`(text: String, name: String?, address: String) throws {
        let found = try #require(MailAddress(text))
        #expect(found.name == name)
        #expect(found.address == address)
    }

    @Test(arguments: [
        "", "a", "@b", "a@", "a@b@c", "a b@c", "a@b c", "a@b\r\nDATA", "a@b>", "Me <a@b", "a..b@c", ".a@b", "ä@b",
        "a@b,c@d",
        "a@b\u{0}", String(repeating: "a", count: 250) + "@example.com",
    ])
    func `what is no address is none`(text: String) {
        #expect(MailAddress(text) == nil)
    }

    @Test(arguments: [
        (0.0, "0.00 ISK"), (-0.001, "0.00 ISK"), (-1234.5, "-1,234.50 ISK"), (999.999, "1,000.00 ISK"),
        (1_250_000.5, "1,250,000.50 ISK"), (1e15, "1,000,000,000,000,000.00 ISK"), (1e18, "1e+18 ISK"),
    ])
    func `ISK is shown to the cent`(amount: Double, text: String) {
        #expect(EventValues.isk(amount) == text)
    }
}
