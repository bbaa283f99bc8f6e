/// One observation of one partition, decoded and ready to be applied.
public struct Snapshot: Sendable {
    public var dataset: Dataset
    public var partition: Partition
    /// The data's moment: ESI's Last-Modified, else the answer's Date.
    public var observedAt: Int64
    public var expiresAt: Int64?
    public var fetchedAt: Int64
    /// Whether every row of the partition is here, so that a row which is not here is gone.
    public var isComplete: Bool
    /// Why it is partial.
    public var reason: String?
    /// The answers' rows, page by page.
    public var pages: [DecodedRows]
    /// The rows that belong to this partition where the pages hold several; nil for all.
    public var selection: [RowReference]?
    public var bytes: Int
    public var milliseconds: Int
    /// The dataset's file changed: kept bodies of an observation already applied are decoded again.
    public var isRedecoded: Bool

    public init(
        dataset: Dataset, partition: Partition, observedAt: Int64, expiresAt: Int64? = nil, fetchedAt: Int64,
        isComplete: Bool = true, reason: String? = nil, pages: [DecodedRows], selection: [RowReference]? = nil,
        bytes: Int = 0, milliseconds: Int = 0, isRedecoded: Bool = false
    ) {
        self.dataset = dataset
        self.partition = partition
        self.observedAt = observedAt
        self.expiresAt = expiresAt
        self.fetchedAt = fetchedAt
        self.isComplete = isComplete
        self.reason = reason
        self.pages = pages
        self.selection = selection
        self.bytes = bytes
        self.milliseconds = milliseconds
        self.isRedecoded = isRedecoded
    }
}

/// A row by its page's index and its place in the page.
public struct RowReference: Sendable, Hashable {
    public var page: Int32
    public var row: Int32

    public init(page: Int, row: Int) {
        self.page = Int32(page)
        self.row = Int32(row)
    }
}

/// How an attempt at a partition ended.
public enum AttemptOutcome: String, Sendable, CaseIterable {
    /// Applied whole.
    case complete
    /// Whole, and nothing of it was new.
    case unchanged
    /// Some pages are missing: what there is was added and updated, nothing was closed.
    case partial
    /// Observed before what was applied last, and refused.
    case stale
    /// ESI has no such thing now (204, 403, 404 for one id).
    case absent
    /// Nothing could be used; the data stays as it was.
    case failed
}

/// What an attempt did.
public struct Attempt: Sendable {
    public var outcome: AttemptOutcome
    public var reason: String?
    public var rows = 0
    public var added = 0
    public var changed = 0
    public var removed = 0

    public init(_ outcome: AttemptOutcome, reason: String? = nil) {
        self.outcome = outcome
        self.reason = reason
    }
}
