internal import SQLite
internal import Warehouse

extension RuleTestCase {
    /// Puts the case's rows into an empty warehouse.
    ///
    /// Each partition that a row belongs to counts as swept completely at the case's moment, unless `sweeps` says
    /// otherwise of it.
    /// - Throws: `FileError` with the line of a row that does not fit its table.
    func load(into session: Session, file: String) throws(FileError) {
        var covered: Set<[String]> = []
        for sweep in sweeps { covered.insert(try insert(sweep: sweep, into: session, file: file)) }
        for table in tables {
            let columns = try kinds(of: table.name, in: session, file: file, line: table.line)
            let dataset = session.catalogue.dataset(table.name)
            for row in table.rows {
                let values = try cells(of: row, columns: columns, table: table.name, file: file)
                try insert(values, into: table.name, of: session, file: file, line: row.first?.line ?? table.line)
                guard let dataset else { continue }
                let partition = Partition(
                    dataset.partitionColumns.map { .init(name: $0, value: values[$0] ?? .null) })
                guard covered.insert([dataset.name, partition.description]).inserted else { continue }
                let sweep: [String: Value] = [
                    "dataset": .text(dataset.name), "partition": .text(partition.description), "outcome": "complete",
                ]
                try insert(sweep: sweep, into: session, file: file, line: table.line)
            }
        }
    }

    /// What the columns of a table hold; of the warehouse's own tables, as far as their names tell.
    private func kinds(
        of table: String, in session: Session, file: String, line: Int
    ) throws(FileError) -> [String: ColumnKind?] {
        var kinds: [String: ColumnKind?] = [:]
        do {
            for row in try session.connection.query("SELECT name FROM pragma_table_info(?)", [.text(table)]) {
                guard let name = row[0].text else { continue }
                let isVersion = ["valid_from", "valid_to"].contains(name)
                kinds[name] = isVersion ? .timestamp : .some(Catalogue.coreKind(ofColumn: name))
            }
        } catch {
            throw FileError(file: file, line: line, message: "\(error)")
        }
        guard !kinds.isEmpty else {
            throw FileError(file: file, line: line, message: "no table \(table)", mend: "see `esiwh sql list`")
        }
        for column in session.catalogue.dataset(ofTable: table)?.columns ?? [] { kinds[column.name] = column.kind }
        return kinds
    }

    private func cells(
        of row: [YAMLNode.Entry], columns: [String: ColumnKind?], table: String, file: String
    ) throws(FileError) -> [String: Value] {
        var values: [String: Value] = [:]
        for entry in row {
            guard let kind = columns[entry.key] else {
                throw FileError(file: file, line: entry.line, message: "\(table) has no column \(entry.key)")
            }
            guard let value = entry.value.cell(kind) else {
                throw FileError(
                    file: file, line: entry.value.line,
                    message: "\(table).\(entry.key): not \(kind.map { "of the kind \($0)" } ?? "a value")")
            }
            values[entry.key] = value
        }
        if columns["valid_from"] != nil, values["valid_from"] == nil { values["valid_from"] = .integer(asOf) }
        return values
    }

    private func insert(
        _ values: [String: Value], into table: String, of session: Session, file: String, line: Int
    ) throws(FileError) {
        let names = values.keys.sorted()
        let marks = names.map { _ in "?" }.joined(separator: ", ")
        do {
            try session.connection.run(
                "INSERT INTO main.\"\(table)\" (\(names.joined(separator: ", "))) VALUES (\(marks))",
                names.map { values[$0] ?? .null })
        } catch {
            throw FileError(file: file, line: line, message: "\(table) does not take the row: \(error.message)")
        }
    }

    /// Inserts a sweep as written and returns which partition it is of.
    private func insert(
        sweep: [YAMLNode.Entry], into session: Session, file: String
    ) throws(FileError) -> [String] {
        let line = sweep.first?.line ?? self.line
        let known: [String: ColumnKind?] = [
            "dataset": .text, "partition": .text, "outcome": .text, "reason": .text, "observed_at": .timestamp,
            "complete_at": .timestamp,
        ]
        let values = try cells(of: sweep, columns: known, table: "sweeps", file: file)
        guard let dataset = values["dataset"]?.text, session.catalogue.dataset(dataset) != nil,
            let partition = values["partition"]?.text, values["outcome"] != nil
        else {
            throw FileError(
                file: file, line: line, message: "a sweep must name its dataset, partition and outcome",
                mend: "write { dataset: public_contracts, partition: region_id=10000002, outcome: partial }")
        }
        try insert(sweep: values, into: session, file: file, line: line)
        return [dataset, partition]
    }

    private func insert(
        sweep: [String: Value], into session: Session, file: String, line: Int
    ) throws(FileError) {
        var row = sweep
        let observed = row["observed_at"] ?? .integer(asOf)
        row["observed_at"] = observed
        row["fetched_at"] = observed
        let isWhole = ["complete", "unchanged"].contains(row["outcome"]?.text)
        let complete = row.removeValue(forKey: "complete_at") ?? (isWhole ? observed : .null)
        row["last_at"] = observed
        try insert(row, into: "snapshots", of: session, file: file, line: line)
        row["last_at"] = nil
        row["complete_at"] = complete
        try insert(row, into: "partitions", of: session, file: file, line: line)
    }
}
