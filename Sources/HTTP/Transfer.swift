internal import CCurl

/// One exchange under way, on the loop's thread only.
final class Transfer: Exchange {
    typealias Done = Client.Done<Response>

    let request: Request
    let easy: UnsafeMutableRawPointer
    var url: String { request.url }
    private let done: Done
    private var headerList: UnsafeMutablePointer<curl_slist>?
    private var body: [UInt8] = []
    private var headerBytes = 0
    private var refusal: HTTPError?
    // libcurl writes here until the handle is gone, so it must not move.
    private let errorText: UnsafeMutablePointer<CChar>
    // libcurl keeps a pointer to the request's body, so it must not move.
    private var upload: UnsafeMutablePointer<UInt8>?

    init(_ request: Request, _ configuration: Client.Configuration, done: @escaping Done) throws(HTTPError) {
        try Self.check(request)
        guard let easy = curl_easy_init() else {
            throw HTTPError(.protocolError, "libcurl gave no handle", url: request.url)
        }
        self.request = request
        self.easy = easy
        self.done = done
        errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        errorText.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        set(configuration)
        setMessage()
    }

    deinit {
        curl_easy_cleanup(easy)
        curl_slist_free_all(headerList)
        upload?.deallocate()
        errorText.deallocate()
    }

    /// libcurl sends what it is given: a line break in a header would be a header of its own, a zero byte the end.
    private static func check(_ request: Request) throws(HTTPError) {
        let isHTTP = request.url.hasPrefix("https://") || request.url.hasPrefix("http://")
        guard isHTTP, !request.url.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F }) else {
            throw HTTPError(.badURL, "not an http or https URL", url: request.url)
        }
        guard isToken(request.method) else {
            throw HTTPError(.badRequest, "the method is no word", url: request.url)
        }
        for header in request.headers {
            let isPlain = !header.value.utf8.contains { ($0 < 0x20 && $0 != 0x09) || $0 == 0x7F }
            guard isToken(header.name), isPlain else {
                throw HTTPError(.badRequest, "a header holds a line break or the like", url: request.url)
            }
        }
    }

    /// RFC 9110's token.
    private static func isToken(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }

    private func set(_ configuration: Client.Configuration) {
        _ = esiwh_set_text(easy, CURLOPT_URL, request.url)
        _ = esiwh_set_text(easy, CURLOPT_PROTOCOLS_STR, "http,https")
        // No redirect is followed: credentials stay with the host they were meant for, and a POST is never repeated.
        _ = esiwh_set_long(easy, CURLOPT_FOLLOWLOCATION, 0)
        _ = esiwh_set_long(easy, CURLOPT_NOSIGNAL, 1)
        _ = esiwh_set_long(easy, CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
        _ = esiwh_set_long(easy, CURLOPT_PIPEWAIT, 1)
        _ = esiwh_set_text(easy, CURLOPT_ACCEPT_ENCODING, "")
        _ = esiwh_set_long(easy, CURLOPT_BUFFERSIZE, 128 << 10)
        _ = esiwh_set_long(easy, CURLOPT_SSL_VERIFYPEER, 1)
        _ = esiwh_set_long(easy, CURLOPT_SSL_VERIFYHOST, 2)
        if let file = configuration.caFile { _ = esiwh_set_text(easy, CURLOPT_CAINFO, file) }
        _ = esiwh_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, configuration.connectTimeout.milliseconds)
        _ = esiwh_set_long(easy, CURLOPT_TIMEOUT_MS, request.timeout.milliseconds)
        let context = Unmanaged.passUnretained(self).toOpaque()
        _ = esiwh_set_callback(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            Transfer.of(context).receive(UnsafeRawBufferPointer(start: bytes, count: size * count))
        }
        _ = esiwh_set_pointer(easy, CURLOPT_WRITEDATA, context)
        _ = esiwh_set_callback(easy, CURLOPT_HEADERFUNCTION) { _, size, count, context in
            Transfer.of(context).receiveHeader(size * count)
        }
        _ = esiwh_set_pointer(easy, CURLOPT_HEADERDATA, context)
        _ = esiwh_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText)
    }

    private func setMessage() {
        // An empty Expect: some servers answer 100-continue with an error (ESI.md A1).
        for header in request.headers + [Header("Expect", "")] {
            let line = header.value.isEmpty ? "\(header.name):" : "\(header.name): \(header.value)"
            headerList = curl_slist_append(headerList, line)
        }
        _ = esiwh_set_list(easy, CURLOPT_HTTPHEADER, headerList)
        if let bytes = request.body {
            let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: max(bytes.count, 1))
            copy.initialize(from: bytes, count: bytes.count)
            upload = copy
            _ = esiwh_set_long(easy, CURLOPT_POST, 1)
            _ = esiwh_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, bytes.count)
            _ = esiwh_set_pointer(easy, CURLOPT_POSTFIELDS, copy)
        }
        if request.method == "HEAD" {
            _ = esiwh_set_long(easy, CURLOPT_NOBODY, 1)
        } else if request.method != (request.body == nil ? "GET" : "POST") {
            _ = esiwh_set_text(easy, CURLOPT_CUSTOMREQUEST, request.method)
        }
    }

    private static func of(_ context: UnsafeMutableRawPointer?) -> Transfer {
        Unmanaged<Transfer>.fromOpaque(context!).takeUnretainedValue()  // set above, and alive while curl calls
    }

    /// Any other count than the one given makes libcurl end the transfer.
    private func receive(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard body.count + bytes.count <= request.bodyLimit else {
            refusal = HTTPError(.bodyTooLarge, "the body is over \(request.bodyLimit) bytes", url: request.url)
            return 0
        }
        if body.isEmpty { body.reserveCapacity(expectedLength()) }
        body.append(contentsOf: bytes)
        return bytes.count
    }

    private func expectedLength() -> Int {
        var length: curl_off_t = 0
        _ = esiwh_get_offset(easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &length)
        // Compressed JSON grows sevenfold or so: better a little too much than to copy the body as it grows.
        var header: UnsafeMutablePointer<curl_header>?
        let isPacked = curl_easy_header(easy, "Content-Encoding", 0, UInt32(CURLH_HEADER), -1, &header) == CURLHE_OK
        return min(max(Int(length), 0) * (isPacked ? 8 : 1), request.bodyLimit, 4 << 20)
    }

    private static let headerLimit = 256 << 10

    private func receiveHeader(_ count: Int) -> Int {
        headerBytes += count
        guard headerBytes <= Self.headerLimit else {
            refusal = HTTPError(.headersTooLarge, "the headers are over \(Self.headerLimit) bytes", url: request.url)
            return 0
        }
        return count
    }

    func finish(_ code: CURLcode) {
        if let refusal {
            done(.failure(refusal))
        } else if code == CURLE_OK {
            done(.success(response()))
        } else {
            done(.failure(failure(code)))
        }
    }

    func fail(_ error: any Error) { done(.failure(error)) }

    private func response() -> Response {
        var status = 0
        var version = 0
        var received: curl_off_t = 0
        _ = esiwh_get_long(easy, CURLINFO_RESPONSE_CODE, &status)
        _ = esiwh_get_long(easy, CURLINFO_HTTP_VERSION, &version)
        _ = esiwh_get_offset(easy, CURLINFO_SIZE_DOWNLOAD_T, &received)
        var headers: [Header] = []
        var line: UnsafeMutablePointer<curl_header>?
        while true {
            line = curl_easy_nextheader(easy, UInt32(CURLH_HEADER), -1, line)
            guard let line else { break }
            headers.append(Header(String(cString: line.pointee.name), String(cString: line.pointee.value)))
        }
        return Response(
            status: status, headers: headers, body: body, wireBytes: Int(received),
            httpVersion: version == 3 /* CURL_HTTP_VERSION_2_0 */ ? "2" : "1.1")
    }

    private func failure(_ code: CURLcode) -> HTTPError {
        HTTPError(code, errorText, url: request.url)
    }
}

extension HTTPError {
    /// - Parameter detail: what libcurl wrote about it; may be empty.
    init(_ code: CURLcode, _ detail: UnsafePointer<CChar>, url: String) {
        let kind: Kind =
            switch code {
            case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT: .connect
            case CURLE_OPERATION_TIMEDOUT: .timeout
            case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CACERT_BADFILE,
                CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER, CURLE_SSL_ISSUER_ERROR, CURLE_USE_SSL_FAILED:
                .tls
            case CURLE_PARTIAL_FILE, CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_HTTP2,
                CURLE_HTTP2_STREAM:
                .truncated
            case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: .badURL
            default: .protocolError
            }
        let text = detail.pointee == 0 ? String(cString: curl_easy_strerror(code)) : String(cString: detail)
        self.init(kind, text.replacing(url, with: Self.bare(url)), url: url)
    }
}

extension Duration {
    var milliseconds: Int {
        let (seconds, attoseconds) = components
        return max(1, Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000))
    }
}
