internal import ArgumentParser
internal import ESI
internal import FoundationEssentials
internal import SQLite
internal import Warehouse

struct Doctor: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Check what a run stands on, and the datasets against ESI.",
        discussion: """
            Without a subcommand: check.

              esiwh doctor
              esiwh doctor esi
            """,
        subcommands: [DoctorCheck.self, DoctorESI.self], defaultSubcommand: DoctorCheck.self)
}

struct DoctorCheck: Command {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check settings, stored files, the warehouse, the cache and the clock.",
        discussion: """
            Reads the whole warehouse once, writes nothing and asks nobody. Exit code 65 where the warehouse or a stored file
            is damaged, 78 for the configuration.

              esiwh doctor check --format json
            """)

    @Option(help: ArgumentHelp("How to write the findings: \(OutputFormat.names).", valueName: "format"))
    var format = OutputFormat.table

    @OptionGroup(title: "Common options") var common: CommonOptions

    func run(in context: Context) throws -> CommandStatus {
        let checkup = Checkup(context)
        let lines =
            [checkup.configuration(), checkup.contact(), checkup.files()] + checkup.warehouse()
            + [checkup.cache(), checkup.clock()]
        try context.write(lines.map(\.row), ["check", "state", "finding", "mend"].map { OutputColumn($0) }, as: format)
        return lines.first { $0.status != .done }?.status ?? .done
    }
}

/// One line of the checkup.
struct CheckupLine {
    enum State: String {
        case ok, warning, error
    }

    var check: String
    var state: State
    var finding: String
    var mend: String?
    /// What the shell is told of it.
    var status = CommandStatus.done

    static func ok(_ check: String, _ finding: String) -> CheckupLine {
        CheckupLine(check: check, state: .ok, finding: finding)
    }

    static func warning(_ check: String, _ finding: String, mend: String?) -> CheckupLine {
        CheckupLine(check: check, state: .warning, finding: finding, mend: mend)
    }

    static func error(_ check: String, _ error: any Error) -> CheckupLine {
        CheckupLine(check: check, state: .error, finding: ErrorText.of(error), status: CommandStatus(of: error))
    }

    static func damage(_ check: String, _ finding: String, mend: String) -> CheckupLine {
        CheckupLine(check: check, state: .error, finding: finding, mend: mend, status: .badData)
    }

    var row: [Value] {
        [.text(check), .text(state.rawValue), .text(finding), mend.map(Value.text) ?? .null]
    }
}

/// Looks, and changes nothing.
struct Checkup {
    private let context: Context

    init(_ context: Context) {
        self.context = context
    }

    func configuration() -> CheckupLine {
        let path = context.paths.configuration
        do {
            _ = try context.configuration()
        } catch {
            return .error("configuration", error)
        }
        return .ok(
            "configuration",
            FileManager.default.fileExists(atPath: path) ? path : "no \(path): environment and defaults")
    }

    func contact() -> CheckupLine {
        // What is wrong with the configuration is told on its own line.
        guard let configuration = try? context.configuration() else {
            return .warning("contact", "not known", mend: "mend the configuration")
        }
        do {
            _ = try ESIConfiguration(url: configuration.esiURL, contact: configuration.contact, version: version)
        } catch {
            return .error("contact", error)
        }
        return .ok(
            "contact", (configuration.contact ?? "none, for a server on this machine") + ": " + configuration.esiURL)
    }

    func files() -> CheckupLine {
        do {
            let check = try StoredCheck(context.library(), context.templates(), now: context.clock.now)
            let own = check.library.files.count { $0.origin != .shipped }
            guard let first = check.faults.first else {
                return .ok("stored SQL", "\(check.library.files.count) files, \(own) of them yours")
            }
            let more = check.faults.count > 1 ? " (and \(check.faults.count - 1) more)" : ""
            return .damage("stored SQL", "\(first)\(more)", mend: "esiwh sql check names them all")
        } catch {
            return .error("stored SQL", error)
        }
    }

