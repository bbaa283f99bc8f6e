/// The host of a URL.
public enum Host {
    /// Without port, user and the brackets of an IPv6 address; nil where the text is no URL.
    public static func of(_ url: String) -> String? {
        guard let start = url.firstRange(of: "://")?.upperBound else { return nil }
        var authority = url[start...].prefix { !"/?#\\".contains($0) }
        if let at = authority.lastIndex(of: "@") { authority = authority[authority.index(after: at)...] }
        if authority.first == "[" { return String(authority.prefix { $0 != "]" }.dropFirst()) }
        return String(authority.prefix { $0 != ":" })
    }

    /// Whether it is this machine, which no wire leads to.
    public static func isLoopback(_ host: String) -> Bool {
        let numbers = host.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        return host == "localhost" || host == "::1"
            || (numbers.count == 4 && numbers[0] == 127 && numbers.allSatisfy { $0 != nil })
    }
}
