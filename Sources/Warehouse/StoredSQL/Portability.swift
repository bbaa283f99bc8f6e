/// Finds what other engines (DuckDB, ClickHouse, PostgreSQL) read otherwise than SQLite, without an error (DESIGN 12).
///
/// It looks at words, not at a parsed statement, and knows of types what the datasets' columns say: what it cannot tell it
/// lets pass. Text in double quotes is not looked for: no connection of ours reads it as text.
struct Portability {
    struct Finding: Equatable {
        /// In bytes.
        var offset: Int
        var message: String
        var mend: String
    }

    let outline: SQLOutline
    let facts: ColumnFacts

    /// Everything found, in order.
    static func findings(in sql: String, facts: ColumnFacts) -> [Finding] {
        let check = Portability(outline: SQLOutline(sql), facts: facts)
        let all =
            check.outline.tokens.indices.flatMap { index -> [Finding] in
                check.words(at: index) + check.division(at: index) + check.order(at: index)
                    + check.bareColumns(at: index)
            }
        return all.sorted { $0.offset < $1.offset }
    }

    func finding(_ index: Int, _ message: String, mend: String) -> Finding {
        Finding(offset: outline.tokens[index].offset, message: message, mend: mend)
    }

    private func words(at index: Int) -> [Finding] {
        switch outline.word(at: index) {
        case "like" where !isFolded(before: outline.word(at: index - 1) == "not" ? index - 2 : index - 1):
            [finding(index, "LIKE ignores the case of ASCII letters in SQLite only", mend: "write lower(…) LIKE '…'")]
        case "iif" where outline.arguments(ofCallAt: index) != nil:
            [finding(index, "iif() is SQLite's", mend: "write CASE WHEN … THEN … ELSE … END")]
        case "is": isOperator(at: index)
        case "max", "min": scalarExtreme(at: index)
        case "lag", "lead": offsetFunction(at: index)
        default: []
        }
    }

    /// Whether `lower(…)` or `upper(…)` ends there.
    private func isFolded(before index: Int) -> Bool {
        guard outline.mark(at: index) == ")", let start = outline.partner[index] else { return false }
        return ["lower", "upper"].contains(outline.word(at: start - 1))
    }

    private func isOperator(at index: Int) -> [Finding] {
        let next = outline.word(at: index + 1) == "not" ? index + 2 : index + 1
        if let word = outline.word(at: next), ["null", "distinct", "true", "false", "unknown"].contains(word) {
            return []
        }
        return [
            finding(
                index, "IS compares values in SQLite only",
                mend: "write IS NOT DISTINCT FROM (IS DISTINCT FROM for IS NOT), or = where neither is NULL")
        ]
    }

    private func scalarExtreme(at index: Int) -> [Finding] {
        guard let arguments = outline.arguments(ofCallAt: index), outline.parts(arguments).count > 1,
            let word = outline.word(at: index)
        else { return [] }
        return [
            finding(
                index, "\(word)() of several values is an aggregate elsewhere",
                mend: "write CASE WHEN a \(word == "max" ? ">" : "<") b THEN a ELSE b END")
        ]
    }

    /// What stands before the first row is NULL here and 0 or '' in ClickHouse.
    private func offsetFunction(at index: Int) -> [Finding] {
        guard let arguments = outline.arguments(ofCallAt: index), !outline.isInCase[index],
            outline.parts(arguments).count < 3, let word = outline.word(at: index)
        else { return [] }
        return [
            finding(
                index, "\(word)() does not say what it is where there is no such row",
                mend: "give it as the third argument: \(word)(x, 1, NULL)")
        ]
    }
}

/// What the datasets say of their columns, by name.
struct ColumnFacts {
    /// INTEGER, REAL or TEXT, where all columns of that name are of one storage class.
    private var storage: [String: String?] = [:]
    /// The columns that may be NULL, by dataset.
    private var nullable: [String: Set<String>] = [:]
    private var columns: [String: Set<String>] = [:]

    init(_ datasets: [Dataset]) {
        for dataset in datasets {
            for column in dataset.columns { add(column, of: dataset.name) }
        }
    }

    private mutating func add(_ column: DatasetColumn, of table: String) {
        let name = column.name.lowercased()
        if let known = storage[name], known != column.storage {
            storage[name] = .some(nil)
        } else {
            storage[name] = .some(column.storage)
        }
        columns[table, default: []].insert(name)
        if column.isNullable { nullable[table, default: []].insert(name) }
    }

    func storage(of column: String) -> String? { storage[column] ?? nil }

    /// Whether one of the tables has the column and lets it be NULL.
    func mayBeNull(_ column: String, in tables: Set<String>) -> Bool {
        tables.contains { nullable[$0]?.contains(column) == true }
    }

    func isTable(_ name: String) -> Bool { columns[name] != nil }
}

extension Library {
    /// What in the views', reports' and rules' SQL other engines would read otherwise, with line and mend; nothing of a file
    /// whose front matter says `engine: sqlite`.
    public func portabilityWarnings(against datasets: [Dataset]) -> [FileError] {
        let facts = ColumnFacts(datasets)
        return files.flatMap { $0.portabilityWarnings(facts) }
    }
}

extension StoredFile {
    func portabilityWarnings(_ facts: ColumnFacts) -> [FileError] {
        guard kind != .dataset, frontMatter["engine"]?.text?.lowercased() != "sqlite" else { return [] }
        return Portability.findings(in: body, facts: facts).map {
            error(
                atOffset: $0.offset, "warning: \($0.message)",
                mend: "\($0.mend), or say engine: sqlite in the front matter")
        }
    }
}
