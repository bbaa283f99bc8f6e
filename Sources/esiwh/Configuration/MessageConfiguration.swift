internal import HTTP
internal import Rules
internal import Warehouse

/// Where mails go and who takes them in, as it was written; what is missing is found when somebody is to be told.
struct MailConfiguration: Equatable {
    var from: MailAddress?
    var to: [MailAddress] = []
    var smtp: Configuration.Setting?
    /// Whether what goes to a server on this machine may go in the clear.
    var isPlain = false
    var user: String?
    /// The path of a file that only its owner may read.
    var passwordFile: Configuration.Setting?
    var ca: String?

    static let passwordVariable = "ESIWH_SMTP_PASSWORD"
}

struct WebhookConfiguration: Equatable {
    var name: String
    var kind = MessageSettings.Webhook.Kind.json
    var url: Configuration.Setting?
    var urlFile: Configuration.Setting?
    var secretFile: Configuration.Setting?
    var ca: String?
    /// Whether what goes to another machine may go in the clear.
    var isPlain = false
    var place: Place

    /// `trade-desk`'s secret is in `ESIWH_WEBHOOK_TRADE_DESK_SECRET`.
    func variable(_ what: String) -> String {
        "ESIWH_WEBHOOK_" + name.uppercased().map { $0 == "-" ? "_" : String($0) }.joined() + "_" + what
    }
}

struct RouteConfiguration: Equatable {
    var route: MessageSettings.Route
    var place: Place
}

extension ConfigurationKey {
    /// The keys of who is told of alerts.
    static let messages: [ConfigurationKey] = [
        ConfigurationKey(
            name: "mail.from", help: "whom mails on alerts are from", standard: "none", example: "esiwh@example.com"
        ) { raw, result throws(ConfigurationError) in result.mail.from = try raw.address() },
        ConfigurationKey(
            name: "mail.to", help: "whom they go to; each address is a receiver of its own", standard: "[]",
            example: "[trader@example.com]"
        ) { raw, result throws(ConfigurationError) in result.mail.to = try raw.addresses() },
        ConfigurationKey(
            name: "mail.smtp",
            help: "the server that takes them: smtp:// with STARTTLS, smtps:// with TLS from the start",
            standard: "none; no mail is sent", example: "smtp://mail.example.com:587"
        ) { raw, result throws(ConfigurationError) in result.mail.smtp = try raw.smtp() },
        ConfigurationKey(
            name: "mail.tls", help: "`none` lets mails to a server on this machine go in the clear",
            standard: "required", example: "required"
        ) { raw, result throws(ConfigurationError) in
            result.mail.isPlain = try raw.word(["required", "none"]) == "none"
        },
        ConfigurationKey(
            name: "mail.user",
            help: "the user at that server; the password is in \(MailConfiguration.passwordVariable)",
            standard: "none; no user is named", example: "trader"
        ) { raw, result throws(ConfigurationError) in result.mail.user = try raw.text("give a name") },
        ConfigurationKey(
            name: "mail.password_file", help: "or in this file, which only you may read (chmod 600)", standard: "none",
            example: "smtp-password"
        ) { raw, result throws(ConfigurationError) in result.mail.passwordFile = try raw.file() },
        ConfigurationKey(
            name: "mail.ca", help: "a file of certificates (PEM) to trust for mail.smtp, instead of the system's",
            standard: "the system's", example: "ca.pem"
        ) { raw, result throws(ConfigurationError) in result.mail.ca = try raw.path() },
        ConfigurationKey(
            name: "webhooks", help: "addresses to post messages to: kind json, discord or slack", standard: "[]",
            example: "[{ name: ops, url: \"http://127.0.0.1:9000/hook\", kind: json }]"
        ) { raw, result throws(ConfigurationError) in result.webhooks = try raw.webhooks() },
        ConfigurationKey(
            name: "notify.routes", help: "who is told of what; without any, everybody of everything", standard: "[]",
            example: "[{ to: [mail], severity: warning, rules: [contract-outbid] }]"
        ) { raw, result throws(ConfigurationError) in result.routes = try raw.routes() },
        ConfigurationKey(
            name: "notify.quiet_hours", help: "when nobody is told anything, in UTC; it is told at their end",
            standard: "none", example: "22:00-07:00"
        ) { raw, result throws(ConfigurationError) in result.quietHours = try raw.quietHours() },
        ConfigurationKey(
            name: "notify.per_hour", help: "how many messages a receiver is sent within an hour at most",
            standard: "30", example: "30"
        ) { raw, result throws(ConfigurationError) in
            guard let number = raw.node.integer ?? raw.node.text.flatMap({ Int64($0) }), (1...10_000).contains(number)
            else { throw raw.error("not a number from 1 to 10000", mend: "write 30") }
            result.messagesPerHour = Int(number)
        },
    ]
}

extension RawSetting {
    func setting(_ text: String) -> Configuration.Setting { .init(text: text, place: place) }

    func word(_ words: [String]) throws(ConfigurationError) -> String {
        guard let word = node.text, words.contains(word) else {
            throw error("not one of the words", mend: "write \(words.joined(separator: " or "))")
        }
        return word
    }

    func file() throws(ConfigurationError) -> Configuration.Setting { setting(try path()) }

