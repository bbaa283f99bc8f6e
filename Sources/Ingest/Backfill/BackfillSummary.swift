internal import Warehouse

/// What to back-fill, and from where.
public struct BackfillOptions: Sendable {
    /// Names, or none for all that the files fill.
    public var datasets: [String] = []
    /// Files and folders.
    public var paths: [String] = []
    /// Bytes that one archive may unpack to.
    public var inflatedBytes: Int64 = 16 << 30
    /// As the user typed it, for the record.
    public var command = "backfill"

    public init() {}
}

/// What a back-fill did, by dataset.
public struct BackfillSummary: Sendable {
    public struct Line: Sendable {
        public var dataset: String
        /// Files read, whole or in part.
        public var files = 0
        /// Files that were read before.
        public var skipped = 0
        /// Files of which a part could not be kept.
        public var partial = 0
        public var failed = 0
        public var rows = 0
        public var added = 0
        public var changed = 0
        public var removed = 0
        public var known = 0
        /// Rows about moments behind the dataset's horizon, which are not kept.
        public var pruned = 0

        public init(dataset: String) {
            self.dataset = dataset
        }

        mutating func count(_ result: ArchiveResult) {
            files += 1
            if result.fault != nil {
                if result.rows > 0 { partial += 1 } else { failed += 1 }
            }
            rows += result.rows
            added += result.added
            changed += result.changed
            removed += result.removed
            known += result.known
            pruned += result.pruned
        }
    }

    public var lines: [Line] = []
    /// What is wrong with files, by file and line: the first few.
    public var faults: [String] = []
    public var faultCount = 0
    /// Bytes read, as they are on disk.
    public var bytes = 0
    public var isCancelled = false

    static let faultsKept = 20

    /// Something of the files could not be kept.
    public var isIncomplete: Bool { faultCount > 0 }
}

/// A file that would be read.
public struct PlannedFile: Sendable, Hashable {
    public var dataset: String
    public var path: String
    public var size: Int64
    public var why: String
}
