internal import Ingest

/// Shows on stderr what happens while an ingest or a back-fill runs.
struct EventDisplay {
    let isVerbose: Bool
    /// What there is to do, in a note's words.
    let unit: String

    /// Runs what Ctrl-C stops cleanly, and shows meanwhile what it tells.
    func follow<Summary: Sendable>(
        _ events: AsyncStream<IngestEvent>, _ feed: AsyncStream<IngestEvent>.Continuation, _ context: Context,
        running body: sending @escaping () async throws -> Summary
    ) async throws -> Summary {
        let task = context.interrupts.start {
            feed.yield(.note("stopping; what is whole is kept (Ctrl-C again ends at once)"))
        } running: {
            defer { feed.finish() }
            return try await body()
        }
        await show(events, context)
        return try await task.value
    }

    private func show(_ events: AsyncStream<IngestEvent>, _ context: Context) async {
        var progress = ProgressLine(now: context.clock.precise)
        for await event in events {
            // What cannot be shown is no reason to leave the work half done.
            try? show(event, &progress, context)
        }
        try? context.err.show(progress.clearing())
    }

    private func show(_ event: IngestEvent, _ progress: inout ProgressLine, _ context: Context) throws {
        switch event {
        case .began(let dataset, let partitions):
            progress = ProgressLine(now: context.clock.precise)
            if isVerbose {
                try context.note("\(dataset): \(partitions) \(unit)")
                try context.err.flush()
            }
        case .advanced(let dataset, let done, let total) where context.showsProgress:
            let text = progress.update(
                done: done, total: total, label: dataset, width: context.width, now: context.clock.precise)
            if let text { try context.err.show(text) }
        case .advanced: break
        case .note(let text):
            try context.err.show(progress.clearing())
            try context.note(text)
            try context.err.flush()
        }
    }
}
