/// A stored file that cannot be used: which one, at which line, why, and what mends it.
public struct FileError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The file's path as the user knows it.
    public var file: String
    /// 1-based; 0 where the whole file is meant.
    public var line: Int
    public var message: String
    public var mend: String?

    public init(file: String, line: Int, message: String, mend: String? = nil) {
        self.file = file
        self.line = line
        self.message = message
        self.mend = mend
    }

    public var description: String {
        let place = line > 0 ? "\(file):\(line)" : file
        return "\(place): \(message)" + (mend.map { "; \($0)" } ?? "")
    }
}
