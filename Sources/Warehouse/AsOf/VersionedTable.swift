import CSQLite
import SQLite

/// What the as-of mechanism has to know of a versioned table: its columns, and how its two halves can be searched.
struct VersionedTable {
    struct Column {
        let name: String
        /// As declared; empty where the column takes any class.
        let type: String
        /// A text is compared with a number by rules that depend on the other side; see `AsOfPlan`.
        let affinity: Affinity
        /// Compared byte by byte, as an index of ours compares it.
        let isBinary: Bool
        let collation: String
    }

    enum Affinity {
        case numeric, text, none
    }

    /// One half: the rows that are current, or the superseded ones.
    struct Half {
        let table: String
        /// As far as SQLite knows without counting.
        let rows: Double
        let paths: [Path]
        /// Columns of the table that this half has.
        let columns: Set<String>
    }

    /// An index, or the primary key, as far as it can narrow a search.
    struct Path {
        /// Positions of columns, as far as they are plain ones; `validTo` for the end of validity.
        let columns: [Int]
        let isUnique: Bool
        /// Rows that share the first 1, 2, … columns.
        let rowsPerPrefix: [Double]

        static let validTo = -2
    }

    let name: String
    let columns: [Column]
    /// Positions of the primary key's columns.
    let key: [Int]
    /// Whether no column of the key can be NULL.
    let hasFullKey: Bool
    let current: Half
    let history: Half
    /// The columns of `T_versions` in its order, by their positions; `columns.count` is `valid_to`.
    let versionsOrder: [Int]

    init(_ name: String, on connection: Connection) throws(SQLiteError) {
        self.name = name
        let info = try connection.query(
            "SELECT name, type, \"notnull\", pk FROM pragma_table_xinfo(?, 'main') ORDER BY cid", [.text(name)])
        guard !info.isEmpty else {
            throw SQLiteError(code: SQLITE_ERROR, message: "no versioned table \(name)")
        }
        let facts = try connection.query(
            "SELECT wr, strict FROM pragma_table_list(?) WHERE schema = 'main'", [.text(name)])
        let isStrict = facts.first?[1] == 1
        var columns: [Column] = []
        for row in info {
            columns.append(try Column(row, in: name, isStrict: isStrict, on: connection))
        }
        self.columns = columns
        let key = info.indices.filter { info[$0][3] != 0 }.sorted {
            info[$0][3].integer ?? 0 < info[$1][3].integer ?? 0
        }
        self.key = key
        let isRowID = key.count == 1 && info[key[0]][1].text?.uppercased() == "INTEGER"
        hasFullKey = !key.isEmpty && (facts.first?[0] == 1 || isRowID || key.allSatisfy { info[$0][2] == 1 })
        let names = columns.map(\.name)
        current = try Half(name, names, rowIDColumn: isRowID ? key[0] : nil, on: connection)
        history = try Half(name + "_history", names, rowIDColumn: nil, on: connection)
        let versions = try connection.query(
            "SELECT name FROM pragma_table_xinfo(?, 'main') ORDER BY cid", [.text(name + "_versions")])
        let order = versions.compactMap { (names + ["valid_to"]).firstIndex(of: $0[0].text ?? "") }
        versionsOrder = order.count == names.count + 1 ? order : Array(0...names.count)
    }
}

extension VersionedTable.Column {
    fileprivate init(
        _ row: [Value], in table: String, isStrict: Bool, on connection: Connection
    ) throws(SQLiteError) {
        name = row[0].text ?? ""
        let declared = row[1].text ?? ""
        type = isStrict && declared.uppercased() == "ANY" ? "" : declared
        affinity = VersionedTable.Affinity(declared: type)
        var collation: UnsafePointer<CChar>?
        let code = sqlite3_table_column_metadata(connection.handle, "main", table, name, nil, &collation, nil, nil, nil)
        guard code == SQLITE_OK else {
            throw SQLiteError(code: code, message: "no column \(table).\(name)")
        }
        self.collation = collation.map { String(cString: $0) } ?? "BINARY"
        isBinary = self.collation.uppercased() == "BINARY"
    }
}

