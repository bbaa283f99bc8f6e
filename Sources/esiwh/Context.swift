internal import FoundationEssentials
import Glibc
internal import SQLite
internal import Warehouse

/// What a command works with: the files, the settings, the clock, and the ways to speak.
final class Context {
    let common: CommonOptions
    let environment: [String: String]
    let out: Sink
    let err: Sink
    let paths: Paths
    let clock: WallClock
    let interrupts: Interrupts

    init(
        _ common: CommonOptions, environment: [String: String], out: Sink, err: Sink, interrupts: Interrupts
    ) throws {
        self.interrupts = interrupts
        self.common = common
        self.environment = environment
        self.out = out
        self.err = err
        paths = try Paths(home: common.home, environment: environment)
        clock = try WallClock(environment: environment)
    }

    /// The settings, read when a command first needs them: `sql check` works beside a broken `esiwh.yaml`.
    func configuration() throws -> Configuration {
        var file: (path: String, text: String)?
        if let data = FileManager.default.contents(atPath: paths.configuration) {
            guard let text = String(validating: data, as: UTF8.self) else {
                throw ConfigurationError(Place(source: paths.configuration), "not UTF-8", mend: "save it as UTF-8")
            }
            file = (paths.configuration, text)
        } else if FileManager.default.fileExists(atPath: paths.configuration) {
            throw ConfigurationError(
                Place(source: paths.configuration), "cannot be read", mend: "check its permissions")
        }
        noteNearMisses()
        return try Configuration(file: file, environment: environment, flags: common.set)
    }

    /// The stored files in force.
    /// - Parameter sql: what is going to run; shipped datasets and views that it cannot lead to are left out.
    func library(_ kinds: Set<StoredKind> = Set(StoredKind.allCases), for sql: String? = nil) -> Library {
        Library(userFolder: paths.sql, kinds: kinds, for: sql)
    }

    /// The fault of a stored file of this kind and name, where it has one: it is there, and cannot be used.
    static func fault(_ kind: StoredKind, _ name: String, in faults: [FileError]) -> FileError? {
        let folder = kind.folder.split(separator: "/").last ?? ""
        return faults.first { $0.file.hasSuffix("\(folder)/\(name).sql") }
    }

    /// Something the user should know, on stderr; `--quiet` silences it.
    func note(_ text: String) throws {
        if !common.quiet { try err.write("esiwh: \(text)\n") }
    }

    /// Whether a line that is drawn over itself makes sense on stderr.
    var showsProgress: Bool { err.isTerminal && !common.quiet }

    /// The terminal's width in cells.
    var width: Int {
        var size = winsize()
        return ioctl(2, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 ? Int(size.ws_col) : 80
    }

    /// How charts may be written to stdout.
    var chartStyle: ChartStyle {
        func setting(_ names: String...) -> String {
            names.lazy.compactMap { self.environment[$0] }.first { !$0.isEmpty } ?? ""
        }
        let locale = setting("LC_ALL", "LC_CTYPE", "LANG").lowercased()
        let isPlain = !out.isTerminal || !setting("NO_COLOR").isEmpty || setting("TERM") == "dumb"
        let columns = Int(setting("COLUMNS")).flatMap { (20...1000).contains($0) ? $0 : nil }
        return ChartStyle(
            width: columns ?? (out.isTerminal ? width : 80),
            isUnicode: locale.contains("utf-8") || locale.contains("utf8"), isColoured: !isPlain)
    }

    /// Something that went wrong, on stderr, whatever the flags.
    func complain(_ text: String) throws { try err.write("esiwh: \(text)\n") }

    /// Writes rows that are at hand.
    func write(_ rows: [[Value]], _ columns: [OutputColumn], as format: OutputFormat) throws {
        var writer = format.writer(to: out)
        try writer.begin(columns)
        for row in rows { try writer.row(row) }
        try writer.end()
    }

    /// The title of one of several results, in formats for people.
    func writeHeading(_ text: String, _ format: OutputFormat) throws {
        switch format {
        case .markdown: try out.write("## \(text)\n\n")
        case .html: try out.write("<h2>\(HTMLWriter.escaped(text))</h2>\n")
        default: try out.write("\(text)\n\n")
        }
    }

    /// Variables belong to everybody, so an unknown one is no error; one that nearly has a name of ours is a slip.
    private func noteNearMisses() {
        let known =
            ConfigurationKey.all.map(\.environmentName)
            + ["ESIWH_HOME", "ESIWH_NOW", "ESIWH_KEY", MailConfiguration.passwordVariable]
        for name in environment.keys.sorted() where name.hasPrefix("ESIWH_") && !known.contains(name) {
            guard let near = known.first(where: { $0.editDistance(to: name) <= 2 }) else { continue }
            try? note("\(name) is no setting; did you mean \(near)?")  // a note that cannot be written is lost
        }
    }
}

/// esiwh's clock: the machine's, or one that stood at `ESIWH_NOW` when the program began and ticks on from there.
struct WallClock: Sendable {
    private let offset: Double

    init(environment: [String: String]) throws(ConfigurationError) {
        guard let text = environment["ESIWH_NOW"], !text.isEmpty else {
            offset = 0
            return
        }
        guard let moment = Timestamp.parse(text) else {
            throw ConfigurationError(
                Place(source: "ESIWH_NOW"), "\"\(text)\" is no moment", mend: "write it as 2026-11-24T12:00:00Z")
        }
        offset = Double(moment) - Self.machine()
    }

    /// Unix seconds with their fraction.
    var precise: Double { Self.machine() + offset }

    /// Unix seconds.
    var now: Int64 { Int64(precise.rounded(.down)) }

    private static func machine() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}
