internal import SQLite
public import Warehouse

/// Why a verdict is as it is: a query in a file of the rule's name, which sees the tables that the rule's own WITH names.
///
/// So it can say of each row that the rule looked at which condition kept or dropped it, in the rule's own words: what is
/// told is what was judged.
public struct Explanation: Sendable {
    public let file: StoredFile
    /// The declared meanings of result columns.
    public let columns: [String: ColumnKind]

    public init(_ file: StoredFile) throws(FileError) {
        self.file = file
        columns = Dictionary(try file.columnKinds().map { ($0.name, $0.kind) }) { first, _ in first }
    }

    /// The query: the rule's tables, those of its own, and its SELECT, with the rule's parameters and the key in place.
    /// - Parameters:
    ///   - key: by column of the rule's key, as written; `:contract_id` in the SQL.
    /// - Throws: `ParameterError` for a setting that does not fit.
    public func sql(
        of rule: Rule, settings: [String: String], key: [String: String], now: Int64
    ) throws(ParameterError) -> String {
        let literals = key.mapValues { text in (Int64(text).map(Value.integer) ?? .text(text)).sqlLiteral }
        let own = SQLText.substitute(literals, in: try rule.substituted(settings, in: file.body, now: now))
        guard let (tables, _) = SQLText.withTables(try rule.sql(settings: settings, now: now)) else { return own }
        guard let (ownTables, select) = SQLText.withTables(own) else { return tables + "\n" + own }
        // One WITH: `WITH a AS (…)` and `WITH b AS (…)` are `WITH a AS (…), b AS (…)`.
        return tables + "," + SQLText.afterFirstWord(ownTables) + select
    }
}

extension RuleBook {
    /// The explanation of a rule; nil where it has none.
    /// - Throws: `FileError` where it cannot be used.
    public static func explanation(of rule: Rule, in library: Library) throws(FileError) -> Explanation? {
        guard let file = library.file(.explain, rule.name) else { return nil }
        return try Explanation(file)
    }
}
