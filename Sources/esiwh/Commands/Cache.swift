internal import ArgumentParser
internal import ESI
internal import FoundationEssentials
internal import SQLite

struct Cache: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show and clean the cache of ESI's answers.",
        discussion: """
            The cache only saves requests: what is in it can be thrown away at any time.

              esiwh cache stats
              esiwh cache clean --all
            """,
        subcommands: [CacheStats.self, CacheClean.self])

    /// The cache, without making one where there is none.
    static func open(_ context: Context) throws -> ResponseCache? {
        let path = context.paths.cache
        return FileManager.default.fileExists(atPath: path) ? try ResponseCache(path: path) : nil
    }
}

struct CacheStats: Command {
    static let configuration = CommandConfiguration(
        commandName: "stats", abstract: "Show how full the cache is and how often it had the answer.",
        discussion: """
            hits and misses are counted over all runs; hit_ratio is NULL before the first question.

              esiwh cache stats --format json
            """)

    @Option(help: ArgumentHelp("How to write the row: \(OutputFormat.names).", valueName: "format"))
    var format = OutputFormat.table
    @OptionGroup(title: "Common options") var common: CommonOptions

    func run(in context: Context) async throws -> CommandStatus {
        let found = try await Cache.open(context)?.statistics()
        let counts = [
            found?.entries, found?.bytes, found?.inflatedBytes, found?.hits, found?.misses,
        ].map { $0 ?? 0 }
        let questions = counts[3] + counts[4]
        let ratio = questions == 0 ? Value.null : .real((Double(counts[3]) / Double(questions) * 1000).rounded() / 1000)
        let row = counts.map { Value.integer(Int64($0)) } + [ratio]
        let names = ["answers", "bytes", "inflated_bytes", "hits", "misses", "hit_ratio"]
        try context.write([row], names.map { OutputColumn($0) }, as: format)
        return .done
    }
}

struct CacheClean: Command {
    static let configuration = CommandConfiguration(
        commandName: "clean", abstract: "Throw away the answers that have expired, or all of them.",
        discussion: """
            An expired answer still saves its download as long as ESI says that nothing changed; cleaning trades that for room
            on the disk.

              esiwh cache clean
              esiwh cache clean --all
            """)

    @Flag(help: "Throw away the others too.") var all = false
    @OptionGroup(title: "Common options") var common: CommonOptions

    func run(in context: Context) async throws -> CommandStatus {
        let count = try await Cache.open(context)?.clean(expiredBefore: all ? nil : context.clock.now) ?? 0
        try context.note("\(count) answer\(count == 1 ? "" : "s") thrown away")
        return .done
    }
}
