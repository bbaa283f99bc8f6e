internal import HTTP

/// One mail: text and HTML that say the same (RFC 5322, RFC 2046).
struct MailMessage {
    var from: MailAddress
    var to: MailAddress
    var subject: String
    /// Unix seconds.
    var date: Int64
    /// Without the angle brackets, as those below.
    var messageID: String
    /// The mails that this one goes on from, the first first.
    var references: [String] = []
    var text: String
    var html: String

    /// As SMTP takes it: CR LF at each line's end, nothing but ASCII, no line over 78 bytes but for a long id.
    func content() -> [UInt8] {
        // "=_" stands in no quoted-printable text, so no part can hold the line that ends it.
        let boundary = "=_\(messageID.prefix { $0 != "@" }.filter { $0.isASCII && ($0.isLetter || $0.isNumber) })"
        var head = [
            MailHeader.tokens("From", from.headerTokens), MailHeader.tokens("To", to.headerTokens),
            MailHeader.text("Subject", subject), MailHeader.tokens("Date", [MailDate.text(date)]),
            MailHeader.tokens("Message-ID", ["<\(messageID)>"]),
        ]
        if !references.isEmpty {
            let ids = references.map { "<\($0)>" }
            head.append(MailHeader.tokens("In-Reply-To", [ids[0]]))
            head.append(MailHeader.tokens("References", ids))
        }
        head += [
            // A program wrote it: no vacation notice is to answer (RFC 3834).
            "Auto-Submitted: auto-generated\r\n", "MIME-Version: 1.0\r\n",
            "Content-Type: multipart/alternative;\r\n boundary=\"\(boundary)\"\r\n",
        ]
        let parts = [("plain", text), ("html", html)].map { kind, body in
            "--\(boundary)\r\nContent-Type: text/\(kind); charset=utf-8\r\n"
                + "Content-Transfer-Encoding: quoted-printable\r\n\r\n" + QuotedPrintable.text(body) + "\r\n"
        }
        return Array((head.joined() + "\r\n" + parts.joined() + "--\(boundary)--\r\n").utf8)
    }
}

/// An address, and the name that it is shown with.
public struct MailAddress: Sendable, Equatable {
    public var name: String?
    /// `someone@example.com`.
    public var address: String

    /// Reads `someone@example.com` or `Some One <someone@example.com>`; nil where that is none.
    ///
    /// ASCII only, and no quoted local parts: what passes can stand in a header and in SMTP's commands as it is.
    public init?(_ text: String) {
        var address = Substring(text)
        if let open = text.lastIndex(of: "<"), text.last == ">" {
            address = text[text.index(after: open)...].dropLast()
            let name = text[..<open].drop { $0 == " " }
            self.name = String(name.reversed().drop { $0 == " " || $0 == "\"" }.reversed().drop { $0 == "\"" })
            if self.name?.isEmpty == true { self.name = nil }
        }
        let halves = address.split(separator: "@", omittingEmptySubsequences: false)
        guard halves.count == 2, address.utf8.count <= 254, Self.isDotted(halves[0], "!#$%&'*+-/=?^_`{|}~"),
            Self.isDotted(halves[1], "-")
        else { return nil }
        self.address = String(address)
    }

    /// Words of letters, digits and these marks, with dots between.
    private static func isDotted(_ text: Substring, _ marks: String) -> Bool {
        text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { word in
            !word.isEmpty && word.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || marks.contains($0)) }
        }
    }

    /// Behind the `@`.
    var domain: String { address.split(separator: "@").last.map(String.init) ?? "" }

    var headerTokens: [String] {
        guard let name else { return [address] }
        return MailHeader.phrase(name).split(separator: " ").map(String.init) + ["<\(address)>"]
    }
}

/// A mail's date (RFC 5322, 3.3): `Tue, 24 Nov 2026 12:00:00 +0000`.
enum MailDate {
    static func text(_ seconds: Int64) -> String { HTTPDate.format(seconds).replacing("GMT", with: "+0000") }
}

/// Text as ASCII in lines of 76 (RFC 2045, 6.7).
enum QuotedPrintable {
    private static let width = 76
    private static let digits = Array("0123456789ABCDEF".utf8)

    static func text(_ text: String) -> String {
        let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
        return lines.map { line(Array($0.utf8)) }.joined(separator: "\r\n")
    }

    private static func line(_ bytes: [UInt8]) -> String {
        var result: [UInt8] = []
        var count = 0
        for (index, byte) in bytes.enumerated() {
            let isLast = index == bytes.count - 1
            let isBlank = byte == 0x20 || byte == 0x09
            // A blank at the end would be lost on the way.
            let isPlain = (0x21...0x7E).contains(byte) && byte != UInt8(ascii: "=") || (isBlank && !isLast)
            let piece = isPlain ? [byte] : [UInt8(ascii: "="), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            if count + piece.count > width - (isLast ? 0 : 1) {
                result += Array("=\r\n".utf8)
                count = 0
            }
            result += piece
            count += piece.count
        }
        return String(decoding: result, as: UTF8.self)
    }
}
