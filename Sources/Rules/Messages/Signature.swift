internal import Crypto
internal import FoundationEssentials

/// What proves to a receiver that a body is ours and how old it is: `t=1764000000,v1=<hex>`.
///
/// HMAC-SHA256 with the secret's bytes over the time, a dot, and the body as sent. A receiver that refuses old times
/// cannot be told again by others what was once told it.
public enum Signature {
    public static let header = "X-Esiwh-Signature"

    /// - Parameter time: of the sending, in Unix seconds.
    public static func value(of body: [UInt8], time: Int64, secret: Secret) -> String {
        let key = SymmetricKey(data: Array(secret.revealed.utf8))
        let code = HMAC<SHA256>.authenticationCode(for: Array("\(time).".utf8) + body, using: key)
        let hex = code.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        return "t=\(time),v1=\(hex)"
    }
}
