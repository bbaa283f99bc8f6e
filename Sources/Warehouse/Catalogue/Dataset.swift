public import SQLite

/// A column of a dataset's table.
public struct DatasetColumn: Sendable, Hashable {
    public let name: String
    public let kind: ColumnKind
    /// INTEGER, REAL or TEXT.
    public var storage: String { kind.storage }
    public let isNullable: Bool
    /// The value of the column's DEFAULT, which an absent member takes.
    public let fallback: Value?
    /// Whether the value is a parameter of the route, not a member of the answer.
    public let isPathParameter: Bool
}

/// An index that a dataset's file declares.
public struct DatasetIndex: Sendable, Hashable {
    public let name: String
    public let sql: String
    /// Column names; nil for an expression.
    public let columns: [String?]
}

/// A table fed by one ESI route, or by a file of CCP's static data export, as declared in one SQL file.
public struct Dataset: Sendable {
    /// What feeds a dataset.
    public enum Source: Sendable, Hashable {
        case route(RouteTemplate)
        /// A file of the static data export: `sde: types.jsonl`.
        case export(file: String)
    }

    /// What a row's absence from a complete snapshot says.
    public enum Absence: String, Sendable, CaseIterable {
        /// It is gone.
        case closes
        /// It is merely out of the route's sight.
        case keeps
    }

    /// How long an answer holds.
    public enum Lifetime: Sendable, Hashable {
        /// Until ESI's Expires.
        case changing
        /// For ever: `fetch: once`.
        case once
        /// Static data, asked again after so many seconds if the server's build changed: `refresh: 30d`.
        case refresh(seconds: Int64)
        /// Until the next build of the static data export.
        case build

        /// Facts have no beginning: their first version is visible at every moment (DESIGN, "As of").
        public var isFact: Bool { self != .changing }
    }

    public let file: StoredFile
    public var name: String { file.name }
    public let source: Source
    /// The query that yields the route's parameters, or the ids of a POST route.
    public let each: String?
    public let absence: Absence
    /// The file of the public archives that fills its past.
    public let archive: ArchiveSource?
    public let lifetime: Lifetime
    /// Seconds that ESI documents for its cache: advice where an answer says Expires, which rules; the rule where it has
    /// none (POST).
    public let cache: Int64?
    /// Statuses besides 204, 403 and 404 by which the route says that there is no such thing.
    public let negative: Set<Int>
    /// Whether it is asked only where it is named: what would be many requests for few users.
    public let isOnlyByName: Bool
    /// Where the rows stand in the answer.
    public let rows: RowsPointer
    /// The table's columns in order, without `valid_from`.
    public let columns: [DatasetColumn]
    /// The columns that the answer fills, and the members that they are.
    public let fields: [Field]
    let shape: AnswerShape
    /// The primary key's columns in order.
    public let key: [String]
    /// nil: versions are kept for ever.
    public let retention: Retention?
    public let tableSQL: String
    public let indexes: [DatasetIndex]

    public var historyName: String { name + "_history" }
    public var versionsName: String { name + "_versions" }
    /// Where sweeps of the archives that are older than all that is known wait for the end of their run.
    var pastName: String { name + "_past" }
    var pastHistoryName: String { pastName + "_history" }

    /// The columns that say which partition a row belongs to: the route's parameters, or the id of a POST route.
    public var partitionColumns: [String] {
        guard let route else { return [] }
        return route.paging == .ids ? key : route.parameters
    }

    /// The ESI route; nil for a dataset of the static data export.
    public var route: RouteTemplate? {
        if case .route(let route) = source { return route }
        return nil
    }

    /// The file of the static data export; nil for a dataset of ESI's.
    public var exportFile: String? {
        if case .export(let file) = source { return file }
        return nil
    }

    /// The key's columns that tell rows of one partition apart.
    public var rowKey: [String] {
        key.filter { !partitionColumns.contains($0) }
    }

    public func column(_ name: String) -> DatasetColumn? {
        columns.first { $0.name == name }
    }

