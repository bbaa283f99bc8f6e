internal import FoundationEssentials
internal import HTTP
internal import Rules

extension Context {
    /// The templates of messages in force.
    func templates() -> TemplateBook { TemplateBook(userFolder: paths.templates) }

    /// Who is told of alerts, and how they are reached.
    /// - Throws: `ConfigurationError` for what is missing or does not fit together. No secret is in its text.
    func messageSettings(_ configuration: Configuration) throws(ConfigurationError) -> MessageSettings {
        let secrets = Secrets(environment: environment)
        var settings = MessageSettings(mail: try mailSettings(configuration.mail, secrets))
        for webhook in configuration.webhooks { settings.webhooks.append(try self.webhook(webhook, secrets)) }
        for route in configuration.routes {
            for name in route.route.to {
                try check(name, settings, route.place)
            }
            settings.routes.append(route.route)
        }
        return settings
    }

    private func check(_ name: String, _ settings: MessageSettings, _ place: Place) throws(ConfigurationError) {
        if settings.webhooks.contains(where: { $0.name == name }) { return }
        let isMail = name == "mail" || MailAddress(name)?.address == name
        guard isMail else {
            let names = ["mail"] + settings.webhooks.map(\.name)
            throw ConfigurationError(
                place, "notify.routes: there is no receiver \"\(name.withVisibleControls())\"",
                mend: "there are \(names.joined(separator: ", ")), or give a mail address")
        }
        guard settings.mail != nil else {
            throw ConfigurationError(
                place, "notify.routes: a route to \(name), and no mail server", mend: "give mail.smtp and mail.from")
        }
    }

    private func mailSettings(
        _ mail: MailConfiguration, _ secrets: Secrets
    ) throws(ConfigurationError) -> MessageSettings.Mail? {
        guard let smtp = mail.smtp else {
            guard mail.from == nil, mail.to.isEmpty else {
                throw ConfigurationError(
                    Place(source: "mail.smtp"), "not set, so no mail can be sent",
                    mend: "write smtp://mail.example.com:587, or take mail.from and mail.to out")
            }
            return nil
        }
        guard let from = mail.from else {
            throw ConfigurationError(smtp.place, "mail.smtp without mail.from", mend: "say whom mails are from")
        }
        let isOwn = Host.of(smtp.text).map(Host.isLoopback) == true
        guard !mail.isPlain || isOwn else {
            throw ConfigurationError(
                smtp.place, "mail.tls: none, and the server is another machine",
                mend: "take mail.tls out: the password and what is told would be there to read for all on the way")
        }
        let password = try secrets.find(
            MailConfiguration.passwordVariable, file: mail.passwordFile, key: "mail.password_file")
        guard mail.user == nil || password != nil else {
            throw ConfigurationError(
                smtp.place, "mail.user without a password",
                mend: "set \(MailConfiguration.passwordVariable) or mail.password_file")
        }
        return MessageSettings.Mail(
            from: from, to: mail.to,
            server: MailServer(
                url: smtp.text, security: mail.isPlain ? .none : .required, user: mail.user,
                password: mail.user == nil ? nil : password?.revealed, caFile: mail.ca))
    }

    private func webhook(
        _ webhook: WebhookConfiguration, _ secrets: Secrets
    ) throws(ConfigurationError) -> MessageSettings.Webhook {
        func fault(_ message: String, _ mend: String) -> ConfigurationError {
            ConfigurationError(webhook.place, "webhooks.\(webhook.name): \(message)", mend: mend)
        }
        let key = "webhooks.\(webhook.name)"
        let hidden = try secrets.find(webhook.variable("URL"), file: webhook.urlFile, key: "\(key).url_file")
        guard let url = hidden ?? webhook.url.map({ Secret($0.text) }) else {
            throw fault("no url", "give url, url_file or \(webhook.variable("URL"))")
        }
        let isHTTP = url.revealed.hasPrefix("http://")
        let isPrintable = url.revealed.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        guard isHTTP || url.revealed.hasPrefix("https://"), isPrintable, let host = Host.of(url.revealed), !host.isEmpty
        else { throw fault("its url is no address", "write https://example.com/hook") }
        let isOwn = Host.isLoopback(host)
        guard !isHTTP || isOwn || webhook.isPlain else {
            throw fault(
                "plain http to another machine", "write https://, or allow_http: true where the way there is your own")
        }
        // Whoever knows the address of such a webhook can write there.
        if hidden == nil, webhook.kind != .json, !isOwn, !isPrivate(webhook.url?.place) {
            throw fault(
                "its url is a secret, and others may read it where it stands",
                "chmod 600 esiwh.yaml, or give it in \(webhook.variable("URL")) or url_file")
        }
        return MessageSettings.Webhook(
            name: webhook.name, kind: webhook.kind, url: url,
            secret: try secrets.find(webhook.variable("SECRET"), file: webhook.secretFile, key: "\(key).secret_file"),
            caFile: webhook.ca)
    }

    /// Whether nobody else may read what stands there: a variable, or a file of the user's alone. Flags are for all to see.
    private func isPrivate(_ place: Place?) -> Bool {
        guard let place, place.line > 0 else { return place?.source.hasPrefix("--set") == false }
        // What is unknown is not private.
        let attributes = try? FileManager.default.attributesOfItem(atPath: place.source)
        return (attributes?[.posixPermissions] as? Int).map { $0 & 0o077 == 0 } == true
    }
}
