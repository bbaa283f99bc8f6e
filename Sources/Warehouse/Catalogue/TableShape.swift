import SQLite

/// What a dataset file's SQL makes, read back from SQLite itself.
struct TableShape {
    let columns: [DatasetColumn]
    let key: [String]
    let tableSQL: String
    let indexes: [DatasetIndex]

    /// Names that no dataset may take for a column.
    private static let reserved: Set<String> = ["valid_to", "version_id"]

    init(_ file: StoredFile, parameters: [String]) throws(FileError) {
        do {
            let scratch = try Connection(path: ":memory:", mode: .create)
            try Guard.declare(file.body, on: scratch)
            try Self.checkObjects(scratch, file)
            tableSQL = try scratch.text("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?", file.name)
            (columns, key) = try Self.columns(scratch, file, parameters)
            try Self.checkKeyOrder(scratch, file)
            indexes = try Self.indexes(scratch, file)
        } catch let error as SQLiteError {
            throw file.error(atOffset: error.offset(in: file.body) ?? 0, error.message)
        } catch let error as FileError {
            throw error
        } catch {
            throw file.error("\(error)")
        }
    }

    private static func checkObjects(_ scratch: Connection, _ file: StoredFile) throws {
        for row in try scratch.query("SELECT type, name, tbl_name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'") {
            guard case .text(let type) = row[0], case .text(let name) = row[1], case .text(let table) = row[2] else {
                continue
            }
            guard ["table", "index"].contains(type), table == file.name else {
                throw file.error(
                    atOffset: 0, "a dataset makes one table, \(file.name), and its indexes, not the \(type) \(name)",
                    mend: type == "table" ? "name the table as the file" : "move it to a file of its own")
            }
        }
        let list = try scratch.query("SELECT strict FROM pragma_table_list WHERE name = ?", [.text(file.name)])
        guard let strict = list.first?.first else {
            throw file.error(atOffset: 0, "no table \(file.name)", mend: "CREATE TABLE \(file.name) (…) STRICT")
        }
        guard strict == .integer(1) else {
            throw file.error(
                atOffset: 0, "the table is not STRICT", mend: "end it with ) STRICT or ) STRICT, WITHOUT ROWID")
        }
    }

    private static func columns(
        _ scratch: Connection, _ file: StoredFile, _ parameters: [String]
    ) throws -> ([DatasetColumn], [String]) {
        var kinds = try declaredKinds(file)
        var columns: [DatasetColumn] = []
        var key: [(Int64, String)] = []
        var hasValidFrom = false
        let info = try scratch.query(
            "SELECT name, type, \"notnull\", dflt_value, pk, hidden FROM pragma_table_xinfo(?) ORDER BY cid",
            [.text(file.name)])
        for row in info {
            guard case .text(let name) = row[0], case .text(let type) = row[1], case .integer(let notNull) = row[2],
                case .integer(let position) = row[4]
            else { continue }
            if position > 0 { key.append((position, name)) }
            if name == "valid_from" {
                hasValidFrom = type.uppercased() == "INTEGER" && notNull == 1 && position == 0
                continue
            }
            guard !reserved.contains(name), row[5] == .integer(0), let stored = ColumnKind(storage: type) else {
                throw file.error(
                    atOffset: 0, "column \(name) \(type) cannot be kept",
                    mend: "use INTEGER, REAL or TEXT, no generated columns, and no name of ours (valid_to, version_id)")
            }
            let kind = kinds.removeValue(forKey: name) ?? stored
            guard kind.storage == stored.storage else {
                throw file.error(
                    at: "columns", "\(name) is \(type), but \(kind.rawValue) is stored as \(kind.storage)",
                    mend: "declare the column \(kind.storage)")
            }
            columns.append(
                DatasetColumn(
                    name: name, kind: kind, isNullable: notNull == 0 && position == 0,
                    fallback: try fallback(row[3], scratch), isPathParameter: parameters.contains(name)))
        }
        guard hasValidFrom else {
            throw file.error(
                atOffset: 0, "no column valid_from", mend: "add valid_from INTEGER NOT NULL, outside the primary key")
        }
        guard columns.count <= Merge.mostFields else {
            throw file.error(
                atOffset: 0, "\(columns.count) columns; \(Merge.mostFields) can be compared with an answer",
                mend: "leave out what nobody asks for")
        }
        if let name = kinds.keys.sorted().first {
            throw file.error(at: "columns", "the table has no column \(name)")
        }
        for parameter in parameters where !columns.contains(where: { $0.name == parameter }) {
            throw file.error(atOffset: 0, "no column for the route's parameter \(parameter)")
        }
        guard !key.isEmpty else {
            throw file.error(atOffset: 0, "no primary key", mend: "add PRIMARY KEY (…)")
        }
        return (columns, key.sorted { $0.0 < $1.0 }.map(\.1))
    }

