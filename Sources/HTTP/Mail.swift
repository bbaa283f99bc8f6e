/// A server that takes mail.
public struct MailServer: Sendable {
    public enum Security: Sendable {
        /// TLS from the first byte, or by STARTTLS before anything is said; without it nothing is sent.
        case required
        /// In the clear: for a server on this machine.
        case none
    }

    /// `smtp://host:port`, or `smtps://` for TLS from the first byte. Neither user nor password are in it.
    public var url: String
    public var security: Security
    public var user: String?
    public var password: String?
    /// A file of certificates to trust instead of the system's.
    public var caFile: String?

    public init(
        url: String, security: Security = .required, user: String? = nil, password: String? = nil, caFile: String? = nil
    ) {
        self.url = url
        self.security = security
        self.user = user
        self.password = password
        self.caFile = caFile
    }
}

/// One mail to one address.
public struct Mail: Sendable {
    /// The envelope's addresses, as in `someone@example.com`.
    public var sender: String
    public var recipient: String
    /// Headers and body, with CR LF at each line's end.
    public var content: [UInt8]
    /// For the whole exchange.
    public var timeout: Duration

    public init(sender: String, recipient: String, content: [UInt8], timeout: Duration = .seconds(60)) {
        self.sender = sender
        self.recipient = recipient
        self.content = content
        self.timeout = timeout
    }
}

/// What a mail server said: `535 5.7.8 Authentication credentials invalid`, with the lines of a longer answer as one.
public struct MailReply: Error, Equatable, Sendable, CustomStringConvertible {
    public var code: Int
    public var text: String

    public init(code: Int, text: String) {
        self.code = code
        self.text = text
    }

    public var description: String { text.isEmpty ? String(code) : "\(code) \(text)" }
}

extension Client {
    /// Hands a mail over. What is taken is taken: the answer is the server's last word on it.
    /// - Throws: `MailReply` where the server said no, `HTTPError` where there was no talking to it; `CancellationError` as
    ///   soon as the task is cancelled.
    public func send(_ mail: Mail, to server: MailServer) async throws -> MailReply {
        try await run(server.url) { try MailTransfer(mail, server, $0, done: $1) }
    }
}
