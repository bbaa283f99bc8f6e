extension Dataset {
    /// How the route's answers become this dataset's rows.
    /// - Parameter siblings: datasets that read the same answers: what they take is no news.
    public func decodePlan(siblings: [Dataset] = []) -> DecodePlan {
        var ignored: Set<String> = []
        for object in shape.objects {
            for parameter in route?.parameters ?? [] {
                ignored.insert((object.path + [parameter]).joined(separator: "/"))
            }
        }
        for sibling in siblings where sibling.name != name { ignored.formUnion(sibling.takenMembers) }
        // An answer about one thing of many may lack the rows, and so may a line of the export; where the answer is the
        // whole table, they must be there.
        let isOneOfMany = !partitionColumns.isEmpty || exportFile != nil
        return DecodePlan(fields: fields, shape: shape, rowsMayBeAbsent: isOneOfMany, ignored: ignored)
    }

    /// The names on the way from the answer to each column's value, arrays left out: `levels`, `cost`.
    public var memberPaths: [(column: String, path: [String])] {
        shape.paths().map { (fields[$0.column].name, $0.path) }
    }

    /// What the columns take, with all below it, and the objects and arrays on the way there.
    private var takenMembers: Set<String> {
        var taken: Set<String> = []
        for path in memberPaths.map(\.path) + [rows.names] {
            for length in path.indices { taken.insert(path[...length].joined(separator: "/")) }
        }
        for (_, path) in memberPaths { taken.insert(path.joined(separator: "/") + "/") }
        return taken
    }
}

extension StoredFile {
    /// `rows`.
    func rowsPointer() throws(FileError) -> RowsPointer {
        guard let node = frontMatter["rows"], !node.isNull else { return RowsPointer() }
        guard let text = node.text, let pointer = RowsPointer(text), pointer.names.allSatisfy({ !$0.isEmpty }) else {
            throw error(
                at: "rows", "rows is not a JSON pointer",
                mend: "write the members on the way from /, and * for each element of an array: rows: /*/levels")
        }
        return pointer
    }

    /// The columns that the answer fills, each with its place: what `fields` says, else the member of its name.
    func fields(
        _ columns: [DatasetColumn], _ rows: RowsPointer, isPaged: Bool
    ) throws(FileError) -> [Field] {
        var places: [String: FieldPlace] = [:]
        for entry in try fieldEntries() {
            func fault(_ message: String, _ mend: String) -> FileError {
                FileError(file: shownPath, line: entry.line, message: message, mend: mend)
            }
            guard let column = columns.first(where: { $0.name == entry.key }) else {
                throw fault("the table has no column \(entry.key)", "add the column, or take it out of fields")
            }
            guard !column.isPathParameter else {
                throw fault("\(entry.key) comes from the route's path", "take it out of fields")
            }
            guard let place = entry.value.text.flatMap({ FieldPlace($0) }) else {
                throw fault(
                    "\(entry.key) does not say where its value stands",
                    "write /name/en for a member of the row, ../type_id for one of the object around it, or \"#\"")
            }
            if place == .position {
                guard column.kind == .integer else { throw fault("\(entry.key) is no INTEGER", "declare it INTEGER") }
                guard !isPaged || rows.steps.contains(.each) else {
                    throw fault("\"#\" would count anew on each page", "take another key, or read no pages")
                }
            }
            if place == .name, column.kind != .text { throw fault("\(entry.key) is no TEXT", "declare it TEXT") }
            places[entry.key] = place
        }
        return columns.filter { !$0.isPathParameter }.map {
            Field(
                name: $0.name, kind: $0.kind, mayBeAbsent: $0.isNullable, fallback: $0.fallback,
                place: places[$0.name])
        }
    }

    private func fieldEntries() throws(FileError) -> [YAMLNode.Entry] {
        guard let node = frontMatter["fields"], !node.isNull else { return [] }
        guard let entries = node.entries else {
            throw error(
                at: "fields", "fields must be columns and where their values stand",
                mend: "fields: { type_id: ../type_id, alliance_id: /claim/alliance/alliance_id }")
        }
        return entries
    }

    /// Which members of the answer are looked for.
    func answerShape(_ fields: [Field], _ rows: RowsPointer) throws(FileError) -> AnswerShape {
        do throws(FieldFault) {
            return try AnswerShape(fields: fields, rows: rows)
        } catch {
            let entries = frontMatter.entries ?? []
            let entry = frontMatter["fields"]?.entries?.first { $0.key == error.column }
            throw FileError(
                file: shownPath, line: (entry ?? entries.first { $0.key == "fields" })?.line ?? 1,
                message: "\(error.column) \(error.message)",
                mend: "say in fields where its value stands: a member of the row (/a/b) or around it (../a)")
        }
    }
}
