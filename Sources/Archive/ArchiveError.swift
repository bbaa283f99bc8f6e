/// Why an archive, or what is in it, cannot be read.
public struct ArchiveError: Error, Equatable, Sendable, CustomStringConvertible {
    public enum Reason: Sendable {
        /// The file is not there, or may not be read.
        case unreadable
        /// Not the kind of archive that its name promises, or none at all.
        case unrecognised
        /// Cut short, or changed since it was made.
        case damaged
        /// It unpacks to more than was allowed.
        case tooLarge
    }

    public var reason: Reason
    /// The file as it was named.
    public var archive: String
    /// The file inside that was being read.
    public var entry: String?
    public var message: String

    public init(_ reason: Reason, archive: String, entry: String? = nil, message: String) {
        self.reason = reason
        self.archive = archive
        self.entry = entry
        self.message = message
    }

    public var description: String {
        "\(archive)\(entry.map { ", \($0)" } ?? ""): \(message)"
    }
}
