import Crypto
import Foundation
import HTTP
import SQLite
import Testing

@testable import Rules

/// Against a receiver on loopback that answers as it is told.
@Suite struct WebhookTests {
    private static let now: Int64 = 1_790_510_460
    private static let secret = "whsec_0123456789abcdef"

    private static func sender(
        _ port: Int, _ kind: MessageSettings.Webhook.Kind = .json, path: String = "/hook",
        timeout: Duration = .seconds(30)
    ) -> MessageSender {
        let webhook = MessageSettings.Webhook(
            name: "ops", kind: kind, url: Secret("http://127.0.0.1:\(port)\(path)"), secret: Secret(secret),
            timeout: timeout)
        return MessageSender(MessageSettings(webhooks: [webhook]), TemplateBook()) { now }
    }

    private static func delivery(_ events: AlertEvent...) -> Delivery {
        Delivery(id: "d1", receiver: "ops", events: events)
    }

    private static func object(_ body: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any])
    }

    @Test func `a signed body says what happened`() async throws {
        let peer = try Peer.webhook()
        guard case .sent("204") = await Self.sender(peer.port).deliver(Self.delivery(outbidEvent())) else {
            Issue.record("not sent")
            return
        }
        let request = try peer.request()
        #expect(request.path == "/hook")
        #expect(request.headers["Content-Type"] == "application/json")
        let body = try Self.object(request.body)
        #expect(body["id"] as? String == "e1")
        #expect(body["rule"] as? String == "contract-outbid")
        #expect(body["key"] as? [String: Int] == ["contract_id": 217_000_001])
        #expect(body["state"] as? String == "firing")
        #expect(body["previous"] as? String == "inactive")
        #expect(body["severity"] as? String == "warning")
        #expect(body["as_of"] as? String == "2026-09-27T12:00:00Z")
        let verdict = try #require(body["verdict"] as? [String: Any])
        #expect(verdict["unit_price"] as? Double == 1_250_000.5)
        #expect(verdict["date_expired"] as? String == "2026-09-28T12:53:20Z")
        #expect(verdict["type_name"] as? String == "Tritanium Élite")
        #expect(verdict["rival_units"] is NSNull)

        let signature = try #require(request.headers["X-Esiwh-Signature"])
        let code = HMAC<SHA256>.authenticationCode(
            for: Data("\(Self.now).\(request.body)".utf8), using: SymmetricKey(data: Data(Self.secret.utf8)))
        #expect(signature == "t=\(Self.now),v1=" + code.map { String(format: "%02x", $0) }.joined())
    }

    /// As Python's hmac has it.
    @Test func `the signature is HMAC-SHA256 of the time, a dot and the body`() {
        #expect(
            Signature.value(of: Array("body".utf8), time: 1, secret: Secret("Jefe"))
                == "t=1,v1=25d254c27761adb1423727084ca395476858b2401387226230b6358cf07fad8b")
    }

    @Test func `numbers are exact to their last digit`() throws {
        var event = outbidEvent()
        event.verdict = [
            ("a", .integer(.max)), ("b", .integer(.min)), ("c", 0.1), ("d", 1e300), ("e", .real(.infinity)),
            ("f", 1_250_000.01), ("g", 1), ("h", .text("\u{0}\u{1F}\"\\\u{2028}")),
        ]
        event.units = ["g": "boolean"]
        let body = WebhookBody.json(event)
        for text in [
            "\"a\":9223372036854775807", "\"b\":-9223372036854775808", "\"c\":0.1", "\"d\":1e+300", "\"e\":null",
            "\"f\":1250000.01", "\"g\":true", "\"h\":\"\\u0000\\u001f\\\"\\\\\u{2028}\"",
        ] { #expect(body.contains(text), "\(text) in \(body)") }
        _ = try Self.object(body)
    }

    @Test func `each event is a body of its own to a program`() async throws {
        let peer = try Peer.webhook()
        _ = await Self.sender(peer.port).deliver(Self.delivery(outbidEvent(), resolvedEvent()))
        #expect(try Self.object(try peer.request().body)["id"] as? String == "e1")
        #expect(try Self.object(try peer.request().body)["id"] as? String == "e2")
    }

    @Test(arguments: [
        ("500", "retry 500 nil"), ("503 17", "retry 503 17"), ("429 7", "retry 429 7"), ("429 0.2", "retry 429 1"),
        ("429 Sun, 27 Sep 2026 12:01:30 GMT", "retry 429 30"), ("429 soon", "retry 429 nil"), ("408", "retry 408 nil"),
        ("close", "retry truncated nil"), ("400", "refused 400"), ("401", "refused 401"), ("404", "refused 404"),
        ("410", "refused 410"), ("302 /elsewhere", "refused 302"), ("200", "sent"),
    ])
    func `what the receiver answers decides, and one that recovers is told`(answer: String, expected: String)
        async throws
    {
        let peer = try Peer.webhook()
        let sender = Self.sender(peer.port)
        try peer.say(answer)
        let found: String
        switch await sender.deliver(Self.delivery(outbidEvent())) {
        case .sent: found = "sent"
        case .retry(let code, _, let after): found = "retry \(code) \(after.map { "\($0)" } ?? "nil")"
        case .refused(let code, _): found = "refused \(code)"
        }
        #expect(found == expected)
        guard case .sent = await sender.deliver(Self.delivery(outbidEvent())) else {
            Issue.record("the receiver takes requests again")
            return
        }
        let first = try peer.request()
        #expect(try peer.request().body == first.body)
    }

    @Test func `one that hangs is tried again`() async throws {
        let peer = try Peer.webhook()
        try peer.say("hang")
        let sender = Self.sender(peer.port, timeout: .milliseconds(300))
        guard case .retry("timeout", _, nil) = await sender.deliver(Self.delivery(outbidEvent())) else {
            Issue.record("a receiver without an answer must be tried again")
            return
        }
    }

    @Test(arguments: ["404", "close", "hang", "500", "refuse"])
    func `no error tells the address or the secret`(answer: String) async throws {
        let path = "/api/webhooks/123456789012345678/very-secret-token-of-discord"
        var peer: Peer? = try Peer.webhook()
        let sender = Self.sender(try #require(peer).port, .discord, path: path, timeout: .milliseconds(500))
        if answer == "refuse" { peer = nil } else { try peer?.say(answer) }
        let outcome = "\(await sender.deliver(Self.delivery(outbidEvent())))"
        #expect(!outcome.contains("sent("))
        for secret in ["very-secret-token", "123456789012345678", Self.secret] { #expect(!outcome.contains(secret)) }
        let webhook = MessageSettings.Webhook(name: "a", kind: .json, url: Secret("http://x/y"), secret: Secret("z1"))
        var dumped = ""
        dump(webhook, to: &dumped)
        #expect(!"\(webhook)\(dumped)".contains("z1"))
        #expect(!"\(webhook)\(dumped)".contains("x/y"))
    }

    @Test func `a receiver that is no more is refused, not forgotten`() async throws {
        var delivery = Self.delivery(outbidEvent())
        delivery.receiver = "gone"
        guard case .refused("receiver", let text) = await Self.sender(1).deliver(delivery) else {
            Issue.record("must be refused")
            return
        }
        #expect(text.contains("gone"))
    }
}

/// What chat services are sent.
@Suite struct ChatTests {
    private static let names = [
        "@everyone", "<@123456789>", "<!channel>", "<#42|general>", "**bold** _it_ ~~no~~ ||spoiler|| `code`",
        "[link](https://example.com)", "https://example.com/a", "# head\n> quote\n- list", ":skull:", "a & b",
        "\\@here \u{202E}txt",
    ]

    private static func message(_ name: String) -> MessageText {
        var event = outbidEvent()
        event.set("type_name", .text(name))
        return MessageText([event], TemplateBook())
    }

    private static func object(_ body: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(body.utf8)) as? [String: Any])
    }

    @Test(arguments: names)
    func `Discord shows names as text, and calls nobody`(name: String) throws {
        let body = try Self.object(WebhookBody.discord(Self.message(name)))
        #expect((body["allowed_mentions"] as? [String: [String]]) == ["parse": []])
        let embed = try #require((body["embeds"] as? [[String: String]])?.first)
        for (part, text) in embed {
            var marks = text[...]
            while let mark = marks.firstIndex(where: { "*_~`|<>@#:[]()\\".contains($0) }) {
                #expect(marks[mark] == "\\", "\(part): \(text)")
                marks = marks[mark...].dropFirst(2)
            }
        }
        // Taking the escapes away gives the text back.
        var shown = ""
        var rest = (embed["title"] ?? "")[...]
        while let character = rest.popFirst() { shown.append(character == "\\" ? rest.popFirst() ?? "?" : character) }
        #expect(shown == Self.message(name).subject)
    }

    @Test(arguments: names)
    func `Slack shows names as text, and calls nobody`(name: String) throws {
        let message = Self.message(name)
        let body = try Self.object(WebhookBody.slack(message))
        #expect(body["mrkdwn"] as? Bool == false)
        let text = try #require(body["text"] as? String)
        #expect(!text.contains("<") && !text.contains(">"))
        let blocks = try #require(body["blocks"] as? [[String: Any]])
        for block in blocks {
            let part = try #require(block["text"] as? [String: Any])
            #expect(part["type"] as? String == "plain_text")
            #expect(part["emoji"] as? Bool == false)
        }
        #expect((blocks.first?["text"] as? [String: Any])?["text"] as? String == message.subject)
    }

    @Test func `the limits of Discord and Slack are kept, and what is left out is said`() throws {
        var long = outbidEvent()
        long.set("type_name", .text(String(repeating: "👩‍🚀*", count: 4_000)))
        for count in [1, 2, 10, 11, 24, 25, 60] {
            let message = MessageText(Array(repeating: long, count: count), TemplateBook())
            let discord = try Self.object(WebhookBody.discord(message))
            let embeds = try #require(discord["embeds"] as? [[String: String]])
            #expect(embeds.count == min(count, 10))
            #expect(embeds.allSatisfy { $0["title"]!.utf16.count <= 256 && $0["description"]!.utf16.count <= 4096 })
            #expect(embeds.reduce(0) { $0 + $1["title"]!.utf16.count + $1["description"]!.utf16.count } <= 6000)
            let content = try #require(discord["content"] as? String)
            #expect(content.utf16.count <= 2000)
            #expect(content.contains("\(count - 10) more") == (count > 10))
            let blocks = try #require(try Self.object(WebhookBody.slack(message))["blocks"] as? [[String: Any]])
            #expect(blocks.count <= 50)
            let texts = blocks.compactMap { ($0["text"] as? [String: Any])?["text"] as? String }
            #expect(texts.allSatisfy { !$0.isEmpty && $0.utf16.count <= 3000 })
            #expect(texts.contains { $0.contains("more not shown") } == (count > 24))
        }
    }
}
