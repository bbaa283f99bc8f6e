/// The members that are looked for in an answer, object by object, and what each is for.
struct AnswerShape: Sendable {
    enum Target: Sendable, Hashable {
        case column(Int)
        /// An object with members of its own to look for, by index.
        case object(Int)
        /// What the rows stand in: the index of the next step.
        case rows(step: Int)
    }

    struct Member: Sendable {
        var name: String
        var target: Target
    }

    struct Object: Sendable {
        /// The names on the way from the answer, without the arrays.
        var path: [String]
        var members: [Member] = []
    }

    enum Step: Sendable {
        case each
        case eachMember
        /// Into the member of the object that holds the rows.
        case into(object: Int)
    }

    private(set) var objects: [Object] = []
    private(set) var steps: [Step] = []
    private(set) var rowObject = 0
    /// The row's member that a plain value stands for: its only one, where `fields` says nothing of it.
    private(set) var plainMember: Int?
    private(set) var positionColumn: Int?
    private(set) var nameColumn: Int?
    /// The objects around a row, the outermost first.
    private var enclosing: [Int] = []

    /// - Throws: `FieldFault` where places exclude each other.
    init(fields: [Field], rows: RowsPointer) throws(FieldFault) {
        var path: [String] = []
        for (index, step) in rows.steps.enumerated() {
            switch step {
            case .each: steps.append(.each)
            case .member(let name):
                let member = Member(name: name, target: .rows(step: index + 1))
                objects.append(Object(path: path, members: [member]))
                enclosing.append(objects.count - 1)
                steps.append(.into(object: objects.count - 1))
                path.append(name)
            }
        }
        // Members of an object are rows where their names are asked for; else the object is one.
        if rows.endsInEach, fields.contains(where: { $0.place == .name }) { steps.append(.each) }
        objects.append(Object(path: path))
        rowObject = objects.count - 1
        for (column, field) in fields.enumerated() { try add(field, column, fields) }
        let own = fields.indices.filter { fields[$0].isOfRow }
        if own.count == 1, fields[own[0]].place == .named(fields[own[0]].name) { plainMember = 0 }
    }

    private mutating func add(_ field: Field, _ column: Int, _ fields: [Field]) throws(FieldFault) {
        switch field.place {
        case .position:
            guard positionColumn == nil else { throw FieldFault(field.name, "another column takes the position too") }
            positionColumn = column
        case .name:
            guard nameColumn == nil else { throw FieldFault(field.name, "another column takes the name too") }
            guard let star = steps.lastIndex(where: { if case .each = $0 { true } else { false } }) else {
                throw FieldFault(field.name, "asks for a member's name, but no * in rows stands for one")
            }
            nameColumn = column
            steps[star] = .eachMember
        case .member(let outward, let path):
            guard outward <= enclosing.count else {
                let around = enclosing.isEmpty ? "no object" : "\(enclosing.count) of them"
                throw FieldFault(field.name, "points \(outward) objects out, but \(around) stands around a row")
            }
            var object = outward == 0 ? rowObject : enclosing[enclosing.count - outward]
            for name in path.dropLast() { object = try enter(name, of: object, for: field) }
            guard let name = path.last else { return }
            if let other = objects[object].members.first(where: { $0.name == name }) {
                throw FieldFault(field.name, clash(with: other.target, fields))
            }
            objects[object].members.append(Member(name: name, target: .column(column)))
        }
    }

    /// The object that a member is; made where it is new.
    private mutating func enter(_ name: String, of object: Int, for field: Field) throws(FieldFault) -> Int {
        guard let known = objects[object].members.first(where: { $0.name == name }) else {
            objects.append(Object(path: objects[object].path + [name]))
            objects[object].members.append(Member(name: name, target: .object(objects.count - 1)))
            return objects.count - 1
        }
        switch known.target {
        case .object(let inner): return inner
        case .rows(let step):
            if step < steps.count, case .into(let inner) = steps[step] { return inner }
            throw FieldFault(field.name, "points into \(name), where the rows are")
        case .column: throw FieldFault(field.name, "is a part of \(name), which another column takes whole")
        }
    }

    private func clash(with target: Target, _ fields: [Field]) -> String {
        switch target {
        case .column(let other): "is the same value as \(fields[other].name)"
        case .object: "is taken whole, and another column takes a part of it"
        case .rows: "is what the rows stand in"
        }
    }

    /// The names on the way from the answer to each column's value, without the arrays.
    func paths() -> [(column: Int, path: [String])] {
        objects.flatMap { object in
            object.members.compactMap { member in
                guard case .column(let column) = member.target else { return nil }
                return (column, object.path + [member.name])
            }
        }
    }
}

/// A column whose place cannot be.
struct FieldFault: Error, Equatable {
    var column: String
    var message: String

    init(_ column: String, _ message: String) {
        self.column = column
        self.message = message
    }
}

extension Field {
    /// Whether the value stands in the row itself.
    fileprivate var isOfRow: Bool {
        if case .member(0, _) = place { return true }
        return false
    }
}
