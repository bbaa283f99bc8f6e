import Foundation
import HTTP
import SQLite
import Testing

@testable import Rules

/// Against a real mail server on loopback, judged on the message as Python's parser reads it.
@Suite(.enabled(if: Peer.hasMailServer, "python3-aiosmtpd is not installed; ./dev setup installs it"))
struct MailTests {
    private static let now: Int64 = 1_790_510_460

    private static func sender(
        _ folder: Folder, _ port: Int, scheme: String = "smtp", security: MailServer.Security = .required,
        password: String? = "open sesame", isTrusted: Bool = true, to: String = "Trädér <trader@example.com>",
        timeout: Duration = .seconds(60)
    ) throws -> MessageSender {
        let server = MailServer(
            url: "\(scheme)://localhost:\(port)", security: security, user: password == nil ? nil : "trader",
            password: password, caFile: isTrusted ? folder.path + "/cert.pem" : nil)
        let mail = MessageSettings.Mail(
            from: try #require(MailAddress("esiwh <esiwh@example.com>")), to: [try #require(MailAddress(to))],
            server: server, timeout: timeout)
        return MessageSender(MessageSettings(mail: mail), TemplateBook()) { now }
    }

    private static func delivery(_ events: [AlertEvent], id: String = "d1") -> Delivery {
        Delivery(id: id, receiver: "mail:trader@example.com", events: events)
    }

