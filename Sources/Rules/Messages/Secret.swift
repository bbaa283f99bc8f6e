/// A text that nobody is to read by accident: it prints as nothing of itself, wherever it is put.
public struct Secret: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The text, for those who must have it.
    public let revealed: String

    public init(_ text: String) { revealed = text }

    public var description: String { "(secret)" }
    public var debugDescription: String { description }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

extension String {
    /// The text without what is secret in it, for logs, tables and errors.
    func without(_ secrets: [String]) -> String {
        var text = self
        for secret in secrets.sorted(by: { $0.utf8.count > $1.utf8.count }) where !secret.isEmpty {
            text = text.replacing(secret, with: "(secret)")
        }
        return text
    }
}
