internal import CCurl

/// One mail under way, on the loop's thread only.
final class MailTransfer: Exchange {
    let easy: UnsafeMutableRawPointer
    let url: String
    private let done: Client.Done<MailReply>
    private var rest: ArraySlice<UInt8>
    private var recipients: UnsafeMutablePointer<curl_slist>?
    /// The lines of the answer that the server is giving.
    private var lines: [String] = []
    /// Its last whole one.
    private var reply: MailReply?
    private var receivedBytes = 0
    // libcurl writes here until the handle is gone, so it must not move.
    private let errorText: UnsafeMutablePointer<CChar>

    init(
        _ mail: Mail, _ server: MailServer, _ configuration: Client.Configuration,
        done: @escaping Client.Done<MailReply>
    ) throws(HTTPError) {
        try Self.check(mail, server)
        guard let easy = curl_easy_init() else {
            throw HTTPError(.protocolError, "libcurl gave no handle", url: server.url)
        }
        self.easy = easy
        self.done = done
        url = server.url
        rest = mail.content[...]
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        set(server, connectTimeout: configuration.connectTimeout, timeout: mail.timeout)
        set(mail)
    }

    deinit {
        curl_easy_cleanup(easy)
        curl_slist_free_all(recipients)
        errorText.deallocate()
    }

    /// libcurl sends what it is given: a line break in an address would be a command of its own.
    private static func check(_ mail: Mail, _ server: MailServer) throws(HTTPError) {
        let isMail = server.url.hasPrefix("smtp://") || server.url.hasPrefix("smtps://")
        guard isMail, server.url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw HTTPError(.badURL, "not an smtp or smtps URL", url: server.url)
        }
        for address in [mail.sender, mail.recipient] {
            guard address.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"<>".utf8.contains($0) }) else {
                throw HTTPError(.badRequest, "an address holds a space, a line break or the like", url: server.url)
            }
        }
    }

    private func set(_ server: MailServer, connectTimeout: Duration, timeout: Duration) {
        _ = esiwh_set_text(easy, CURLOPT_URL, server.url)
        _ = esiwh_set_text(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps")
        _ = esiwh_set_long(easy, CURLOPT_NOSIGNAL, 1)
        let security = server.security == .required ? CURLUSESSL_ALL : CURLUSESSL_NONE
        _ = esiwh_set_long(easy, CURLOPT_USE_SSL, Int(security.rawValue))
        _ = esiwh_set_long(easy, CURLOPT_SSL_VERIFYPEER, 1)
        _ = esiwh_set_long(easy, CURLOPT_SSL_VERIFYHOST, 2)
        if let file = server.caFile { _ = esiwh_set_text(easy, CURLOPT_CAINFO, file) }
        if let user = server.user { _ = esiwh_set_text(easy, CURLOPT_USERNAME, user) }
        if let password = server.password { _ = esiwh_set_text(easy, CURLOPT_PASSWORD, password) }
        _ = esiwh_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, connectTimeout.milliseconds)
        _ = esiwh_set_long(easy, CURLOPT_TIMEOUT_MS, timeout.milliseconds)
        // Also for the farewell, for which libcurl waits on the loop's thread: TIMEOUT does not count there.
        _ = esiwh_set_long(easy, CURLOPT_SERVER_RESPONSE_TIMEOUT, max(1, min(timeout.milliseconds / 1000, 10)))
        // Mails are few: none of them meets a connection that the server has long given up.
        _ = esiwh_set_long(easy, CURLOPT_FORBID_REUSE, 1)
        let context = Unmanaged.passUnretained(self).toOpaque()
        _ = esiwh_set_callback(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            MailTransfer.of(context).hear(UnsafeRawBufferPointer(start: bytes, count: size * count))
        }
        _ = esiwh_set_pointer(easy, CURLOPT_HEADERDATA, context)
        _ = esiwh_set_callback(easy, CURLOPT_WRITEFUNCTION) { _, size, count, _ in size * count }
        _ = esiwh_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText)
    }

    private func set(_ mail: Mail) {
        _ = esiwh_set_text(easy, CURLOPT_MAIL_FROM, "<\(mail.sender)>")
        recipients = curl_slist_append(nil, "<\(mail.recipient)>")
        _ = esiwh_set_list(easy, CURLOPT_MAIL_RCPT, recipients)
        _ = esiwh_set_long(easy, CURLOPT_UPLOAD, 1)
        _ = esiwh_set_offset(easy, CURLOPT_INFILESIZE_LARGE, mail.content.count)
        _ = esiwh_set_callback(easy, CURLOPT_READFUNCTION) { bytes, size, count, context in
            MailTransfer.of(context).speak(UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
        }
        _ = esiwh_set_pointer(easy, CURLOPT_READDATA, Unmanaged.passUnretained(self).toOpaque())
    }

    private static func of(_ context: UnsafeMutableRawPointer?) -> MailTransfer {
        Unmanaged<MailTransfer>.fromOpaque(context!).takeUnretainedValue()  // set above, and alive while curl calls
    }

    /// The next bytes of the mail. libcurl doubles the dots that SMTP would take for its end.
    private func speak(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(buffer.count, rest.count)
        buffer.copyBytes(from: rest.prefix(count))
        rest = rest.dropFirst(count)
        return count
    }

    private static let answerLimit = 64 << 10

    /// A line of an answer: `250-` goes on, `250 ` ends it. Any other count than the one given ends the transfer.
    private func hear(_ bytes: UnsafeRawBufferPointer) -> Int {
        receivedBytes += bytes.count
        guard receivedBytes <= Self.answerLimit else { return 0 }
        var line = String(decoding: bytes, as: UTF8.self)
        while line.last?.isNewline == true { line.removeLast() }
        lines.append(line)
        guard line.dropFirst(3).first != "-" else { return bytes.count }
        // The farewell says nothing about the mail.
        if let code = Int(line.prefix(3)), (200...599).contains(code), code != 221 {
            reply = MailReply(code: code, text: lines.map { $0.dropFirst(4) }.joined(separator: " "))
        }
        lines = []
        return bytes.count
    }

    func finish(_ code: CURLcode) {
        if code == CURLE_OK {
            done(.success(reply ?? MailReply(code: 250, text: "")))
        } else if let reply, reply.code >= 400 {
            done(.failure(reply))
        } else {
            done(.failure(HTTPError(code, errorText, url: url)))
        }
    }

    func fail(_ error: any Error) { done(.failure(error)) }
}