    @Test(arguments: [["smtp"], ["smtps", "--smtps"]])
    func `an outbid contract is told in text and HTML, over TLS and with a password`(how: [String]) async throws {
        let folder = try Folder()
        let peer = try how.count == 1 ? Peer.mail(folder.path) : Peer.mail(folder.path, how[1])
        let sender = try Self.sender(folder, peer.port, scheme: how[0])
        guard case .sent(let words) = await sender.deliver(Self.delivery([outbidEvent()])) else {
            Issue.record("not sent")
            return
        }
        #expect(words == "250 2.0.0 taken")
        let mail = try peer.message()
        #expect(mail.from == "esiwh@example.com")
        #expect(mail.to == ["trader@example.com"])
        #expect(mail.user == "trader")
        #expect(mail.isEncrypted)
        #expect(mail.defects == [])
        #expect(mail.type == "multipart/alternative")
        #expect(mail.header("From") == "esiwh <esiwh@example.com>")
        #expect(mail.header("To") == "Trädér <trader@example.com>")
        #expect(mail.header("Subject") == "Outbid: Tritanium Élite (217000001)")
        #expect(mail.header("Date") == "Sun, 27 Sep 2026 12:01:00 +0000")
        #expect(mail.header("Message-ID") == "<esiwh-d1@example.com>")
        #expect(mail.header("References") == nil)
        #expect(mail.width <= 78)
        #expect(mail.bareFeeds == 0)
        for part in [mail.text, mail.html] {
            for fact in [
                "Tritanium Élite", "217000001", "217000999", "1,250,000.50 ISK", "1,200,000.25 ISK", "50,000.25 ISK",
                "Jita IV - Moon 4", "2026-09-28T12:53:20Z",
            ] { #expect(part.contains(fact), "\(fact) in \(part)") }
        }
    }

    @Test func `an alert's end answers the mail that told of it`() async throws {
        let folder = try Folder()
        let peer = try Peer.mail(folder.path)
        let sender = try Self.sender(folder, peer.port)
        _ = await sender.deliver(Self.delivery([outbidEvent()], id: "d1"))
        let first = try peer.message()
        var end = Self.delivery([resolvedEvent()], id: "d2")
        end.first = ["a1": "d1"]
        _ = await sender.deliver(end)
        let second = try peer.message()
        #expect(second.header("Subject") == "No longer outbid: Tritanium Élite (217000001)")
        #expect(second.header("Message-ID") != first.header("Message-ID"))
        #expect(second.header("In-Reply-To") == first.header("Message-ID"))
        #expect(second.header("References") == first.header("Message-ID"))
        #expect(second.text.contains("no longer outbid"))
        #expect(!second.text.contains("Best rival"))
    }

    @Test func `a delivery that is tried again is the same message`() async throws {
        let folder = try Folder()
        let peer = try Peer.mail(folder.path)
        let sender = try Self.sender(folder, peer.port)
        try peer.say("dropped")
        guard case .retry = await sender.deliver(Self.delivery([outbidEvent()])) else {
            Issue.record("a message without an answer must be tried again")
            return
        }
        let first = try peer.message()
        try peer.say("ok")
        _ = await sender.deliver(Self.delivery([outbidEvent()]))
        #expect(try peer.message().source == first.source)
    }

    @Test func `many events are one mail`() async throws {
        let folder = try Folder()
        let peer = try Peer.mail(folder.path)
        let sender = try Self.sender(folder, peer.port)
        var other = resolvedEvent()
        (other.id, other.alertID) = ("e3", "a3")
        other.key = [("contract_id", 217_000_002)]
        other.set("contract_id", 217_000_002)
        _ = await sender.deliver(Self.delivery([outbidEvent(), other]))
        let mail = try peer.message()
        #expect(mail.header("Subject") == "2 alerts for character 90000001: 1 firing, 1 over")
        for part in [mail.text, mail.html] {
            #expect(part.contains("217000001"))
            #expect(part.contains("217000002"))
        }
    }

    @Test func `names stay text, whatever they hold`() async throws {
        let folder = try Folder()
        let peer = try Peer.mail(folder.path)
        let sender = try Self.sender(folder, peer.port)
        var event = outbidEvent()
        let name = "Ü\r\nBcc: all@example.com\r\n\r\n<script>alert(1)</script> \u{202E}=?utf-8?q?x?= &amp;\n.\n"
        event.set("type_name", .text(name))
        event.set("location_name", .text("\r\n.\r\nQUIT\r\n"))
        _ = await sender.deliver(Self.delivery([event]))
        let mail = try peer.message()
        #expect(mail.to == ["trader@example.com"])
        #expect(mail.defects == [])
        #expect(mail.header("Bcc") == nil)
        #expect(
            mail.headers.map(\.name) == [
                "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type",
            ])
        #expect(
            mail.header("Subject")
                == "Outbid: Ü Bcc: all@example.com <script>alert(1)</script> =?utf-8?q?x?= &amp; . (217000001)")
        #expect(!mail.html.contains("<script>"))
        #expect(mail.html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
        #expect(mail.html.contains("&amp;amp;"))
        #expect(!mail.text.contains("\nBcc:"))
        #expect(!mail.text.contains("\n."))
    }

    @Test(arguments: [
        ("temporary", true, "451", "4.3.0 try again later"), ("busy", true, "421", "4.3.2 too busy, try later"),
        ("permanent", false, "550", "5.1.1 no such mailbox"),
        ("unwanted", false, "554", "5.7.1 not wanted here 5.7.1 nor anywhere else"),
        ("unauthorised", false, "535", "5.7.8 Authentication credentials invalid"),
    ])
    func `what the server says decides, and is told`(mode: String, isTemporary: Bool, code: String, text: String)
        async throws
    {
        let folder = try Folder()
        let peer = try Peer.mail(folder.path)
        let sender = try Self.sender(folder, peer.port)
        try peer.say(mode)
        switch await sender.deliver(Self.delivery([outbidEvent()])) {
        case .retry(let found, let said, nil):
            #expect(isTemporary)
            #expect(found == code)
            #expect(said == text)
        case .refused(let found, let said):
            #expect(!isTemporary)
            #expect(found == code)
            #expect(said == text)
        case let other: Issue.record("\(other)")
        }
        try peer.say("ok")
        guard case .sent = await sender.deliver(Self.delivery([outbidEvent()])) else {
            Issue.record("the server takes mail again")
            return
        }
    }

    @Test func `a wrong password is refused, and nowhere to be read`() async throws {
        let folder = try Folder()
        let peer = try Peer.mail(folder.path)
        let sender = try Self.sender(folder, peer.port, password: "wrong horse battery")
        let outcome = await sender.deliver(Self.delivery([outbidEvent()]))
        guard case .refused("535", let text) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        #expect(text == "5.7.8 Authentication credentials invalid")
        #expect(!"\(outcome)".contains("horse"))
    }

    @Test func `a server that hangs is tried again`() async throws {
        let folder = try Folder()
        let peer = try Peer.mail(folder.path)
        try peer.say("hang")
        let sender = try Self.sender(folder, peer.port, timeout: .seconds(1))
        guard case .retry("timeout", _, nil) = await sender.deliver(Self.delivery([outbidEvent()])) else {
            Issue.record("a server without an answer must be tried again")
            return
        }
    }

    @Test func `a server that cannot prove who it is is told nothing`() async throws {
        let folder = try Folder()
        for arguments in [[], ["--certificate-name", "other.invalid"]] {
            let peer =
                try arguments.isEmpty ? Peer.mail(folder.path) : Peer.mail(folder.path, arguments[0], arguments[1])
            let sender = try Self.sender(folder, peer.port, isTrusted: !arguments.isEmpty)
            let outcome = await sender.deliver(Self.delivery([outbidEvent()]))
            guard case .retry("tls", _, nil) = outcome else {
                Issue.record("\(outcome)")
                continue
            }
        }
    }

    @Test func `without STARTTLS nothing is said, unless it may be in the clear`() async throws {
        let folder = try Folder()
        let peer = try Peer.mail(folder.path, "--plain")
        let strict = try Self.sender(folder, peer.port, password: nil, isTrusted: false)
        let outcome = await strict.deliver(Self.delivery([outbidEvent()]))
        guard case .retry("tls", _, nil) = outcome else {
            Issue.record("\(outcome)")
            return
        }
        let plain = try Self.sender(folder, peer.port, security: .none, password: nil, isTrusted: false)
        guard case .sent = await plain.deliver(Self.delivery([outbidEvent()])) else {
            Issue.record("not sent in the clear")
            return
        }
        #expect(try !peer.message().isEncrypted)
    }

    @Test func `a server that is not there is tried again`() async throws {
        let folder = try Folder()
        let port = try Peer.mail(folder.path).port
        let sender = try Self.sender(folder, port)
        guard case .retry("connect", _, nil) = await sender.deliver(Self.delivery([outbidEvent()])) else {
            Issue.record("a server that is away must be tried again")
            return
        }
    }
}
