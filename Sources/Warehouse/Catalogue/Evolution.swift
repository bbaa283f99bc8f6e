import SQLite

// A dataset's tables follow its file: new columns are added, lost ones leave the current table but stay in the
// history, indexes are made and dropped. What would lose data is refused with the way out.

extension Warehouse {
    /// Makes or changes the tables of a dataset so that they are what its file says, in one transaction.
    func evolve(_ dataset: Dataset, now: Int64) throws {
        let recorded = try connection.value(
            "SELECT text FROM main.datasets WHERE name = ?", [.text(dataset.name)])?.text
        guard recorded != dataset.file.text else { return }
        try connection.transaction {
            if try exists("table", dataset.name) {
                // What waits there has the old columns; its files are read again.
                try forgetPast(of: dataset)
                try change(dataset)
            } else {
                try connection.execute(dataset.tableSQL)
                try makeHistory(dataset)
            }
            try followIndexes(dataset)
            try makeVersions(dataset)
            try connection.run(
                "UPDATE main.partitions SET redecode = 1 WHERE dataset = ?", [.text(dataset.name)])
            try connection.run(
                "INSERT INTO main.datasets VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET file = excluded.file, "
                    + "text = excluded.text, loaded_at = excluded.loaded_at",
                [.text(dataset.name), .text(dataset.file.path), .text(dataset.file.text), .integer(now)])
        }
    }

    func exists(_ type: String, _ name: String) throws(SQLiteError) -> Bool {
        try connection.value(
            "SELECT 1 FROM main.sqlite_schema WHERE type = ? AND name = ?", [.text(type), .text(name)]) != nil
    }

    /// `T_history`: every superseded version, append-only, numbered in order of closing.
    private func makeHistory(_ dataset: Dataset) throws(SQLiteError) {
        // Nullable but for the key: a column may be younger than the version.
        let columns = dataset.columns.map { column in
            "\(quoted(column.name)) \(column.storage)" + (dataset.key.contains(column.name) ? " NOT NULL" : "")
        }
        try connection.execute(
            """
            CREATE TABLE main.\(quoted(dataset.historyName)) (
                version_id INTEGER PRIMARY KEY AUTOINCREMENT,
                \(columns.joined(separator: ",\n    ")),
                valid_from INTEGER NOT NULL,
                valid_to   INTEGER NOT NULL CHECK (valid_from < valid_to)
            ) STRICT
            """)
    }

    private func makeVersions(_ dataset: Dataset) throws(SQLiteError) {
        let columns = dataset.columns.map { quoted($0.name) }.joined(separator: ", ")
        // CAST: SQLite searches both halves by their indexes only where they agree in affinity, column by column.
        try connection.execute(
            """
            DROP VIEW IF EXISTS main.\(quoted(dataset.versionsName));
            CREATE VIEW main.\(quoted(dataset.versionsName)) AS
            SELECT \(columns), valid_from, valid_to FROM \(quoted(dataset.historyName))
            UNION ALL SELECT \(columns), valid_from, CAST(NULL AS INTEGER) FROM \(quoted(dataset.name))
            """)
    }

    // MARK: Indexes

    private func followIndexes(_ dataset: Dataset) throws(SQLiteError) {
        try follow(dataset.indexes.map { ($0.name, $0.sql) }, on: dataset.name)
        try follow(historyIndexes(dataset), on: dataset.historyName)
    }

    func follow(_ wanted: [(name: String, sql: String)], on table: String) throws(SQLiteError) {
        let present = try connection.query(
            "SELECT name, sql FROM main.sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = ?",
            [.text(table)])
        var kept: Set<String> = []
        for row in present {
            guard let name = row[0].text else { continue }
            if wanted.contains(where: { $0.name == name && $0.sql == row[1].text }) {
                kept.insert(name)
            } else {
                try connection.execute("DROP INDEX main.\(quoted(name))")
            }
        }
        for index in wanted where !kept.contains(index.name) { try connection.execute(index.sql) }
    }

    /// The history is searched by key and by the first column of each index, always beside a moment: the newest
    /// versions are those that end last.
    private func historyIndexes(_ dataset: Dataset) -> [(name: String, sql: String)] {
        var leads: [[String]] = [dataset.key]
        for index in dataset.indexes {
            if let first = index.columns.first ?? nil, !leads.contains([first]) { leads.append([first]) }
        }
        return leads.enumerated().map { position, columns in
            let name = position == 0 ? "\(dataset.historyName)_by_key" : "\(dataset.historyName)_by_\(columns[0])"
            let list = (columns + ["valid_to"]).map(quoted).joined(separator: ", ")
            return (name, "CREATE INDEX \(quoted(name)) ON \(quoted(dataset.historyName)) (\(list))")
        }
    }

