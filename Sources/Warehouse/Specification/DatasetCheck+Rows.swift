import SQLite

// The rows of an answer and the columns that they fill.

extension DatasetCheck {
    /// The rows and what encloses them.
    private struct Rows {
        var row: Shape
        /// Objects around the row, the nearest first; arrays are not counted.
        var enclosing: [Shape]
    }

    mutating func checkRows(_ answer: Shape) {
        guard let rows = rows(in: answer) else { return }
        if rows.row.isOpaque {
            return report(
                .warning, .schema, at: "route", "the specification does not say what \(route.path)'s rows hold",
                "look at an answer")
        }
        for field in dataset.fields {
            guard let column = dataset.column(field.name) else { continue }
            if rows.row.isPlain, field.place == .named(field.name) {
                checkPlain(column, rows.row, dataset.fields.filter { $0.place == .named($0.name) }.count)
            } else {
                check(column, field.place, rows)
            }
        }
    }

    /// Follows the `rows` pointer.
    private mutating func rows(in answer: Shape) -> Rows? {
        var shape = answer
        var enclosing: [Shape] = []
        for step in dataset.rows.steps {
            switch step {
            case .each:
                guard let items = shape.items else { return reportLost("there is no array at the *", shape) }
                shape = specification.shape(items)
            case .member(let name):
                guard let member = shape.properties[name] else {
                    return reportLost("there is no member \(name)", shape)
                }
                enclosing.insert(shape, at: 0)
                shape = specification.shape(member)
            }
        }
        if shape.isArray, let items = shape.items { shape = specification.shape(items) }
        return Rows(row: shape, enclosing: enclosing)
    }

    private mutating func reportLost(_ what: String, _ shape: Shape) -> Rows? {
        let names = shape.properties.keys.sorted().joined(separator: ", ")
        report(
            .error, .column, at: "rows", "\(dataset.rows.text) does not lead to rows: \(what)",
            names.isEmpty ? "look at an answer" : "the members there are \(names)")
        return nil
    }

    /// A list of bare values has no members: its one column takes them.
    private mutating func checkPlain(_ column: DatasetColumn, _ row: Shape, _ columns: Int) {
        guard columns == 1 else {
            return report(
                .error, .column, line: dataset.file.line(ofColumn: column.name),
                "\(route.path) answers bare values, which fill one column, not \(columns)",
                "keep one column beside those that the route and `fields` fill")
        }
        checkKind(column, row)
    }

    private mutating func check(_ column: DatasetColumn, _ place: FieldPlace, _ rows: Rows) {
        // A position is always there, and a whole number: the file's own check sees to its column.
        guard case .member(let outward, let path) = place, outward <= rows.enclosing.count else { return }
        var shape = outward == 0 ? rows.row : rows.enclosing[outward - 1]
        var mayBeAbsent = false
        for name in path {
            guard let member = shape.properties[name] else {
                if !shape.isOpaque { reportMissing(column, name, in: shape) }
                return
            }
            mayBeAbsent = mayBeAbsent || !shape.required.contains(name)
            shape = specification.shape(member)
            mayBeAbsent = mayBeAbsent || shape.isNullable
        }
        checkKind(column, shape)
        checkAbsence(column, mayBeAbsent)
        checkFallback(column, shape)
    }

    private mutating func reportMissing(_ column: DatasetColumn, _ step: String, in shape: Shape) {
        let others = shape.properties.keys.filter { dataset.column($0) == nil }.sorted()
        let mend =
            others.isEmpty
            ? "take the column out"
            : "take the column out, or have it read one of \(others.joined(separator: ", "))"
        report(
            .error, .column, line: dataset.file.line(ofColumn: column.name, keys: ["fields"]),
            "\(column.name): ESI's answer has no \(step)", mend)
    }

    // MARK: One value

