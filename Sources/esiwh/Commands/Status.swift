internal import ArgumentParser
internal import FoundationEssentials
import Glibc
internal import Rules
internal import SQLite
internal import Warehouse

struct Status: Command {
    enum Section: String, CaseIterable, ExpressibleByArgument {
        case datasets, builds, problems, rules, messages, runs, files
    }

    static let configuration = CommandConfiguration(
        abstract:
            "Show how fresh the warehouse is, what failed and when it is tried again, broken rules, messages, runs, sizes.",
        discussion: """
            Formats other than table, markdown and html write one section, datasets unless another is named. `next_try` is the
            moment from which an ingest asks again; a problem without a partition is its whole dataset's.

              esiwh status --human
              esiwh status --section problems --format json
            """)

    @Option(help: "Only this section: datasets, builds, problems, rules, messages, runs or files.")
    var section: Section?
    @OptionGroup var output: FormatOptions
    @OptionGroup(title: "Common options") var common: CommonOptions

    func run(in context: Context) throws -> CommandStatus {
        let session = try context.session(asOf: nil, for: "").session
        // Who has no static data export, no broken rule and no message that waits need not be told so.
        let all = try Section.allCases.filter { section in
            switch section {
            case .builds: try !builds(session).rows.isEmpty
            case .rules: try !rules(session).rows.isEmpty
            case .messages: try !messages(session).rows.isEmpty
            default: true
            }
        }
        let sections = section.map { [$0] } ?? (output.format.isForPeople ? all : [.datasets])
        for (index, section) in sections.enumerated() {
            let (columns, rows) = try content(section, session, context)
            if sections.count > 1 {
                if index > 0 { try context.out.write("\n") }
                try context.writeHeading(section.rawValue, output.format)
            }
            var writer = output.format.writer(to: context.out, human: output.style(context))
            try writer.begin(columns)
            for row in rows { try writer.row(row) }
            try writer.end()
        }
        return .done
    }

    private typealias Content = (columns: [OutputColumn], rows: [[Value]])

    private func content(_ section: Section, _ session: Session, _ context: Context) throws -> Content {
        switch section {
        case .datasets: try datasets(session, context.clock.now)
        case .builds: try builds(session)
        case .problems: try problems(session, context.clock.now)
        case .rules: try rules(session)
        case .messages: try messages(session)
        case .runs: try runs(session)
        case .files: files(context)
        }
    }

    /// Every dataset in force, also those that nothing was asked of yet; those of the static data export once there is one.
    private func datasets(_ session: Session, _ now: Int64) throws -> Content {
        let columns =
            ["dataset", "partitions", "expired", "problems"].map { OutputColumn($0) }
            + ["oldest", "newest", "next_expiry"].map { OutputColumn($0, .timestamp) }
            + ["rows", "old_versions", "versions_a_day", "bytes_a_day"].map { OutputColumn($0) }
            + [OutputColumn("horizon", .timestamp)]
        let statement = try session.connection.prepare(
            """
            SELECT count(*), coalesce(sum(expires_at <= ?2), 0),
                coalesce(sum(outcome IN ('failed', 'partial', 'absent', 'stale')), 0),
                min(observed_at), max(observed_at), min(CASE WHEN expires_at > ?2 THEN expires_at END)
            FROM partitions WHERE dataset = ?1 AND active
            """)
        let hasExport = try !builds(session).rows.isEmpty
        let shown = session.catalogue.datasets.filter { $0.route != nil || hasExport }
        let rows = try shown.map { dataset -> [Value] in
            statement.reset()
            try statement.bind([.text(dataset.name), .integer(now)])
            guard try statement.step() else { return [] }
            var row = [Value.text(dataset.name)] + statement.row
            // What is asked once, or seldom, does not expire.
            if dataset.lifetime != .changing { (row[2], row[6]) = (0, .null) }
            return row + (try sizes(dataset, session)) + (try growth(dataset, session, now))
        }
        return (columns, rows)
    }

    /// Rows now, and versions that were superseded; NULL while a new file has no table yet.
    private func sizes(_ dataset: Dataset, _ session: Session) throws -> [Value] {
        let present = try session.connection.value(
            "SELECT 1 FROM sqlite_schema WHERE name = ?", [.text(dataset.historyName)])
        guard present != nil else { return [.null, .null] }
        // Version numbers are given in order: counting millions of them would cost seconds. What `keep` left behind a
        // horizon has gaps between them, but then there are fewer.
        let hasGaps = try session.horizon(of: dataset) != nil && dataset.retention?.keep != nil
        let versions = hasGaps ? "count(*)" : "coalesce(max(version_id) - min(version_id) + 1, 0)"
        let sql = """
            SELECT (SELECT count(*) FROM \(dataset.name)), (SELECT \(versions) FROM \(dataset.historyName))
            """
        return try session.connection.query(sql).first ?? [.null, .null]
    }

