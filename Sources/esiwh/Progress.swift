/// The line on stderr that tells how far a long command is; drawn over itself, on terminals only.
struct ProgressLine {
    private var startedAt: Double
    private var drawnAt = -Double.infinity
    private(set) var isDrawn = false

    /// - Parameter now: seconds on any clock that does not jump; all moments are of the same clock.
    init(now: Double) { startedAt = now }

    /// What to write for the state of things; nil where it was written a moment ago.
    /// - Parameters:
    ///   - label: what is being done now.
    ///   - total: how much there is to do as far as known; it may grow.
    mutating func update(done: Int, total: Int, label: String, width: Int, now: Double) -> String? {
        guard now - drawnAt >= 0.1 || (done == total && total > 0) else { return nil }
        drawnAt = now
        isDrawn = true
        var text = "\(done)/\(total)"
        if let left = Self.secondsLeft(done: done, total: total, elapsed: now - startedAt) {
            text += ", \(HumanStyle.duration(left.rounded(.up))) left"
        }
        if !label.isEmpty { text += "  " + label.withVisibleControls() }
        while DisplayWidth.of(text) >= max(width, 20) { text.removeLast() }
        return Self.clear + text
    }

    /// What removes the line again.
    mutating func clearing() -> String {
        defer { isDrawn = false }
        return isDrawn ? Self.clear : ""
    }

    /// Carriage return, and erase to the end of the line.
    private static let clear = "\r\u{1b}[K"

    /// By the mean pace so far; nil until there is something to judge by.
    static func secondsLeft(done: Int, total: Int, elapsed: Double) -> Double? {
        guard done > 0, total > done, elapsed >= 1 else { return nil }
        return elapsed / Double(done) * Double(total - done)
    }
}
