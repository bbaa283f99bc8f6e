internal import Rules
internal import SQLite
internal import Warehouse

/// Holds every stored file against what it declares and against the tables, and the messages' templates against the rules,
/// without a warehouse.
struct StoredCheck {
    let library: Library
    let templates: TemplateBook
    private(set) var faults: [FileError]
    /// What other engines would read otherwise: no fault, for SQLite is what runs it.
    var warnings: [FileError] { library.portabilityWarnings(against: session.catalogue.datasets) }
    private let session: Session
    /// Nil where they are not known.
    private var ruleColumns: [String: [String]?] = [:]

    init(_ library: Library, _ templates: TemplateBook, now: Int64) throws {
        self.library = library
        self.templates = templates
        let catalogue = Catalogue(library)
        let book = RuleBook(library)
        faults = catalogue.faults + book.faults
        session = try Session(inMemory: catalogue, now: now)
        let views = book.rules.compactMap { rule -> Session.View? in
            // A rule whose defaults do not fit is a fault of its file, found when it was read.
            (try? rule.sql(settings: [:], now: now)).map { .init(name: rule.viewName, sql: $0) }
        }
        session.makeViews(views)
        for file in library.files {
            do throws(FileError) {
                try check(file, book)
            } catch {
                if !faults.contains(error) { faults.append(error) }
            }
        }
        faults += templates.check(ruleColumns)
    }

    private mutating func check(_ file: StoredFile, _ book: RuleBook) throws(FileError) {
        try file.checkClock()
        switch file.kind {
        case .dataset:
            guard let dataset = session.catalogue.dataset(file.name) else { return }
            if let each = dataset.each { try prepare(file, each, key: "each") }
            if let filter = dataset.archive?.filter(columns: dataset.columns.map(\.name)) {
                try prepare(file, filter, key: "archive")
            }
            if let keep = dataset.retention?.keep {
                try Warehouse.check(keepColumns: try prepare(file, keep, key: "retention"), of: dataset)
            }
        case .rollup:
            guard let rollup = session.catalogue.rollup(file.name) else { return }
            let names = try prepare(file, rollup.select, isBody: true).columns.map(\.name)
            guard names == rollup.columns else {
                throw file.error(
                    atOffset: 0, "the SELECT yields \(names.joined(separator: ", "))",
                    mend: "let it yield the table's columns in order: \(rollup.columns.joined(separator: ", "))")
            }
        case .view:
            try prepare(file, "SELECT * FROM \"\(file.name)\"", isBody: false)
        case .report:
            _ = try check(
                file, parameters: try Parameter.all(of: file), key: [], chart: try ChartDeclaration.of(file))
        case .rule:
            ruleColumns[file.name] = .some(nil)
            guard let rule = book.rule(file.name) else { return }
            ruleColumns[rule.name] = try check(file, parameters: rule.parameters, key: rule.key)
        case .explain: try check(try Explanation(file), book)
        }
    }

    /// An explanation is held against its rule, with the rule's parameters at their defaults.
    private func check(_ explanation: Explanation, _ book: RuleBook) throws(FileError) {
        let file = explanation.file
        guard let rule = book.rule(file.name) else {
            throw file.error("there is no rule \(file.name)", mend: "name the file after the rule that it explains")
        }
        let columns: [String]
        do {
            let key = Dictionary(rule.key.map { ($0, "0") }) { first, _ in first }
            let query = try session.prepare(try explanation.sql(of: rule, settings: [:], key: key, now: 0))
            if let name = query.statement.parameterNames.first {
                throw file.error(
                    "the SQL names :\(name ?? "?")", mend: "use the rule's parameters and its key: \(rule.key)")
            }
            columns = query.columns.map(\.name)
        } catch let error as SQLiteError {
            throw file.error("it does not run behind \(rule.file.shownPath): \(error.message)")
        } catch {
            throw error as? FileError ?? file.error("\(error)")
        }
        if let missing = explanation.columns.keys.sorted().first(where: { !columns.contains($0) }) {
            throw file.error(
                at: "columns", "the result has no column \(missing)", mend: "it has \(columns.joined(separator: ", "))")
        }
    }

    /// The names of a front matter's query's columns.
    @discardableResult
    private func prepare(_ file: StoredFile, _ sql: String, key: String) throws(FileError) -> [String] {
        do throws(SQLiteError) {
            let statement = try session.connection.prepare(sql)
            return (0..<statement.columnCount).map(statement.columnName)
        } catch {
            throw file.error(at: key, "its query does not run: \(error.message)")
        }
    }

    /// - Returns: the result's columns.
    private func check(
        _ file: StoredFile, parameters: [Parameter], key: [String], chart: ChartDeclaration? = nil
    ) throws(FileError) -> [String] {
        let query = try prepare(file, file.body, isBody: true)
        let named = query.statement.parameterNames.compactMap { $0 }
        for name in named where !parameters.contains(where: { $0.name == name }) {
            throw file.error(
                at: "parameters", "the SQL names :\(name), which is not declared", mend: "declare it in parameters")
        }
        for parameter in parameters where !named.contains(parameter.name) {
            throw file.error(
                at: "parameters", "the SQL does not name :\(parameter.name)", mend: "use it, or take it out")
        }
        let columns = query.columns.map(\.name)
        let declared: [(place: String, columns: [String])] = [
            ("columns", try file.columnKinds().map(\.name)), ("key", key), ("chart", chart?.columns ?? []),
        ]
        for (place, names) in declared {
            guard let missing = names.first(where: { !columns.contains($0) }) else { continue }
            throw file.error(
                at: place, "the result has no column \(missing)", mend: "it has \(columns.joined(separator: ", "))")
        }
        if let twice = columns.first(where: { name in columns.count { $0 == name } > 1 }) {
            throw file.error("two columns are called \(twice)", mend: "rename one with AS")
        }
        return columns
    }

    @discardableResult
    private func prepare(_ file: StoredFile, _ sql: String, isBody: Bool) throws(FileError) -> Query {
        do throws(SQLiteError) {
            return try session.prepare(sql)
        } catch {
            throw isBody ? file.error(atOffset: error.offset ?? 0, error.message) : file.error(error.message)
        }
    }
}