extension VersionedTable.Affinity {
    /// The rules of sqlite.org/datatype3.html, "Determination Of Column Affinity".
    init(declared: String) {
        let type = declared.uppercased()
        if type.contains("INT") {
            self = .numeric
        } else if ["CHAR", "CLOB", "TEXT"].contains(where: { type.contains($0) }) {
            self = .text
        } else if type.isEmpty || type.contains("BLOB") {
            self = .none
        } else {
            self = .numeric
        }
    }
}

extension VersionedTable.Half {
    /// What SQLite takes a table's size to be where nobody has counted.
    private static let unknownRows = 1_048_576.0

    fileprivate init(
        _ table: String, _ names: [String], rowIDColumn: Int?, on connection: Connection
    ) throws(SQLiteError) {
        self.table = table
        columns = Set(
            try connection.query("SELECT name FROM pragma_table_xinfo(?, 'main')", [.text(table)])
                .compactMap { $0[0].text })
        let statistics = try Self.statistics(table, on: connection)
        if let counted = statistics.values.first?.first {
            rows = counted
        } else if columns.contains("version_id") {
            let last = try connection.value("SELECT max(version_id) FROM main.\(quoted(table))")
            rows = Double(last?.integer ?? 0)
        } else {
            rows = Self.unknownRows
        }
        paths = try Self.paths(table, names, rowIDColumn, rows, statistics, on: connection)
    }

    /// For each index its numbers from ANALYZE: rows, then rows that share the first 1, 2, … columns.
    private static func statistics(_ table: String, on connection: Connection) throws(SQLiteError) -> [String: [Double]]
    {
        guard try connection.value("SELECT 1 FROM main.sqlite_schema WHERE name = 'sqlite_stat1'") != nil else {
            return [:]
        }
        let found = try connection.query("SELECT idx, stat FROM main.sqlite_stat1 WHERE tbl = ?", [.text(table)])
        var statistics: [String: [Double]] = [:]
        for row in found {
            statistics[row[0].text ?? ""] = (row[1].text ?? "").split(separator: " ").compactMap { Double($0) }
        }
        return statistics
    }

    private static func paths(
        _ table: String, _ names: [String], _ rowIDColumn: Int?, _ rows: Double, _ statistics: [String: [Double]],
        on connection: Connection
    ) throws(SQLiteError) -> [VersionedTable.Path] {
        var paths: [VersionedTable.Path] = []
        if let rowIDColumn {
            paths.append(VersionedTable.Path(columns: [rowIDColumn], isUnique: true, rowsPerPrefix: [1]))
        }
        let indexes = try connection.query(
            "SELECT name, \"unique\", origin FROM pragma_index_list(?, 'main') WHERE partial = 0", [.text(table)])
        for index in indexes {
            let parts = try connection.query(
                "SELECT name, coll FROM pragma_index_xinfo(?, 'main') WHERE key = 1 ORDER BY seqno", [index[0]])
            var columns: [Int] = []
            for part in parts {
                guard let name = part[0].text, part[1].text?.uppercased() == "BINARY" else { break }
                guard let position = name == "valid_to" ? VersionedTable.Path.validTo : names.firstIndex(of: name)
                else {
                    break
                }
                columns.append(position)
            }
            guard !columns.isEmpty else { continue }
            // The primary key of a WITHOUT ROWID table is counted under the table's own name.
            let counted = statistics[index[0].text ?? ""] ?? (index[2] == "pk" ? statistics[table] : nil)
            let isUnique = index[1] == 1 && columns.count == parts.count
            let perPrefix = columns.indices.map { position -> Double in
                if let counted, counted.count > position + 1 { return counted[position + 1] }
                // SQLite's own guess: ten rows, then ever fewer.
                return isUnique && position == columns.count - 1 ? 1 : min(max(Double(10 - position), 5), max(rows, 1))
            }
            paths.append(VersionedTable.Path(columns: columns, isUnique: isUnique, rowsPerPrefix: perPrefix))
        }
        return paths
    }
}
