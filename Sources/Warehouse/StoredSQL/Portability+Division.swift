/// Division: of integers it cuts in SQLite and does not in DuckDB; by zero it is NULL here, an error or infinity elsewhere.
extension Portability {
    private enum Evidence {
        case real, integer, unknown
    }

    func division(at index: Int) -> [Finding] {
        guard outline.mark(at: index) == "/" else { return [] }
        let left = chain(endingBefore: index)
        let right = primary(startingAt: index + 1)
        return integers(index, left, right) + unguarded(index, right)
    }

    private func integers(_ index: Int, _ left: Range<Int>, _ right: Range<Int>) -> [Finding] {
        let sides = [evidence(left), evidence(right)]
        guard !sides.contains(.real), sides.contains(.integer) else { return [] }
        return [
            finding(
                index, "a division of integers drops the remainder in SQLite only",
                mend: "make one side REAL (1.0 * a / b), or cut it yourself (floor(1.0 * a / b))")
        ]
    }

    private func unguarded(_ index: Int, _ divisor: Range<Int>) -> [Finding] {
        guard let first = divisor.first, !outline.isInCase[index], !isNonZero(divisor) else { return [] }
        if ["nullif", "case"].contains(outline.word(at: first)) || isCompared(divisor) { return [] }
        return [
            finding(
                index, "a division by \(outline.source(divisor)), which may be 0, is NULL in SQLite only",
                mend: "divide by nullif(…, 0), or ask first: CASE WHEN … > 0 THEN")
        ]
    }

    /// A literal number other than zero.
    private func isNonZero(_ range: Range<Int>) -> Bool {
        let text = range.map { outline.tokens[$0].text }.joined()
        return Double(text).map { $0 != 0 } ?? false
    }

    /// Whether the statement compares the same expression with something: `volume > 0`, `volume <> 0`.
    private func isCompared(_ divisor: Range<Int>) -> Bool {
        let sought = outline.text(divisor)
        return outline.tokens.indices.contains { start in
            let end = start + divisor.count
            guard start != divisor.lowerBound, end < outline.tokens.count, let mark = outline.mark(at: end),
                [">", "<", "!"].contains(mark)
            else { return false }
            return outline.text(start..<end) == sought
        }
    }

    // MARK: Operands

    /// The factors joined by `*`, `/` and `%` that end there.
    private func chain(endingBefore end: Int) -> Range<Int> {
        var start = primary(endingBefore: end).lowerBound
        while let mark = outline.mark(at: start - 1), ["*", "/", "%"].contains(mark) {
            let before = primary(endingBefore: start - 1).lowerBound
            guard before < start - 1 else { break }
            start = before
        }
        return start..<end
    }

    private func primary(endingBefore end: Int) -> Range<Int> {
        var start = end - 1
        if outline.word(at: start - 1) == "over" { return primary(endingBefore: start - 1).lowerBound..<end }
        if let partner = outline.partner[start] {
            start = partner
            if outline.word(at: start) == "case" { return start..<end }
            if outline.word(at: start - 1) == "over" { return primary(endingBefore: start - 1).lowerBound..<end }
            if let word = outline.word(at: start - 1), !Self.beforeParenthesis.contains(word) { start -= 1 }
        }
        while outline.mark(at: start - 1) == "." && start > 1 { start -= 2 }
        if outline.mark(at: start - 1) == ":" { start -= 1 }
        return max(start, 0)..<end
    }

    private func primary(startingAt start: Int) -> Range<Int> {
        var end = start
        while outline.mark(at: end) == ":" || outline.mark(at: end) == "-" || outline.mark(at: end) == "+" { end += 1 }
        if let partner = outline.partner[end] {
            end = partner + 1
        } else if let arguments = outline.arguments(ofCallAt: end) {
            end = arguments.upperBound + 1
        } else {
            end += 1
            while outline.mark(at: end) == "." { end += 2 }
        }
        if outline.word(at: end) == "over" { end = (outline.partner[end + 1] ?? end + 1) + 1 }
        return start..<min(end, outline.tokens.count)
    }

    /// Words before a parenthesis that are no function's name.
    private static let beforeParenthesis: Set<String> = [
        "select", "where", "and", "or", "not", "on", "then", "else", "when", "in", "by", "as", "over", "having", "case",
    ]

    // MARK: Types

    private static let realFunctions: Set<String> = [
        "avg", "ceil", "ceiling", "exp", "floor", "ln", "log", "log10", "log2", "pow", "power", "round", "sqrt",
        "tick_down",
        "tick_up", "total",
    ]
    private static let integerFunctions: Set<String> = [
        "as_of", "cents", "count", "day_of", "day_start", "dense_rank", "length", "ntile", "rank", "row_number",
        "unixepoch",
    ]

    private func evidence(_ range: Range<Int>) -> Evidence {
        var found: Set<Evidence> = []
        var index = range.lowerBound
        while index < range.upperBound {
            let (kind, next) = evidence(at: index)
            if let kind { found.insert(kind) }
            index = next
        }
        if found.contains(.real) { return .real }
        return found == [.integer] ? .integer : .unknown
    }

    /// What the token there says, if anything, and where to look on.
    private func evidence(at index: Int) -> (Evidence?, Int) {
        let token = outline.tokens[index]
        guard token.kind == .word, let word = outline.word(at: index) else {
            return (token.kind == .quotedName ? .unknown : nil, index + 1)
        }
        if let digit = token.text.utf8.first, (48...57).contains(digit) {
            if outline.mark(at: index + 1) == "." { return (.real, index + 3) }
            return (word.contains("e") && !word.hasPrefix("0x") ? .real : .integer, index + 1)
        }
        if let arguments = outline.arguments(ofCallAt: index) {
            if Self.realFunctions.contains(word) { return (.real, arguments.upperBound + 1) }
            if Self.integerFunctions.contains(word) { return (.integer, arguments.upperBound + 1) }
            if word == "cast", let last = arguments.last {
                return (outline.word(at: last) == "integer" ? .integer : .real, arguments.upperBound + 1)
            }
            return (nil, index + 1)
        }
        if Self.keywords.contains(word) || outline.mark(at: index + 1) == "." { return (nil, index + 1) }
        switch facts.storage(of: word) {
        case "REAL": return (.real, index + 1)
        case "INTEGER": return (.integer, index + 1)
        default: return (.unknown, index + 1)
        }
    }

    private static let keywords: Set<String> = [
        "and", "as", "between", "by", "case", "desc", "else", "end", "filter", "from", "in", "integer", "is", "not",
        "null", "or",
        "order", "over", "partition", "real", "select", "then", "when", "where",
    ]
}
