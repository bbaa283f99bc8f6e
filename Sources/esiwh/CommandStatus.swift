/// What the shell is told: the codes of sysexits.h where one fits. docs/exit-codes.md lists them.
enum CommandStatus: Int32, CaseIterable {
    case done = 0
    case failed = 1
    /// Some of it failed or is partial; the rest is done and kept.
    case partial = 2
    /// There was nothing to do (`export` only).
    case nothing = 3
    case usage = 64
    case badData = 65
    case unavailable = 69
    case tryLater = 75
    case notAuthorised = 77
    case badConfiguration = 78
}

/// An error of the command's own: what went wrong, what mends it, and what the shell is told.
struct CommandError: Error, Equatable, CustomStringConvertible {
    var status: CommandStatus
    var message: String
    var mend: String?

    init(_ status: CommandStatus, _ message: String, mend: String? = nil) {
        self.status = status
        self.message = message
        self.mend = mend
    }

    var description: String { message + (mend.map { "; \($0)" } ?? "") }
}
