internal import SQLite
internal import Warehouse

/// What is posted to a webhook.
enum WebhookBody {
    /// The bodies, in order: one for each event where a program reads them, one for all where people do.
    static func all(
        of events: [AlertEvent], _ kind: MessageSettings.Webhook.Kind, _ templates: TemplateBook
    ) -> [String] {
        switch kind {
        case .json: events.map(json)
        case .discord: [discord(MessageText(events, templates))]
        case .slack: [slack(MessageText(events, templates))]
        }
    }

    // MARK: JSON

    static func json(_ event: AlertEvent) -> String {
        func object(_ columns: [(name: String, value: Value)]) -> JSONText {
            .object(columns.map { ($0.name, JSONText($0.value, event.units[$0.name])) })
        }
        return JSONText.object([
            ("id", .string(event.id)), ("alert", .string(event.alertID)), ("rule", .string(event.rule)),
            ("title", .string(event.title)), ("key", object(event.key)), ("state", .string(event.state.rawValue)),
            ("previous", .string(event.previous.rawValue)), ("severity", .string(event.severity.rawValue)),
            ("labels", .object(event.labels.sorted { $0.key < $1.key }.map { ($0.key, .string($0.value)) })),
            ("owner", event.owner.map(JSONText.string) ?? .null), ("as_of", .string(Timestamp.text(event.asOf))),
            ("since", .string(Timestamp.text(event.since))), ("at", .string(Timestamp.text(event.at))),
            ("verdict", object(event.verdict)),
        ]).text
    }

    // MARK: Discord (https://discord.com/developers/docs/resources/webhook, …/message#embed-object)

    private static let embedLimit = 10
    private static let titleLimit = 256
    private static let descriptionLimit = 4096
    /// Of all embeds of a message together.
    private static let embedsLimit = 6000
    private static let contentLimit = 2000

    static func discord(_ message: MessageText) -> String {
        let shown = message.events.prefix(embedLimit)
        let room = embedsLimit / max(shown.count, 1)
        var embeds: [JSONText] = []
        for event in shown {
            let title = markdownText(event.subject, limit: min(titleLimit, room / 3))
            let description = markdownText(event.text, limit: min(descriptionLimit, room - title.utf16.count))
            embeds.append(.object([("title", .string(title)), ("description", .string(description))]))
        }
        let left = message.events.count - shown.count
        let content = message.events.count == 1 ? "" : message.subject + (left > 0 ? " (\(left) more not shown)" : "")
        return JSONText.object([
            ("content", .string(markdownText(content, limit: contentLimit))), ("embeds", .array(embeds)),
            // Whatever a name holds, nobody is called by it.
            ("allowed_mentions", .object([("parse", .array([]))])),
        ]).text
    }

    /// Text that Discord shows as it is: every mark that could be Markdown, a mention, a link or an emoji is escaped.
    static func markdownText(_ text: String, limit: Int) -> String {
        var result = ""
        var count = 1  // the ellipsis
        var isLineStart = true
        let whole = text.last?.isNewline == true ? String(text.dropLast()) : text
        for character in whole {
            let isMark = "\\*_~`|<>@#:[]()".contains(character) || (isLineStart && "-+".contains(character))
            let piece = isMark ? "\\\(character)" : String(character)
            guard count + piece.utf16.count <= limit else { return result + "…" }
            count += piece.utf16.count
            result += piece
            isLineStart = character.isNewline || (isLineStart && character.isWhitespace)
        }
        return result
    }

    // MARK: Slack (https://docs.slack.dev/reference/block-kit/blocks)

    private static let blockLimit = 50
    private static let headerLimit = 150
    private static let sectionLimit = 3000

    static func slack(_ message: MessageText) -> String {
        // Two blocks an event, and one to say how many more there are.
        let shown = message.events.prefix((blockLimit - 1) / 2)
        var blocks: [JSONText] = []
        for event in shown {
            blocks.append(.object([("type", "header"), ("text", plain(event.subject, headerLimit))]))
            blocks.append(.object([("type", "section"), ("text", plain(event.text, sectionLimit))]))
        }
        if shown.count < message.events.count {
            let left = message.events.count - shown.count
            blocks.append(.object([("type", "section"), ("text", plain("\(left) more not shown", sectionLimit))]))
        }
        return JSONText.object([
            ("text", .string(slackText(message.subject.cut(to: sectionLimit)))), ("mrkdwn", .bool(false)),
            ("unfurl_links", .bool(false)), ("unfurl_media", .bool(false)), ("blocks", .array(blocks)),
        ]).text
    }

    /// A text in which Slack reads no markup, no mention and no emoji.
    private static func plain(_ text: String, _ limit: Int) -> JSONText {
        let text = text.last?.isNewline == true ? String(text.dropLast()) : text
        // Slack refuses an empty one.
        return .object([
            ("type", "plain_text"), ("text", .string(text.isEmpty ? "–" : text.cut(to: limit))),
            ("emoji", .bool(false)),
        ])
    }

    /// What notifications show: the three characters that mean something there are escaped, so `<!channel>` is text.
    static func slackText(_ text: String) -> String {
        text.map { character in
            switch character {
            case "&": "&amp;"
            case "<": "&lt;"
            case ">": "&gt;"
            default: String(character)
            }
        }.joined()
    }
}