    // MARK: Columns

    private func change(_ dataset: Dataset) throws {
        let table = try columns(dataset.name)
        let history = try columns(dataset.historyName)
        try checkTypes(dataset, table, history)
        try connection.execute("DROP VIEW IF EXISTS main.\(quoted(dataset.versionsName))")
        for column in dataset.columns where history[column.name] == nil {
            try connection.execute(
                "ALTER TABLE main.\(quoted(dataset.historyName)) ADD COLUMN \(quoted(column.name)) \(column.storage)")
        }
        let lost = table.keys.filter { $0 != "valid_from" && dataset.column($0) == nil }.sorted()
        if try connection.value("SELECT 1 FROM main.\(quoted(dataset.name)) LIMIT 1") == nil {
            try connection.execute("DROP TABLE main.\(quoted(dataset.name))")
            try connection.execute(dataset.tableSQL)
            return
        }
        if !lost.isEmpty { try retire(lost, dataset) }
        for column in dataset.columns where table[column.name] == nil {
            try connection.execute(
                "ALTER TABLE main.\(quoted(dataset.name)) ADD COLUMN \(quoted(column.name)) \(column.storage)")
        }
    }

    /// Names, with storage class and place in the primary key.
    private func columns(_ table: String) throws(SQLiteError) -> [String: (storage: String, key: Int64)] {
        var columns: [String: (storage: String, key: Int64)] = [:]
        for row in try connection.query("SELECT name, type, pk FROM pragma_table_info(?, 'main')", [.text(table)]) {
            if let name = row[0].text { columns[name] = (row[1].text ?? "", row[2].integer ?? 0) }
        }
        return columns
    }

    private func checkTypes(
        _ dataset: Dataset, _ table: [String: (storage: String, key: Int64)],
        _ history: [String: (storage: String, key: Int64)]
    ) throws(FileError) {
        let mend = "restore it, or give the table another name: the old one keeps its data under the old name"
        for column in dataset.columns {
            for known in [table[column.name], history[column.name]] {
                guard let known, known.storage.uppercased() != column.storage else { continue }
                throw dataset.file.error(
                    atOffset: 0, "column \(column.name) is \(column.storage) here, \(known.storage) in the warehouse",
                    mend: mend)
            }
        }
        let key = table.filter { $0.value.key > 0 }.sorted { $0.value.key < $1.value.key }.map(\.key)
        guard key == dataset.key else {
            let (new, old) = (dataset.key.joined(separator: ", "), key.joined(separator: ", "))
            throw dataset.file.error(
                atOffset: 0, "the primary key is (\(new)) here, (\(old)) in the warehouse", mend: mend)
        }
    }

    /// Nothing is forgotten: each row's state with the lost columns becomes a version that ends just behind the
    /// partition's last observation, and the row goes on without them.
    private func retire(_ lost: [String], _ dataset: Dataset) throws {
        let (table, history) = ("main.\(quoted(dataset.name))", "main.\(quoted(dataset.historyName))")
        let all = (try columns(dataset.name).keys.sorted()).map(quoted).joined(separator: ", ")
        let holds = lost.map { "\(quoted($0)) IS NOT NULL" }.joined(separator: " OR ")
        let end = try connection.value(
            "SELECT max(observed_at) + 1 FROM main.partitions WHERE dataset = ?", [.text(dataset.name)])
        try connection.run(
            "INSERT INTO \(history) (\(all), valid_to) SELECT \(all), max(?1, valid_from + 1) FROM \(table) WHERE \(holds)",
            [end ?? .integer(0)])
        try connection.run(
            "UPDATE \(table) SET valid_from = max(?1, valid_from + 1) WHERE \(holds)", [end ?? .integer(0)])
        for row in try connection.query(
            "SELECT name FROM main.sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = ?",
            [.text(dataset.name)])
        {
            if let name = row[0].text { try connection.execute("DROP INDEX main.\(quoted(name))") }
        }
        for column in lost { try connection.execute("ALTER TABLE \(table) DROP COLUMN \(quoted(column))") }
    }
}