    func cache() -> CheckupLine {
        let path = context.paths.cache
        guard FileManager.default.fileExists(atPath: path) else { return .ok("cache", "none yet") }
        do throws(SQLiteError) {
            let connection = try Connection(path: path, mode: .readOnly)
            guard let fault = try connection.firstFault() else { return .ok("cache", path) }
            return .warning("cache", "\(path): \(fault)", mend: "remove it: it only saves requests")
        } catch {
            return .warning("cache", "\(path): \(error.message)", mend: "remove it: it only saves requests")
        }
    }

    func clock() -> CheckupLine {
        let url = (try? context.configuration().esiURL) ?? Configuration().esiURL  // as for the contact
        guard let connection = try? Connection(path: context.paths.warehouse, mode: .readOnly),
            let text = try? connection.value("SELECT value FROM notes WHERE key = ?", [.text("server_offset:\(url)")]),
            let offset = text.text.flatMap(Double.init)
        else { return .ok("clock", "not compared with ESI's yet") }
        let seconds = Int64(offset.rounded())
        let words =
            seconds == 0
            ? "as ESI's" : "\(abs(seconds)) s \(seconds < 0 ? "ahead of" : "behind") ESI's at the last ingest"
        if abs(seconds) < 60 { return .ok("clock", words) }
        return .warning("clock", words, mend: "set this machine's clock; answers are judged by ESI's meanwhile")
    }
}

extension Checkup {
    func warehouse() -> [CheckupLine] {
        let path = context.paths.warehouse
        guard FileManager.default.fileExists(atPath: path) else {
            return [.ok("warehouse", "none yet; esiwh ingest makes \(path)")]
        }
        do {
            let catalogue = Catalogue(context.library([.dataset, .view]))
            let session = try Session(path: path, catalogue: catalogue, settings: Settings(), isGuarded: false)
            let size = try session.connection.value(
                "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")
            let bytes = HumanStyle.bytes(Int(size?.integer ?? 0))
            return [
                .ok("warehouse", "\(path), \(bytes)"), try integrity(session), try runs(session), try room(session),
            ]
        } catch {
            return [.error("warehouse", error)]
        }
    }

    private func integrity(_ session: Session) throws(SQLiteError) -> CheckupLine {
        guard let fault = try session.connection.firstFault() else {
            return .ok("integrity", "quick_check found no fault")
        }
        return .damage(
            "integrity", "quick_check: \(fault)", mend: "keep a copy of the file, then restore the last esiwh backup")
    }

    /// A killed run needs no repair (invariant 7); still one wants to know.
    private func runs(_ session: Session) throws(SQLiteError) -> CheckupLine {
        let sql = "SELECT id, outcome FROM runs ORDER BY id DESC LIMIT 1"
        guard let last = try session.connection.query(sql).first else { return .ok("last run", "none yet") }
        let id = last[0].integer ?? 0
        guard let outcome = last[1].text else {
            return .warning("last run", "run \(id) is running, or was killed", mend: "nothing: the next ingest goes on")
        }
        guard ["partial", "failed"].contains(outcome) else { return .ok("last run", "run \(id): \(outcome)") }
        return .warning("last run", "run \(id): \(outcome)", mend: "esiwh status shows why and when it is tried again")
    }

    /// Free pages are used again before the file grows.
    private func room(_ session: Session) throws(SQLiteError) -> CheckupLine {
        let free = try session.connection.value(
            "SELECT freelist_count * page_size FROM pragma_freelist_count, pragma_page_size")
        return .ok("free pages", HumanStyle.bytes(Int(free?.integer ?? 0)))
    }
}

extension Connection {
    /// What `quick_check` finds first; nil where the file is sound.
    fileprivate func firstFault() throws(SQLiteError) -> String? {
        let text = try value("PRAGMA quick_check(1)")?.text
        return text == "ok" ? nil : text ?? "no answer"
    }
}
