/// Order and groups: where NULL sorts, and which row a bare column is of, differ from engine to engine.
extension Portability {
    /// The terms of an ORDER BY that begins there.
    func order(at index: Int) -> [Finding] {
        guard outline.word(at: index) == "order", outline.word(at: index + 1) == "by" else { return [] }
        let tables = Set(outline.tokens.indices.compactMap { outline.word(at: $0) }.filter(facts.isTable))
        return outline.parts(clause(from: index + 2, until: Self.afterOrder)).compactMap { term in
            let words = term.map { outline.word(at: $0) }
            guard !words.contains("nulls") else { return nil }
            let bare = term.lowerBound..<(term.upperBound - (["asc", "desc"].contains(words.last ?? nil) ? 1 : 0))
            guard let column = outline.columnName(bare), facts.mayBeNull(column, in: tables) else { return nil }
            return finding(
                term.lowerBound, "\(column) may be NULL, which SQLite sorts first and others last",
                mend: "say NULLS FIRST or NULLS LAST")
        }
    }

    /// The columns of a SELECT that begins there which are neither grouped by nor inside an aggregate.
    func bareColumns(at index: Int) -> [Finding] {
        guard outline.word(at: index) == "select" else { return [] }
        let list = clause(from: index + (outline.word(at: index + 1) == "distinct" ? 2 : 1), until: Self.afterSelect)
        let rest = clause(from: list.upperBound, until: Self.endOfSelect)
        let group = rest.first { outline.word(at: $0) == "group" && outline.depth[$0] == outline.depth[index] }
        guard group != nil || list.contains(where: { isAggregate(at: $0, depth: outline.depth[index]) }) else {
            return []
        }
        let terms = group.map { outline.parts(clause(from: $0 + 2, until: Self.afterGroup)) } ?? []
        let grouped = Set(terms.map { outline.columnName($0) ?? outline.text($0) })
        return outline.parts(list).enumerated().compactMap { place, item in
            let (value, alias) = named(item)
            guard let column = outline.columnName(value), column != "*", !Self.constants.contains(column) else {
                return nil
            }
            guard !grouped.contains(column), !grouped.contains(alias ?? column), !grouped.contains("\(place + 1)")
            else {
                return nil
            }
            return finding(
                item.lowerBound,
                "\(column) is neither grouped by nor aggregated: any row's value in SQLite, an error elsewhere",
                mend: "add it to GROUP BY, or take max(\(column))")
        }
    }

    private static let afterOrder: Set<String> = [
        "limit", "rows", "range", "groups", "offset", "union", "except", "intersect",
    ]
    private static let afterSelect: Set<String> = ["from", "union", "except", "intersect", "where", "order", "limit"]
    private static let endOfSelect: Set<String> = ["union", "except", "intersect"]
    private static let afterGroup: Set<String> = [
        "having", "window", "order", "limit", "union", "except", "intersect",
    ]
    private static let constants: Set<String> = ["null", "true", "false"]
    private static let aggregates: Set<String> = ["avg", "count", "group_concat", "max", "min", "sum", "total"]

    /// From there to the first of the words that is as deep, or to the end of what encloses it.
    private func clause(from start: Int, until words: Set<String>) -> Range<Int> {
        guard outline.tokens.indices.contains(start) else { return start..<start }
        let depth = outline.depth[start]
        let end =
            (start..<outline.tokens.count).first { index in
                if outline.depth[index] != depth { return outline.depth[index] < depth }
                return outline.mark(at: index) == ";" || words.contains(outline.word(at: index) ?? "")
            } ?? outline.tokens.count
        return start..<end
    }

    /// Whether an aggregate of this SELECT, not of a subquery's, is called there: over a window it is none.
    private func isAggregate(at index: Int, depth: Int) -> Bool {
        guard let word = outline.word(at: index), Self.aggregates.contains(word),
            let arguments = outline.arguments(ofCallAt: index),
            outline.parts(arguments).count < 2 || word == "group_concat"
        else { return false }
        var after = arguments.upperBound + 1
        if outline.word(at: after) == "filter", let end = outline.partner[after + 1] { after = end + 1 }
        return outline.word(at: after) != "over" && !isInSubquery(index, depth: depth)
    }

    private func isInSubquery(_ index: Int, depth: Int) -> Bool {
        outline.partner.contains { start, end in
            start < index && index < end && outline.depth[start] >= depth && outline.word(at: start + 1) == "select"
        }
    }

    /// An item of a SELECT's list and its alias.
    private func named(_ item: Range<Int>) -> (value: Range<Int>, alias: String?) {
        guard item.count > 2, outline.word(at: item.upperBound - 2) == "as" else { return (item, nil) }
        return (item.lowerBound..<(item.upperBound - 2), outline.word(at: item.upperBound - 1))
    }
}
