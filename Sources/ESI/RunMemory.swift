/// Who asks, where several read the same answers: each of them is given an answer that another one has had from the same
/// client, expired or not. So a run asks for it once, and all tables made of it are of one moment.
public struct Sharing: Sendable, Hashable {
    public var reader: String
    /// How many there are.
    public var readers: Int

    public init(reader: String, readers: Int) {
        self.reader = reader
        self.readers = readers
    }
}

/// What a client has been answered, for the readers to come. A reader that asks again means it: it is sent on to ESI.
actor RunMemory {
    private struct Item {
        var content: Content
        var hadBy: Set<String>
    }

    private enum Content {
        /// Its body is in the response cache.
        case cached
        case packed(Answer, Packed)
    }

    /// A body, compressed.
    private struct Packed {
        private let bytes: [UInt8]
        private let size: Int

        init(_ body: [UInt8]) {
            size = body.count
            bytes = Zstd.deflate(body)
        }

        var body: [UInt8]? { size == 0 ? [] : Zstd.inflate(bytes, size: size) }
    }

    enum Found {
        case cached
        case answer(Answer)
    }

    private var items: [String: Item] = [:]
    private var batches: [String: [Batch]] = [:]

    // MARK: Answers

    /// What another reader was answered; nil where there is none that this one has not had.
    func take(_ key: String, _ sharing: Sharing) -> Found? {
        guard var item = items[key], item.hadBy.insert(sharing.reader).inserted else { return nil }
        items[key] = item.hadBy.count < sharing.readers ? item : nil
        switch item.content {
        case .cached: return .cached
        case .packed(var answer, let packed):
            guard let body = packed.body else { return nil }
            answer.body = body
            answer.wireBytes = 0
            answer.isRemembered = true
            return .answer(answer)
        }
    }

    /// Notes what a reader was answered; what may be otherwise a moment later is not kept.
    func note(_ key: String, _ answer: Answer, isCached: Bool, _ sharing: Sharing) {
        guard [200, 204, 304, 403, 404].contains(answer.status) else {
            items[key] = nil
            return
        }
        var bare = answer
        bare.body = []
        // The cache does not keep an answer's Date, which is the moment of one without Last-Modified.
        let content = isCached && answer.lastModified != nil ? .cached : Content.packed(bare, Packed(answer.body))
        items[key] = Item(content: content, hadBy: [sharing.reader])
    }

    // MARK: Batches of ids

    /// What became of ids that were asked together.
    private struct Batch {
        var ids: Set<Int64>
        var outcome: BatchOutcome
        var body: Packed?
        var hadBy: Set<String>
    }

    /// What another reader was answered about ids, and the ids of which there is nothing.
    func take(_ ids: [Int64], of key: String, _ sharing: Sharing) -> (outcomes: [BatchOutcome], rest: [Int64]) {
        var rest = ids
        var outcomes: [BatchOutcome] = []
        var known = batches[key] ?? []
        for index in known.indices where !known[index].hadBy.contains(sharing.reader) {
            let batch = known[index]
            let found = rest.filter { batch.ids.contains($0) }
            guard !found.isEmpty, let outcome = batch.outcome.limited(to: found, body: batch.body?.body) else {
                continue
            }
            known[index].hadBy.insert(sharing.reader)
            outcomes.append(outcome)
            rest.removeAll { batch.ids.contains($0) }
        }
        batches[key] = known.filter { $0.hadBy.count < sharing.readers }
        return (outcomes, rest)
    }

    func note(_ outcome: BatchOutcome, of key: String, _ sharing: Sharing) {
        var batch = Batch(ids: [], outcome: outcome, hadBy: [sharing.reader])
        switch outcome {
        case .answered(let ids, let body, let observedAt, _):
            batch.ids = Set(ids)
            batch.body = Packed(body)
            batch.outcome = .answered(ids: [], body: [], observedAt: observedAt, bytes: 0)
        case .absent(let ids, _, _): batch.ids = Set(ids)
        case .failed: return
        }
        batches[key, default: []].append(batch)
    }
}

extension BatchOutcome {
    /// The outcome of some of the ids; nil without the body that it needs.
    fileprivate func limited(to ids: [Int64], body: [UInt8]?) -> BatchOutcome? {
        switch self {
        case .answered(_, _, let observedAt, let bytes):
            body.map { .answered(ids: ids, body: $0, observedAt: observedAt, bytes: bytes) }
        case .absent(_, let reason, let askAgainAt): .absent(ids: ids, reason: reason, askAgainAt: askAgainAt)
        case .failed: nil
        }
    }
}
