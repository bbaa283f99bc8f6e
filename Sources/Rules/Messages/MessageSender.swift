internal import FoundationEssentials
internal import HTTP

/// Carries deliveries to their receivers. It knows nothing of the outbox: what failed and when to try again is said in the
/// outcome.
public final class MessageSender: Sendable {
    private let settings: MessageSettings
    private let templates: TemplateBook
    /// Unix seconds.
    private let now: @Sendable () -> Int64
    /// By the file of certificates that each trusts. Mails have threads of their own: libcurl waits for a mail server's
    /// farewell on its thread.
    private let clients: [String: Client]

    public init(_ settings: MessageSettings, _ templates: TemplateBook, now: @escaping @Sendable () -> Int64) {
        self.settings = settings
        self.templates = templates
        self.now = now
        var clients: [String: Client] = [:]
        for webhook in settings.webhooks where clients[webhook.caFile ?? ""] == nil {
            clients[webhook.caFile ?? ""] = Client(Client.Configuration(caFile: webhook.caFile))
        }
        if settings.mail != nil { clients[Self.mailClient] = Client() }
        self.clients = clients
    }

    private static let mailClient = "mail"

    /// The receivers of an event.
    public func receivers(for event: AlertEvent) -> [String] { settings.receivers(for: event) }

    /// Tells a receiver, and says what became of it.
    public func deliver(_ delivery: Delivery) async -> DeliveryOutcome {
        if delivery.receiver.hasPrefix(MessageSettings.mailPrefix), let mail = settings.mail {
            return await send(delivery, by: mail)
        }
        if let webhook = settings.webhooks.first(where: { $0.name == delivery.receiver }) {
            return await post(delivery, to: webhook)
        }
        return .refused(code: "receiver", text: "\(delivery.receiver) is not configured any more")
    }

    // MARK: Mail

    private func send(_ delivery: Delivery, by mail: MessageSettings.Mail) async -> DeliveryOutcome {
        let address = String(delivery.receiver.dropFirst(MessageSettings.mailPrefix.count))
        let known = mail.to.first { $0.address == address } ?? MailAddress(address)
        guard let client = clients[Self.mailClient], let to = known else {
            return .refused(code: "receiver", text: "\(address.oneLine) is no address")
        }
        let content = message(delivery, from: mail.from, to: to).content()
        let secrets = [mail.server.password ?? ""]
        do {
            let reply = try await client.send(
                HTTP.Mail(
                    sender: mail.from.address, recipient: to.address, content: content, timeout: mail.timeout),
                to: mail.server)
            return .sent(reply.description.oneLine.without(secrets).cut(to: 300))
        } catch let reply as MailReply {
            let text = reply.text.oneLine.without(secrets).cut(to: 300)
            // RFC 5321, 4.2.1: 4yz may well be taken another time, 5yz never is.
            guard reply.code >= 500 else { return .retry(code: "\(reply.code)", text: text, after: nil) }
            return .refused(code: "\(reply.code)", text: text)
        } catch {
            return Self.outcome(of: error, secrets: secrets)
        }
    }

    func message(_ delivery: Delivery, from: MailAddress, to: MailAddress) -> MailMessage {
        let text = MessageText(delivery.events, templates)
        var earlier: [String] = []
        for event in delivery.events {
            guard let id = delivery.first[event.alertID].map({ Self.messageID($0, from) }), !earlier.contains(id)
            else { continue }
            earlier.append(id)
        }
        return MailMessage(
            from: from, to: to, subject: text.subject, date: now(), messageID: Self.messageID(delivery.id, from),
            references: Array(earlier.prefix(20)), text: text.text, html: text.html)
    }

    /// A delivery's Message-ID, the same in every attempt.
    private static func messageID(_ delivery: String, _ from: MailAddress) -> String {
        let word = delivery.map { $0.isASCII && ($0.isLetter || $0.isNumber || "-_".contains($0)) ? $0 : "." }
        return "esiwh-\(String(word))@\(from.domain)"
    }

    // MARK: Webhooks

    private func post(_ delivery: Delivery, to webhook: MessageSettings.Webhook) async -> DeliveryOutcome {
        guard let client = clients[webhook.caFile ?? ""] else {
            return .refused(code: "receiver", text: "\(webhook.name) is not configured any more")
        }
        var outcome = DeliveryOutcome.sent("")
        for body in WebhookBody.all(of: delivery.events, webhook.kind, templates) {
            let time = now()
            let bytes = Array(body.utf8)
            var headers = [Header("Content-Type", "application/json"), Header("User-Agent", "esiwh")]
            if webhook.kind == .json, let secret = webhook.secret {
                headers.append(Header(Signature.header, Signature.value(of: bytes, time: time, secret: secret)))
            }
            do {
                let response = try await client.send(
                    Request(
                        method: "POST", url: webhook.url.revealed, headers: headers, body: bytes,
                        timeout: webhook.timeout, bodyLimit: 1 << 20))
                outcome = Self.outcome(of: response, now: time, secrets: webhook.secrets)
            } catch {
                outcome = Self.outcome(of: error, secrets: webhook.secrets)
            }
            guard case .sent = outcome else { return outcome }
        }
        return outcome
    }

    private static func outcome(of response: Response, now: Int64, secrets: [String]) -> DeliveryOutcome {
        let code = "\(response.status)"
        if (200...299).contains(response.status) { return .sent(code) }
        let body = String(decoding: response.body.prefix(1000), as: UTF8.self)
        let text = body.oneLine.without(secrets).cut(to: 300)
        switch response.status {
        case 408, 425, 429, 500...599:
            let header = response.header("Retry-After")
            let after = header.flatMap { Double($0) }.map { Int64(min(max($0.rounded(.up), 0), 86_400)) }
            return .retry(
                code: code, text: text, after: after ?? header.flatMap(HTTPDate.parse).map { max($0 - now, 0) })
        case 300...399: return .refused(code: code, text: "redirects are not followed: give the address it leads to")
        default: return .refused(code: code, text: text)
        }
    }

    /// There was no talking to the peer: another time there may be.
    private static func outcome(of error: any Error, secrets: [String]) -> DeliveryOutcome {
        switch error {
        case let error as HTTPError:
            let text = error.message.oneLine.without(secrets).cut(to: 300)
            switch error.kind {
            case .badURL, .badRequest: return .refused(code: error.kind.rawValue, text: text)
            default: return .retry(code: error.kind.rawValue, text: text, after: nil)
            }
        case is CancellationError: return .retry(code: "stopped", text: "stopped before it was done", after: 0)
        default: return .retry(code: "failed", text: "\(error)".oneLine.without(secrets).cut(to: 300), after: nil)
        }
    }
}

extension MessageSettings.Webhook {
    /// What must not be shown of it: its secret, and of its URL all that libcurl or a peer might repeat.
    fileprivate var secrets: [String] {
        let address = url.revealed
        let afterScheme = address.firstRange(of: "://").map { address[$0.upperBound...] } ?? address[...]
        let path = afterScheme.drop { $0 != "/" }
        let parts = path.split { "/?&=".contains($0) }.map(String.init).filter { $0.count >= 16 }
        return [address, path.count > 1 ? String(path) : "", secret?.revealed ?? ""] + parts
    }
}
