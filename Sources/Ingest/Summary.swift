public import Warehouse

/// What an ingest did, dataset by dataset in the order it ran.
public struct IngestSummary: Sendable {
    public struct Line: Sendable {
        public var dataset: String
        /// Partitions by how their attempt ended.
        public var outcomes: [AttemptOutcome: Int] = [:]
        /// Partitions that were not due.
        public var notDue = 0
        public var added = 0
        public var changed = 0
        public var removed = 0
        /// Why partitions are partial, failed, stale or absent: a partition and its reason, the first few.
        public var reasons: [(partition: String, outcome: AttemptOutcome, reason: String)] = []
        /// Why the dataset could not be ingested at all.
        public var fault: String?

        public init(dataset: String) {
            self.dataset = dataset
        }

        static let reasonsKept = 5

        mutating func count(_ attempt: Attempt, _ partition: String) {
            outcomes[attempt.outcome, default: 0] += 1
            added += attempt.added
            changed += attempt.changed
            removed += attempt.removed
            guard ![.complete, .unchanged].contains(attempt.outcome), reasons.count < Self.reasonsKept else { return }
            reasons.append((partition, attempt.outcome, attempt.reason ?? "no reason given"))
        }
    }

    public var lines: [Line] = []
    /// Requests that were answered.
    public var requests = 0
    public var bytes = 0
    public var isCancelled = false

    /// Something is partial or failed: the rest is done and kept.
    public var isIncomplete: Bool {
        lines.contains { ($0.outcomes[.partial] ?? 0) + ($0.outcomes[.failed] ?? 0) > 0 || $0.fault != nil }
    }

    /// ESI answered nothing, and nothing could be done without it.
    public var isUnavailable: Bool {
        requests == 0 && lines.contains { $0.outcomes[.failed] != nil }
            && lines.allSatisfy { $0.outcomes.keys.allSatisfy { $0 == .failed } }
    }
}

/// What would be asked.
public struct PlannedRequest: Sendable, Hashable {
    public var dataset: String
    public var partition: String
    public var why: String
}

/// What happens while an ingest runs, for whoever shows it.
public enum IngestEvent: Sendable {
    case began(dataset: String, partitions: Int)
    case advanced(dataset: String, done: Int, of: Int)
    /// Something worth a line.
    case note(String)
}
