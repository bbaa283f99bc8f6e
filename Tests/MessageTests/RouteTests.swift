import HTTP
import Testing

@testable import Rules

/// Who is told of what.
@Suite struct RouteTests {
    private static func settings(_ routes: [MessageSettings.Route]) throws -> MessageSettings {
        let mail = MessageSettings.Mail(
            from: try #require(MailAddress("e@example.com")),
            to: [try #require(MailAddress("a@example.com")), try #require(MailAddress("B <b@example.com>"))],
            server: MailServer(url: "smtp://localhost"))
        let webhooks = ["ops", "chat"].map {
            MessageSettings.Webhook(name: $0, kind: .json, url: Secret("http://127.0.0.1/"))
        }
        return MessageSettings(mail: mail, webhooks: webhooks, routes: routes)
    }

    @Test func `without routes everybody is told everything`() throws {
        let settings = try Self.settings([])
        #expect(settings.receivers(for: outbidEvent()) == ["mail:a@example.com", "mail:b@example.com", "ops", "chat"])
        #expect(settings.all == settings.receivers(for: outbidEvent()))
    }

    @Test func `a route takes what fits all that it asks, and nobody is told twice`() throws {
        let settings = try Self.settings([
            .init(to: ["ops"]), .init(to: ["mail"], severity: .critical),
            .init(to: ["chat", "ops"], rules: ["contract-outbid", "other"]),
            .init(to: ["c@example.com"], owners: ["character 90000001"]),
        ])
        var event = outbidEvent()
        #expect(settings.receivers(for: event) == ["ops", "chat", "mail:c@example.com"])
        event.severity = .critical
        event.rule = "order-undercut"
        event.owner = "character 2"
        #expect(settings.receivers(for: event) == ["ops", "mail:a@example.com", "mail:b@example.com"])
        event.owner = nil
        event.severity = .info
        #expect(settings.receivers(for: event) == ["ops"])
        #expect(settings.all == ["mail:a@example.com", "mail:b@example.com", "ops", "chat", "mail:c@example.com"])
    }
}