    private mutating func checkKind(_ column: DatasetColumn, _ shape: Shape) {
        let kinds = shape.kinds
        guard !kinds.isEmpty, !kinds.contains(column.kind) else { return }
        // A whole number in a REAL column, or a moment kept as text, loses meaning but nothing else.
        let isTolerable =
            (shape.types == ["integer"] && column.storage == "REAL")
            || (shape.types == ["string"] && column.kind == .text)
        let mend =
            shape.types.count > 1
            ? "declare it json" : "declare it \(kinds.map(\.declaration).sorted().joined(separator: " or "))"
        report(
            isTolerable ? .warning : .error, .type,
            line: dataset.file.line(ofColumn: column.name, keys: ["columns"]),
            "\(column.name) is \(column.kind.rawValue), but ESI answers \(shape.words(of: kinds))", mend)
    }

    private mutating func checkAbsence(_ column: DatasetColumn, _ mayBeAbsent: Bool) {
        let line = dataset.file.line(ofColumn: column.name)
        let allows = column.isNullable || column.fallback != nil
        if mayBeAbsent, !allows {
            let mend =
                dataset.key.contains(column.name)
                ? "give it a DEFAULT, or choose another key" : "allow NULL, or give it a DEFAULT"
            report(.warning, .absence, line: line, "\(column.name) is NOT NULL, but ESI may leave it out", mend)
        } else if !mayBeAbsent, allows {
            report(.note, .absence, line: line, "ESI promises \(column.name)", "NOT NULL would hold ESI to it")
        }
    }

    private mutating func checkFallback(_ column: DatasetColumn, _ shape: Shape) {
        guard let words = shape.words, let word = column.fallback?.text, !words.contains(word) else { return }
        report(
            .warning, .word, line: dataset.file.line(ofColumn: column.name),
            "\(column.name)'s DEFAULT is \(word), which ESI never says",
            "use one of \(words.joined(separator: ", "))")
    }
}

extension Shape {
    /// The kinds of columns that take such a value; empty where it is not known.
    fileprivate var kinds: Set<ColumnKind> {
        if types.count > 1 { return [.json] }
        switch types.first {
        case "integer": return [.integer]
        case "number": return [.real, .isk]
        case "boolean": return [.boolean]
        case "string": return formats == ["date-time"] ? [.timestamp] : [.text]
        case "array", "object": return [.json]
        default: return []
        }
    }

    fileprivate func words(of kinds: Set<ColumnKind>) -> String {
        if kinds == [.timestamp] { return "a moment" }
        return types.sorted().map { $0 == "array" || $0 == "integer" || $0 == "object" ? "an \($0)" : "a \($0)" }
            .joined(separator: " or ")
    }
}

extension ColumnKind {
    /// As one would write it in a file.
    fileprivate var declaration: String {
        switch self {
        case .integer, .real, .text: storage
        default: "\(storage) and \(rawValue) in columns"
        }
    }
}

// MARK: What nobody takes

extension DatasetCheck {
    /// Members of the answer that none of the datasets reading it takes.
    mutating func reportUntaken(_ answer: Shape, readers: [Dataset]) {
        var taken: Set<[String]> = []
        for reader in readers {
            let members = reader.memberPaths.map(\.path)
            taken.formUnion(members)
            // An answer may name what it was asked for, also above the rows.
            for parameter in reader.route?.parameters ?? [] {
                taken.formUnion([[parameter]] + members.map { $0.dropLast() + [parameter] })
            }
            // Rows that are plain values stand in the member itself.
            if !reader.rows.names.isEmpty { taken.insert(reader.rows.names + [""]) }
        }
        walk(answer, [], taken)
    }

    private mutating func walk(_ shape: Shape, _ path: [String], _ taken: Set<[String]>) {
        if let items = shape.items, shape.isArray { return walk(specification.shape(items), path, taken) }
        for (name, schema) in shape.properties.sorted(by: { $0.key < $1.key }) {
            let member = path + [name]
            if taken.contains(member) { continue }
            if taken.contains(where: { $0.starts(with: member) }) {
                walk(specification.shape(schema), member, taken)
            } else {
                report(
                    .note, .field, at: "route", "no column takes /\(member.joined(separator: "/"))",
                    "add a column \(name), or leave it")
            }
        }
    }
}
