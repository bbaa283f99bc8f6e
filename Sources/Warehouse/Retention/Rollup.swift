import SQLite

/// A table that holds, for each day, what is worth keeping of a dataset's versions of that day: a stored SQL file that
/// makes the table and then fills it with the day `:day`.
public struct Rollup: Sendable {
    public let file: StoredFile
    public var name: String { file.name }
    /// The dataset whose versions it reads.
    public let dataset: String
    public let columns: [String]
    /// The meanings of its columns, by name.
    public let kinds: [String: ColumnKind]
    let tableSQL: String
    let indexes: [(name: String, sql: String)]
    /// The rows of the day whose midnight is bound as `:day`.
    public let select: String

    /// - Throws: `FileError` naming line and mend.
    public init(_ file: StoredFile) throws(FileError) {
        self.file = file
        guard let dataset = file.frontMatter["of"]?.text else {
            throw file.error(at: "of", "no dataset", mend: "name the one whose versions it sums up: of: market_orders")
        }
        self.dataset = dataset
        kinds = Dictionary(try file.columnKinds().map { ($0.name, $0.kind) }) { first, _ in first }
        let head = "INSERT INTO \(file.name)"
        guard let insert = file.body.firstRange(of: "\n\(head)") else {
            throw file.error(
                atOffset: 0, "no \(head)", mend: "end the file with \(head) and, on the next line, the SELECT of :day")
        }
        // Blank lines keep the place of what follows, for the line of an error.
        select =
            file.body[..<insert.upperBound].map { $0 == "\n" ? "\n" : " " }.joined() + file.body[insert.upperBound...]
        let scratch: Connection
        do throws(SQLiteError) {
            scratch = try Connection(path: ":memory:", mode: .create)
            try scratch.execute(String(file.body[..<insert.lowerBound]))
            (tableSQL, indexes, columns) = try Self.shape(of: file.name, in: scratch)
        } catch {
            throw file.error(atOffset: error.offset(in: file.body) ?? 0, error.message)
        }
        try checkTable(scratch)
    }

    private static func shape(
        of name: String, in scratch: Connection
    ) throws(SQLiteError) -> (String, [(name: String, sql: String)], [String]) {
        let table = try scratch.text("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?", name)
        let indexes = try scratch.query("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL")
            .map { (name: $0[0].text ?? "", sql: $0[1].text ?? "") }
        let columns = try scratch.query("SELECT name FROM pragma_table_info(?) ORDER BY cid", [.text(name)])
        return (table, indexes, columns.compactMap { $0[0].text })
    }

    private func checkTable(_ scratch: Connection) throws(FileError) {
        let key = try? scratch.value("SELECT name FROM pragma_table_info(?) WHERE pk = 1", [.text(name)])  // nil: none
        let strict = try? scratch.value("SELECT strict FROM pragma_table_list WHERE name = ?", [.text(name)])
        guard !tableSQL.isEmpty, strict == .integer(1), key == .text("day") else {
            throw file.error(
                atOffset: 0, "a roll-up makes a STRICT table of its name whose primary key begins with day",
                mend: "CREATE TABLE \(name) (day INTEGER NOT NULL, …, PRIMARY KEY (day, …)) STRICT, WITHOUT ROWID")
        }
        if let stray = kinds.keys.sorted().first(where: { !columns.contains($0) }) {
            throw file.error(at: "columns", "the table has no column \(stray)")
        }
    }
}