    func address() throws(ConfigurationError) -> MailAddress {
        let mend = "write someone@example.com, or Some One <someone@example.com>"
        let text = try text(mend)
        guard let address = MailAddress(text) else {
            throw error("\"\(text.withVisibleControls())\" is no mail address", mend: mend)
        }
        return address
    }

    func addresses() throws(ConfigurationError) -> [MailAddress] {
        if node.isNull { return [] }
        var addresses: [MailAddress] = []
        for element in node.elements ?? [node] {
            let address = try below(element).address()
            if !addresses.contains(where: { $0.address == address.address }) { addresses.append(address) }
        }
        return addresses
    }

    func smtp() throws(ConfigurationError) -> Configuration.Setting {
        let mend = "write smtp://mail.example.com:587 or smtps://mail.example.com"
        let text = try text(mend)
        guard !text.contains("@") else {
            throw error("a user has no place in it", mend: "give mail.user and \(MailConfiguration.passwordVariable)")
        }
        let rest = ["smtp://", "smtps://"].first { text.hasPrefix($0) }.map { text.dropFirst($0.count) } ?? ""
        guard !rest.isEmpty, Host.of(text)?.isEmpty == false,
            rest.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || ".-:[]".contains($0)) })
        else { throw error("\"\(text.withVisibleControls())\" is no mail server", mend: mend) }
        return setting(text)
    }

    func quietHours() throws(ConfigurationError) -> Configuration.Setting { setting(try text("write 22:00-07:00")) }

    /// A part of this value, with its own line.
    func below(_ node: YAMLNode, _ name: String? = nil) -> RawSetting {
        let place = Place(source: place.source, line: place.line > 0 ? node.line : 0)
        return RawSetting(key: name.map { "\(key).\($0)" } ?? key, place: place, node: node)
    }

    /// The maps of a list.
    private func maps(_ known: [String], _ mend: String) throws(ConfigurationError) -> [RawSetting] {
        if node.isNull { return [] }
        var maps: [RawSetting] = []
        for element in node.elements ?? [node] {
            guard let entries = element.entries else { throw below(element).error("not keys and values", mend: mend) }
            for entry in entries where !known.contains(entry.key) {
                let raw = below(element, entry.key)
                throw ConfigurationError(
                    Place(source: place.source, line: place.line > 0 ? entry.line : 0), "\(raw.key): unknown key",
                    mend: "known are \(known.joined(separator: ", "))")
            }
            maps.append(below(element))
        }
        return maps
    }

    private func entry(_ name: String) -> RawSetting? { node[name].map { below($0, name) } }

    func webhooks() throws(ConfigurationError) -> [WebhookConfiguration] {
        let mend = "write { name: ops, url: \"https://example.com/hook\", kind: json }"
        let known = ["name", "url", "url_file", "kind", "secret_file", "ca", "allow_http"]
        var webhooks: [WebhookConfiguration] = []
        for raw in try maps(known, mend) {
            guard let name = raw.node["name"]?.text else { throw raw.error("no name", mend: mend) }
            let isName = name.utf8.allSatisfy { byte in
                (97...122).contains(byte) || (48...57).contains(byte) || "-_".utf8.contains(byte)
            }
            guard isName, !name.isEmpty, name != "mail" else {
                throw raw.error(
                    "\"\(name.withVisibleControls())\" is no name", mend: "use a-z, 0-9, - and _, and not mail")
            }
            var webhook = WebhookConfiguration(name: name, place: raw.place)
            if let other = webhooks.first(where: { $0.variable("") == webhook.variable("") }) {
                throw raw.error("\(name) is the same as \(other.name) in variables", mend: "rename one of them")
            }
            if let kind = raw.entry("kind") {
                let kinds = MessageSettings.Webhook.Kind.allCases.map(\.rawValue)
                webhook.kind = MessageSettings.Webhook.Kind(rawValue: try kind.word(kinds)) ?? .json
            }
            webhook.url = try raw.entry("url").map { url throws(ConfigurationError) in
                url.setting(try url.text("write https://example.com/hook"))
            }
            webhook.urlFile = try raw.entry("url_file")?.file()
            webhook.secretFile = try raw.entry("secret_file")?.file()
            webhook.ca = try raw.entry("ca")?.path()
            if let flag = raw.entry("allow_http") { webhook.isPlain = try flag.word(["true", "false"]) == "true" }
            webhooks.append(webhook)
        }
        return webhooks
    }

    func routes() throws(ConfigurationError) -> [RouteConfiguration] {
        let mend = "write { to: [mail], severity: warning }"
        var routes: [RouteConfiguration] = []
        for raw in try maps(["to", "severity", "rules", "owners"], mend) {
            func names(_ key: String) -> [String] {
                raw.node[key].map { node in (node.elements ?? [node]).compactMap(\.text) } ?? []
            }
            var route = MessageSettings.Route(to: names("to"), rules: names("rules"), owners: names("owners"))
            guard !route.to.isEmpty else { throw raw.error("a route to nobody", mend: mend) }
            if let severity = raw.entry("severity") {
                route.severity = Severity(rawValue: try severity.word(Severity.allCases.map(\.rawValue)))
            }
            routes.append(RouteConfiguration(route: route, place: raw.place))
        }
        return routes
    }
}