    /// Answers are merged with what is stored in the order of the key: ascending, texts by their bytes.
    private static func checkKeyOrder(_ scratch: Connection, _ file: StoredFile) throws {
        let other = try scratch.query(
            """
            SELECT x.name, x."desc", x.coll FROM pragma_index_list(?) AS l JOIN pragma_index_xinfo(l.name) AS x
            WHERE l.origin = 'pk' AND x.key = 1 AND (x."desc" = 1 OR x.coll <> 'BINARY')
            """, [.text(file.name)])
        guard let column = other.first, let name = column[0].text else { return }
        let word = column[1] == .integer(1) ? "DESC" : "COLLATE \(column[2].text ?? "")"
        throw file.error(
            atOffset: 0, "the primary key is in another order: \(name) \(word)", mend: "leave \(word) out")
    }

    private static func fallback(_ expression: Value, _ scratch: Connection) throws -> Value? {
        guard case .text(let sql) = expression else { return nil }
        let value = try scratch.value("SELECT \(sql)")
        return value == .null ? nil : value
    }

    private static func declaredKinds(_ file: StoredFile) throws(FileError) -> [String: ColumnKind] {
        let kinds = try file.columnKinds()
        return Dictionary(kinds.map { ($0.name, $0.kind) }) { first, _ in first }
    }

    private static func indexes(_ scratch: Connection, _ file: StoredFile) throws -> [DatasetIndex] {
        let found = try scratch.query(
            "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY rowid")
        return try found.compactMap { row in
            guard case .text(let name) = row[0], case .text(let sql) = row[1] else { return nil }
            let columns = try scratch.query(
                "SELECT name FROM pragma_index_info(?) ORDER BY seqno", [.text(name)])
            return DatasetIndex(
                name: name, sql: sql,
                columns: columns.map { if case .text(let name) = $0[0] { name } else { nil } })
        }
    }
}

extension StoredFile {
    /// The front matter's `columns`: names and kinds in order.
    public func columnKinds() throws(FileError) -> [(name: String, kind: ColumnKind)] {
        guard let node = frontMatter["columns"], !node.isNull else { return [] }
        guard let entries = node.entries else {
            throw error(at: "columns", "columns must be names and kinds", mend: "columns: { issued: timestamp }")
        }
        var kinds: [(name: String, kind: ColumnKind)] = []
        for entry in entries {
            guard let kind = entry.value.text.flatMap(ColumnKind.init(rawValue:)) else {
                let words = ColumnKind.allCases.map(\.rawValue).joined(separator: ", ")
                throw FileError(
                    file: shownPath, line: entry.line, message: "\(entry.key) is of no known kind",
                    mend: "use one of \(words)")
            }
            kinds.append((entry.key, kind))
        }
        return kinds
    }
}

extension SQLiteError {
    /// The byte offset of the fault in a script: the statement's own place in it plus the offset in the statement.
    func offset(in script: String) -> Int? {
        guard let sql else { return offset }
        guard let start = script.firstOffset(of: sql) else { return offset }
        return start + (offset ?? 0)
    }
}

extension String {
    /// The byte offset at which `part` begins.
    func firstOffset(of part: String) -> Int? {
        let whole = Array(utf8)
        let piece = Array(part.utf8)
        guard !piece.isEmpty, piece.count <= whole.count else { return nil }
        return (0...(whole.count - piece.count)).first { start in
            whole[start] == piece[0] && whole[start..<(start + piece.count)].elementsEqual(piece)
        }
    }
}

extension Connection {
    /// The text that a query of one value yields; empty where there is none.
    func text(_ sql: String, _ name: String) throws(SQLiteError) -> String {
        if case .text(let text) = try value(sql, [.text(name)]) { return text }
        return ""
    }
}
