import Glibc
internal import SQLite
internal import Warehouse

/// What `query` runs: a report, or SQL of the user's.
struct QuerySource {
    let sql: String
    /// The report's file; nil for the user's own SQL.
    let file: StoredFile?
    /// Declared parameters; nil where nothing is declared and every `:name` is one.
    let parameters: [Parameter]?
    let kinds: [String: ColumnKind]

    init(sql: String) {
        self.sql = sql
        file = nil
        parameters = nil
        kinds = [:]
    }

    init(report name: String, in library: Library) throws {
        guard let file = library.file(.report, name) else {
            if let fault = Context.fault(.report, name, in: library.faults) { throw fault }
            let near = library.files(.report).map(\.name).min { $0.editDistance(to: name) < $1.editDistance(to: name) }
            let guess = near.flatMap { $0.editDistance(to: name) <= 2 ? "did you mean \($0)?" : nil }
            throw CommandError(
                .usage, "there is no report \"\(name)\"", mend: guess ?? "`esiwh query --list` names them all")
        }
        self.file = file
        sql = file.body
        parameters = try Parameter.all(of: file)
        kinds = Dictionary(try file.columnKinds().map { ($0.name, $0.kind) }) { first, _ in first }
    }

    var title: String { file?.frontMatter["title"]?.text ?? "" }

    /// How the report is drawn.
    func chart() throws -> ChartDeclaration {
        guard let file else {
            throw CommandError(
                .usage, "SQL of your own has no chart", mend: "save it as a report and name x and y in its front matter"
            )
        }
        guard let chart = try ChartDeclaration.of(file) else {
            throw CommandError(
                .usage, "the report \(file.name) has no chart", mend: "docs/charts.md tells how it gets one")
        }
        return chart
    }

    /// A word that a report could be called; no SQL is a single such word.
    static func isName(_ text: String) -> Bool {
        text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"),
                UInt8(ascii: "-"):
                true
            default: false
            }
        }
    }

    static func standardInput() throws -> String {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(0, &buffer, buffer.count)
            if count > 0 { bytes += buffer[..<count] }
            if count == 0 { break }
            if count < 0, errno != EINTR { throw CommandError(.failed, "stdin cannot be read") }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CommandError(.usage, "stdin is not UTF-8")
        }
        return text
    }

    /// The value to bind to `:name`.
    /// - Parameter moment: what relative moments count from.
    func value(of name: String, given: String?, at moment: Int64) throws -> Value {
        guard let parameters else {
            guard let given else {
                throw CommandError(.usage, "no value for :\(name)", mend: "give --param \(name)=…")
            }
            return Int64(given).map(Value.integer) ?? Double(given).map(Value.real) ?? .text(given)
        }
        guard let parameter = parameters.first(where: { $0.name == name }) else {
            throw CommandError(
                .badData, "\(file?.shownPath ?? "the report") names :\(name), which it does not declare",
                mend: "declare it in parameters")
        }
        do throws(ParameterError) {
            guard let given else { return try parameter.standard(now: moment) }
            return try parameter.value(given, now: moment)
        } catch {
            throw CommandError(.usage, "parameter \(error.parameter): \(error.reason)", mend: error.mend)
        }
    }

    /// Runs `body`; an error of SQLite's is told as one of the report's file, with its line, or of the user's SQL.
    func locating<T>(_ session: Session, _ body: (Session) throws -> T) throws -> T {
        do {
            return try body(session)
        } catch let error as SQLiteError where !error.isInterrupt && !error.isBusy && !error.isFull {
            if let file, !error.isPruned { throw file.error(atOffset: error.offset ?? 0, error.message) }
            throw CommandError(.failed, error.near.map { "\(error.message), near \"\($0)\"" } ?? error.message)
        }
    }
}

extension SQLiteError {
    /// The SQL from where SQLite stumbled, to the end of its line.
    var near: String? {
        guard let offset, let sql, offset < sql.utf8.count else { return nil }
        let rest = String(decoding: sql.utf8.dropFirst(offset).prefix(40), as: UTF8.self)
        return rest.split(separator: "\n").first.map(String.init)
    }
}