    /// Reads a dataset's file and holds its parts against each other.
    /// - Throws: `FileError` naming line and mend.
    public init(_ file: StoredFile) throws(FileError) {
        self.file = file
        source = try Self.source(file)
        absence = try file.choice("absence", of: Absence.self, default: .closes)
        archive = try ArchiveSource(file, absence: absence)
        cache = try file.seconds("cache")
        negative = try Self.negative(file)
        isOnlyByName = try file.choice("ingest", of: Occasion.self, default: .due) == .named
        rows = try file.rowsPointer()
        lifetime = file.frontMatter["sde"] == nil ? try Self.lifetime(file) : .build
        each = file.frontMatter["each"]?.text
        retention = try Retention(file)
        let table = try TableShape(file, parameters: Self.parameters(of: source))
        columns = table.columns
        key = table.key
        tableSQL = table.tableSQL
        indexes = table.indexes
        fields = try file.fields(columns, rows, isPaged: Self.isPaged(source))
        shape = try file.answerShape(fields, rows)
        if let route { try checkPartition(route) }
    }

    /// Keys that say how a route is asked.
    private static let routeKeys = [
        "query", "each", "paging", "cache", "group", "fetch", "refresh", "negative", "ingest",
    ]

    private static func source(_ file: StoredFile) throws(FileError) -> Source {
        guard let node = file.frontMatter["sde"] else { return .route(try RouteTemplate(file)) }
        guard file.frontMatter["route"] == nil else {
            throw file.error(at: "sde", "a dataset is fed by a route or by a file of the export", mend: "keep one")
        }
        guard let name = node.text, name.hasSuffix(".jsonl"), !name.contains("/") else {
            throw file.error(at: "sde", "sde is not a file of the export", mend: "name one, such as sde: types.jsonl")
        }
        if let key = routeKeys.first(where: { file.frontMatter[$0] != nil }) {
            throw file.error(at: key, "\(key) is for ESI's routes", mend: "leave it out: the export is read as a whole")
        }
        return .export(file: name)
    }

    private static func isPaged(_ source: Source) -> Bool {
        if case .route(let route) = source { return route.paging == .pages }
        return false
    }

    private static func parameters(of source: Source) -> [String] {
        if case .route(let route) = source { return route.parameters }
        return []
    }

    /// When `esiwh ingest` without names asks for the dataset: `ingest: named` is never.
    private enum Occasion: String, CaseIterable { case due, named }

    private static func negative(_ file: StoredFile) throws(FileError) -> Set<Int> {
        guard let node = file.frontMatter["negative"], !node.isNull else { return [] }
        var statuses: Set<Int> = []
        for element in node.elements ?? [node] {
            guard let status = element.integer, (400..<600).contains(status) else {
                throw file.error(at: "negative", "not a list of HTTP statuses", mend: "negative: [400]")
            }
            statuses.insert(Int(status))
        }
        return statuses
    }

    private static func lifetime(_ file: StoredFile) throws(FileError) -> Lifetime {
        let refresh = try file.seconds("refresh")
        guard let fetch = file.frontMatter["fetch"], !fetch.isNull else {
            return refresh.map { .refresh(seconds: $0) } ?? .changing
        }
        guard fetch.text == "once" else {
            throw file.error(at: "fetch", "fetch can only be once", mend: "write fetch: once, or leave it out")
        }
        guard refresh == nil else {
            throw file.error(at: "refresh", "fetch: once and refresh exclude each other", mend: "keep one")
        }
        return .once
    }

    private func checkPartition(_ route: RouteTemplate) throws(FileError) {
        if !route.parameters.isEmpty || route.paging == .ids, each == nil {
            throw file.error(
                at: "each", "no query for \(partitionColumns.joined(separator: ", "))",
                mend: "each: SELECT … yields them")
        }
        if route.paging == .ids, key.count != 1 {
            throw file.error(at: "paging", "a route of ids needs a primary key of one column")
        }
        if route.parameters.isEmpty, route.paging != .ids, each != nil {
            throw file.error(at: "each", "the route has no parameters", mend: "leave each out")
        }
        guard Array(key.prefix(route.parameters.count)).sorted() == route.parameters.sorted() else {
            throw file.error(
                atOffset: 0, "the primary key must begin with the route's parameters",
                mend: "PRIMARY KEY (\((route.parameters + rowKey).joined(separator: ", ")))")
        }
    }
}