    /// The builds of the static data export that were read, the newest first.
    private func builds(_ session: Session) throws -> Content {
        let columns = [
            OutputColumn("build"), OutputColumn("released_at", .timestamp), OutputColumn("ingested_at", .timestamp),
            OutputColumn("source", .text),
        ]
        // A warehouse of an older program has no such table until it is written again.
        guard try session.connection.value("SELECT 1 FROM sqlite_schema WHERE name = 'builds'") != nil else {
            return (columns, [])
        }
        let sql = "SELECT build, released_at, ingested_at, source FROM builds ORDER BY build DESC LIMIT 5"
        return (columns, try session.connection.query(sql))
    }

    /// Versions a day over the last week, what they take, and from when on the past is whole.
    private func growth(_ dataset: Dataset, _ session: Session, _ now: Int64) throws -> [Value] {
        let growth = try session.growth(of: dataset, now: now)
        let bytes = growth.flatMap { growth in
            growth.bytesPerVersion.map { Value.integer(Int64((growth.versionsPerDay * $0).rounded())) }
        }
        return [
            growth.map { .integer(Int64($0.versionsPerDay.rounded())) } ?? .null, bytes ?? .null,
            try session.horizon(of: dataset).map(Value.integer) ?? .null,
        ]
    }

    private func problems(_ session: Session, _ now: Int64) throws -> Content {
        let rows = try session.problems(at: now).map { problem -> [Value] in
            [
                .text(problem.dataset), .text(problem.partition), .text(problem.outcome.rawValue),
                .text(problem.reason), problem.observedAt.sqlValue, .integer(problem.nextTry),
            ]
        }
        let columns =
            ["dataset", "partition", "outcome", "reason"].map { OutputColumn($0, .text) }
            + ["observed_at", "next_try"].map { OutputColumn($0, .timestamp) }
        return (columns, rows)
    }

    /// Rules that were broken when they were evaluated last.
    private func rules(_ session: Session) throws -> Content {
        let columns = [
            OutputColumn("rule", .text), OutputColumn("broken_at", .timestamp),
            OutputColumn("evaluated_at", .timestamp), OutputColumn("fault", .text),
        ]
        guard try AlertStore.isPresent(on: session.connection) else { return (columns, []) }
        let sql = """
            SELECT rule, broken_at, evaluated_at, fault FROM alert_rules WHERE fault IS NOT NULL ORDER BY rule
            """
        return (columns, try session.connection.query(sql))
    }

    /// By receiver what waits and what was given up, with what the peer answered last.
    private func messages(_ session: Session) throws -> Content {
        let columns = [
            OutputColumn("receiver", .text), OutputColumn("waiting"), OutputColumn("given_up"),
            OutputColumn("next_try", .timestamp), OutputColumn("code", .text), OutputColumn("text", .text),
        ]
        guard try AlertStore.isPresent(on: session.connection) else { return (columns, []) }
        let sql = """
            SELECT receiver, sum(status = 'waiting'), sum(status = 'dead'),
                min(CASE WHEN status = 'waiting' THEN due_at END), code, text
            FROM (
                SELECT receiver, status, due_at, tried_at,
                    first_value(code) OVER latest AS code, first_value(text) OVER latest AS text
                FROM alert_outbox WHERE status IN ('waiting', 'dead')
                WINDOW latest AS (PARTITION BY receiver ORDER BY tried_at DESC NULLS LAST, id)
            )
            GROUP BY receiver, code, text ORDER BY receiver
            """
        return (columns, try session.connection.query(sql))
    }

    private func runs(_ session: Session) throws -> Content {
        let rows = try session.connection.query(
            """
            SELECT id, command, started_at, ended_at, coalesce(outcome, 'unfinished'), requests, bytes
            FROM runs ORDER BY id DESC LIMIT 5
            """)
        let columns = [
            OutputColumn("run"), OutputColumn("command", .text), OutputColumn("started_at", .timestamp),
            OutputColumn("ended_at", .timestamp), OutputColumn("outcome", .text), OutputColumn("requests"),
            OutputColumn("bytes"),
        ]
        return (columns, rows)
    }

    private func files(_ context: Context) -> Content {
        let paths = [context.paths.warehouse, context.paths.warehouse + "-wal", context.paths.cache]
        let rows = paths.compactMap { path -> [Value]? in
            guard let size = Self.size(path) else { return nil }
            return [.text(path), .integer(size)]
        }
        return ([OutputColumn("file", .text), OutputColumn("bytes")], rows)
    }

    /// nil where there is no such file.
    private static func size(_ path: String) -> Int64? {
        var info = stat()
        return stat(path, &info) == 0 ? Int64(info.st_size) : nil
    }
}
