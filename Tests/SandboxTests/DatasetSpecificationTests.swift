import Testing
import Warehouse

/// Each dataset's declaration, held against ESI's own specification.
@Suite struct DatasetSpecificationTests {
    @Test(
        .enabled(
            if: Specification.isThere, "ESI's specification is not beside the project (../shared/esi/openapi.json)"))
    func `every column is a member of its route's answer, of its type, and NULL only where ESI may leave it out`()
        throws
    {
        let specification = try Specification()
        for dataset in Catalogue(Library()).datasets {
            guard let route = dataset.route else { continue }
            let properties = try #require(
                specification.properties(route.method.rawValue, route.path), "\(dataset.name): no such route")
            let columns = dataset.columns.filter { !$0.isPathParameter }
            // A list of bare ids has no members.
            guard !properties.isEmpty else {
                #expect(columns.count == 1, "\(dataset.name)")
                continue
            }
            for column in columns {
                let name = "\(dataset.name).\(column.name)"
                let property = try #require(properties[column.name], "\(name) is not in ESI's answer")
                #expect(Self.kinds(property.schema).contains(column.kind), "\(name) is \(column.kind)")
                let mayBeAbsent = column.isNullable || column.fallback != nil
                #expect(mayBeAbsent == !property.isRequired, "\(name): may it be absent?")
            }
            let unkept = Set(properties.keys).subtracting(dataset.columns.map(\.name))
            #expect(unkept.isEmpty, "\(dataset.name) leaves out \(unkept.sorted())")
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
