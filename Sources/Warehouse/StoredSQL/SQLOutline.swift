/// SQL's tokens with what encloses each: enough to find an expression's ends without a parser.
struct SQLOutline {
    let sql: String
    let tokens: [SQLTokens.Token]
    /// The other parenthesis; for CASE its END, and for END its CASE.
    private(set) var partner: [Int: Int] = [:]
    /// How many parentheses stand open before the token; a parenthesis is as deep as what is around it.
    private(set) var depth: [Int] = []
    /// Whether it stands between a CASE and its END.
    private(set) var isInCase: [Bool] = []

    init(_ sql: String) {
        self.sql = sql
        tokens = SQLTokens.all(in: sql)
        var open: [Int] = []
        var cases: [Int] = []
        for index in tokens.indices {
            switch mark(at: index) ?? word(at: index) ?? "" {
            case ")":
                if let start = open.popLast() { pair(start, index) }
            case "end":
                if let start = cases.popLast() { pair(start, index) }
            default: break
            }
            depth.append(open.count)
            isInCase.append(!cases.isEmpty)
            if mark(at: index) == "(" { open.append(index) }
            if word(at: index) == "case" { cases.append(index) }
        }
    }

    private mutating func pair(_ start: Int, _ end: Int) {
        partner[start] = end
        partner[end] = start
    }

    /// The word in lower case; nil where there is none, or something else.
    func word(at index: Int) -> String? {
        guard tokens.indices.contains(index), tokens[index].kind == .word else { return nil }
        return tokens[index].text.lowercased()
    }

    func mark(at index: Int) -> String? {
        guard tokens.indices.contains(index), tokens[index].kind == .mark else { return nil }
        return tokens[index].text
    }

    /// The call's parentheses where a function's name stands at `index`.
    func arguments(ofCallAt index: Int) -> Range<Int>? {
        guard word(at: index) != nil, mark(at: index + 1) == "(", let end = partner[index + 1] else { return nil }
        return (index + 2)..<end
    }

    /// The parts between the commas that are as deep as the range itself.
    func parts(_ range: Range<Int>) -> [Range<Int>] {
        guard let first = range.first else { return [] }
        var parts: [Range<Int>] = []
        var start = first
        for index in range where mark(at: index) == "," && depth[index] == depth[first] {
            parts.append(start..<index)
            start = index + 1
        }
        return parts + [start..<range.upperBound]
    }

    /// As it is written.
    func source(_ range: Range<Int>) -> String {
        guard let first = range.first, let last = range.last else { return "" }
        let end = tokens[last].offset + tokens[last].text.utf8.count
        return String(decoding: Array(sql.utf8)[tokens[first].offset..<end], as: UTF8.self)
    }

    /// For comparing: without what does not matter.
    func text(_ range: Range<Int>) -> String {
        tokens[range].map { $0.kind == .word ? $0.text.lowercased() : $0.text }.joined(separator: " ")
    }

    /// The name of a column: `price` or `o.price`; nil for anything else.
    func columnName(_ range: Range<Int>) -> String? {
        guard range.allSatisfy({ tokens[$0].kind != .text }) else { return nil }
        switch range.count {
        case 1: return name(at: range.lowerBound)
        case 3 where mark(at: range.lowerBound + 1) == ".": return name(at: range.lowerBound + 2)
        default: return nil
        }
    }

    private func name(at index: Int) -> String? {
        switch tokens[index].kind {
        case .word where tokens[index].text.utf8.first.map({ $0 < 48 || $0 > 57 }) == true: word(at: index)
        case .quotedName: String(tokens[index].text.dropFirst().dropLast())
        default: nil
        }
    }
}
