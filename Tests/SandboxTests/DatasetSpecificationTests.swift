import Testing
import Warehouse

/// Each dataset's declaration, held against ESI's own specification.
@Suite(
    .enabled(if: Specification.isThere, "ESI's specification is not beside the project (../shared/esi/openapi.json)"))
struct DatasetSpecificationTests {
    @Test func `every column is a member of its route's answer, of its type, and NULL only where ESI may leave it out`()
        throws
    {
        let specification = try Specification()
        for dataset in Catalogue(Library()).datasets where dataset.route != nil {
            #expect(Self.faults(dataset, specification) == [])
        }
    }

    @Test func `every member that a route's datasets could keep is kept by one of them`() throws {
        let specification = try Specification()
        let catalogue = Catalogue(Library())
        for dataset in catalogue.datasets {
            guard let route = dataset.route else { continue }
            let taken = Set(catalogue.readers(of: dataset).flatMap { $0.memberPaths.map(\.path) + $0.parameterPaths })
            let left = specification.left(route.method.rawValue, route.path, by: taken)
            #expect(left.isEmpty, "\(dataset.name) leaves out \(left.sorted())")
        }
    }

    @Test(arguments: [
        ("/*/levels", "../type_id", []),
        ("/*/levels", "../type", ["levels.type_id is not in ESI's answer"]),
        ("/*/levels", "/cost", ["levels.type_id is integer"]),
        ("/*/level", "../type_id", ["levels.name is not in ESI's answer", "levels.payout is not in ESI's answer"]),
    ])
    func `a nested declaration is held against the nested schema`(rows: String, place: String, faults: [String]) throws
    {
        let text = """
            /*---
            title: Levels
            route: GET /insurance/prices
            rows: \(rows)
            fields: { type_id: \(place) }
            columns: { payout: isk }
            ---*/
            CREATE TABLE levels (
                type_id INTEGER NOT NULL, name TEXT NOT NULL, payout REAL NOT NULL, valid_from INTEGER NOT NULL,
                PRIMARY KEY (type_id, name)
            ) STRICT, WITHOUT ROWID;
            """
        let file = try StoredFile(
            kind: .dataset, name: "levels", path: "schema/datasets/levels.sql", origin: .shipped, text: text)
        #expect(try Self.faults(Dataset(file), Specification()).sorted() == faults)
    }

    /// What of a declaration ESI's specification contradicts, in words.
    private static func faults(_ dataset: Dataset, _ specification: Specification) -> [String] {
        guard let template = dataset.route else { return ["\(dataset.name) has no route"] }
        let (method, route) = (template.method.rawValue, template.path)
        guard specification.value(method, route, []) != nil else { return ["\(dataset.name): no such route"] }
        return dataset.memberPaths.flatMap { columnName, path -> [String] in
            let name = "\(dataset.name).\(columnName)"
            guard let column = dataset.column(columnName) else { return ["\(name) is no column"] }
            let mayBeAbsent = column.isNullable || column.fallback != nil
            if let property = specification.value(method, route, path) {
                let isRequired = property.isRequired.dropFirst(dataset.certainSteps(columnName)).allSatisfy { $0 }
                return (kinds(property.schema).contains(column.kind) ? [] : ["\(name) is \(column.kind)"])
                    + (mayBeAbsent == !isRequired ? [] : ["\(name): may it be absent?"])
            }
            // A list of bare values has no members.
            let items = specification.value(method, route, path.dropLast())?.schema["items"] as? [String: Any]
            guard let items, kinds(specification.resolve(items)).contains(column.kind) else {
                return ["\(name) is not in ESI's answer"]
            }
            return mayBeAbsent ? ["\(name): may it be absent?"] : []
        }
    }

    private static func kinds(_ schema: [String: Any]) -> Set<ColumnKind> {
        switch (schema["type"] as? String, schema["format"] as? String) {
        case ("integer", _): [.integer]
        case ("number", _): [.real, .isk]
        case ("boolean", _): [.boolean]
        case ("string", "date-time"): [.timestamp]
        case ("string", _): [.text]
        case ("array", _), ("object", _): [.json]
        default: []
        }
    }
}

extension Dataset {
    /// A path parameter may be a member of the answer as well.
    fileprivate var parameterPaths: [[String]] {
        let members = memberPaths.map(\.path)
        return (route?.parameters ?? []).flatMap { parameter in
            [[parameter]] + members.map { $0.dropLast() + [parameter] }
        }
    }

    /// The steps on the way to a column's value that a row cannot be without.
    fileprivate func certainSteps(_ column: String) -> Int {
        let names = rows.steps.count { $0 != .each }
        guard case .member(let outward, _)? = fields.first(where: { $0.name == column })?.place else { return names }
        return names - outward
    }
}
