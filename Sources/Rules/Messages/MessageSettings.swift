public import HTTP

/// Who is told, and how they are reached.
public struct MessageSettings: Sendable {
    public struct Mail: Sendable {
        public var from: MailAddress
        public var to: [MailAddress]
        public var server: MailServer
        public var timeout: Duration

        public init(from: MailAddress, to: [MailAddress], server: MailServer, timeout: Duration = .seconds(60)) {
            self.from = from
            self.to = to
            self.server = server
            self.timeout = timeout
        }
    }

    public struct Webhook: Sendable {
        public enum Kind: String, Sendable, CaseIterable {
            /// A signed body for a program.
            case json
            case discord, slack
        }

        public var name: String
        public var kind: Kind
        /// Secret as a whole: whoever knows Discord's or Slack's may write there.
        public var url: Secret
        /// Signs the bodies of kind json.
        public var secret: Secret?
        /// A file of certificates to trust instead of the system's.
        public var caFile: String?
        public var timeout: Duration

        public init(
            name: String, kind: Kind, url: Secret, secret: Secret? = nil, caFile: String? = nil,
            timeout: Duration = .seconds(30)
        ) {
            self.name = name
            self.kind = kind
            self.url = url
            self.secret = secret
            self.caFile = caFile
            self.timeout = timeout
        }
    }

    /// Which events go where. What a route does not say, it does not ask.
    public struct Route: Sendable, Equatable {
        /// Names of webhooks, `mail` for all addresses of `mail.to`, or an address.
        public var to: [String]
        /// The least.
        public var severity: Severity?
        public var rules: [String]
        public var owners: [String]

        public init(to: [String], severity: Severity? = nil, rules: [String] = [], owners: [String] = []) {
            self.to = to
            self.severity = severity
            self.rules = rules
            self.owners = owners
        }

        func takes(_ event: AlertEvent) -> Bool {
            if let severity, event.severity < severity { return false }
            if !rules.isEmpty, !rules.contains(event.rule) { return false }
            return owners.isEmpty || event.owner.map { owners.contains($0) } == true
        }
    }

    public var mail: Mail?
    public var webhooks: [Webhook]
    /// None: every receiver is told everything.
    public var routes: [Route]

    public init(mail: Mail? = nil, webhooks: [Webhook] = [], routes: [Route] = []) {
        self.mail = mail
        self.webhooks = webhooks
        self.routes = routes
    }

    /// The receivers of an event: one for each address and each webhook, in the order of the configuration.
    public func receivers(for event: AlertEvent) -> [String] {
        guard !routes.isEmpty else { return all }
        var names: [String] = []
        for route in routes where route.takes(event) {
            for name in route.to.flatMap(receivers(named:)) where !names.contains(name) { names.append(name) }
        }
        return names
    }

    /// Every receiver that may be told something.
    public var all: [String] {
        var names = receivers(named: "mail") + webhooks.map(\.name)
        for name in routes.flatMap(\.to).flatMap(receivers(named:)) where !names.contains(name) { names.append(name) }
        return names
    }

    /// The receivers that a route's word stands for.
    public func receivers(named name: String) -> [String] {
        if name == "mail" { return mail?.to.map { Self.mailPrefix + $0.address } ?? [] }
        return [name.contains("@") ? Self.mailPrefix + name : name]
    }

    /// Before an address: an address is a receiver of its own, so that one that is refused costs no other its mail.
    static let mailPrefix = "mail:"
}
